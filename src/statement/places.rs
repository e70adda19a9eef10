//! Where in a statement stands what a message speaks of.
//!
//! The engine and the parser give the place of some of what they refuse; for the rest it is looked
//! for among the tokens, by the name that the message has. Where several could be meant there is no
//! place: none is better than a wrong one.

use std::ops::Range;

use datafusion::sql::sqlparser::tokenizer::{Location, Token};

use super::script::Piece;
use super::tokens::{Place, Placed, is_space};
use crate::functions;

impl Piece {
    /// What stands between two locations of the whole text; the token that begins at the first where
    /// there is no second.
    pub fn place_at(&self, start: Location, end: Option<Location>) -> Option<Place> {
        let bytes_of = |at: Location| {
            let is_after = |placed: &Placed| {
                let from = placed.token.span.start;
                (from.line, from.column) <= (at.line, at.column)
            };
            // What some dialects read inside of a comment has the place of the comment.
            let before = self.tokens.iter().rev().find(|placed| is_after(placed))?;
            let mut here = before.token.span.start;
            let mut letters = self.whole[before.bytes.start..].char_indices();
            while (here.line, here.column) < (at.line, at.column) {
                here = match letters.next()? {
                    (_, '\n') => Location { line: here.line + 1, column: 1 },
                    _ => Location { column: here.column + 1, ..here },
                };
            }
            (here == at).then(|| before.bytes.start + letters.offset())
        };
        let from = bytes_of(start)?;
        let to = match end {
            Some(end) => bytes_of(end)?,
            None => self.tokens.iter().find(|placed| placed.bytes.start == from)?.bytes.end,
        };
        let Location { line, column } = start;
        (from <= to).then_some(Place {
            bytes: from..to,
            line: line as usize,
            column: column as usize,
        })
    }

    /// Where it ends.
    pub fn end(&self) -> Place {
        let end = self.tokens.last().map_or(self.start(), |last| last.token.span.end);
        let at = self.bytes().end;
        Place { bytes: at..at, line: end.line as usize, column: end.column as usize }
    }

    /// All of it.
    pub fn all(&self) -> Place {
        let Location { line, column } = self.start();
        Place { bytes: self.bytes(), line: line as usize, column: column as usize }
    }

    /// Whether a function is called with `OVER (...)` in it.
    pub fn is_over(&self, function: &str) -> bool {
        Words::of(self).calls(function).any(|call| call.over)
    }

    /// The names that WITH gives to queries.
    pub fn named_queries(&self) -> impl Iterator<Item = &str> {
        let words = Words::of(self);
        (0..words.tokens.len()).filter_map(move |at| {
            let stands = words.is(at + 1, "AS") && words.is(at + 2, "(");
            let (name, _) = words
                .part(at)
                .filter(|_| stands && words.before(at, &["WITH", ",", "RECURSIVE"]))?;
            Some(name)
        })
    }

    /// Where what a message of planning speaks of stands; `near` may be the name of the call meant.
    pub fn place_of(&self, message: &str, near: Option<&Place>) -> Option<Place> {
        let words = Words::of(self);
        words.of_message(message, near).and_then(|found| words.place(found))
    }

    /// Where what a message of running speaks of stands: a call, or a file.
    pub fn place_of_call(&self, message: &str) -> Option<Place> {
        let words = Words::of(self);
        words.before_colon(message, None).and_then(|found| words.place(found))
    }

    /// Whether a place is one of the name that a message has, not one of a text that was made of
    /// the statement.
    pub fn fits(&self, place: &Place, message: &str) -> bool {
        let Some(name) = column(message) else { return true };
        let text = self.whole[place.bytes.clone()].to_lowercase();
        name.last().is_none_or(|last| text.contains(&last.to_lowercase()))
    }
}

/// The tokens of a statement that are no space.
struct Words<'a> {
    whole: &'a str,
    tokens: Vec<&'a Placed>,
}

/// Bytes of the text, and the token that they begin in.
type Found = (Range<usize>, usize);

/// A name of one part or more.
struct Name<'a> {
    parts: Vec<&'a str>,
    tokens: Range<usize>,
}

/// A call: where its name stands, and its arguments.
struct Call {
    name: usize,
    arguments: Vec<Argument>,
    /// Whether OVER follows it.
    over: bool,
}

/// An argument of a call, by tokens.
struct Argument {
    name: Option<usize>,
    value: Range<usize>,
}

/// What of a call a message speaks of.
enum Aim<'a> {
    /// The name of an argument that there is none of.
    Unknown(&'a str),
    /// An argument that is not there.
    Missing(&'a str),
    /// The name of an argument that is there twice.
    Twice(&'a str),
    /// The value of an argument.
    Value(&'a str),
    /// An argument by its text.
    Text(&'a str),
    /// The only argument.
    Only,
    /// The call.
    Call,
}

impl<'a> Words<'a> {
    fn of(piece: &'a Piece) -> Self {
        let tokens = piece.tokens.iter().filter(|placed| !is_space(&placed.token.token));
        Self { whole: &piece.whole, tokens: tokens.collect() }
    }

    fn place(&self, (bytes, token): Found) -> Option<Place> {
        let placed = self.tokens.get(token)?;
        let Location { line, column } = placed.token.span.start;
        // Within a token: a word of a text.
        let before = self.whole.get(placed.bytes.start..bytes.start)?;
        if before.contains('\n') {
            return None;
        }
        let column = column as usize + before.chars().count();
        Some(Place { bytes, line: line as usize, column })
    }

    fn text(&self, token: usize) -> &'a str {
        self.tokens.get(token).map_or("", |placed| &self.whole[placed.bytes.clone()])
    }

    fn is(&self, token: usize, word: &str) -> bool {
        self.text(token).eq_ignore_ascii_case(word)
    }

    fn is_one_of(&self, token: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(token, word))
    }

    fn before(&self, token: usize, words: &[&str]) -> bool {
        token.checked_sub(1).is_some_and(|before| self.is_one_of(before, words))
    }

    fn found(&self, tokens: Range<usize>) -> Option<Found> {
        let first = self.tokens.get(tokens.start)?;
        let last = self.tokens.get(tokens.end.checked_sub(1)?)?;
        Some((first.bytes.start..last.bytes.end, tokens.start))
    }

    /// The content of a literal of text.
    fn literal(&self, token: usize) -> Option<&'a str> {
        match &self.tokens.get(token)?.token.token {
            Token::SingleQuotedString(text) => Some(text),
            _ => None,
        }
    }

    fn of_message(&self, message: &str, near: Option<&Place>) -> Option<Found> {
        if let Some(name) = column(message) {
            return self.column(&name);
        }
        if let Some(name) = quoted_after(message, "table ") {
            return self.table(name);
        }
        for (kind, is_table) in [("function ", false), ("table function ", true)] {
            if let Some(name) = quoted_after(message, kind) {
                return self.unknown_function(name, is_table);
            }
        }
        for kind in ["window ", "setting ", "prepared statement ", "view ", "schema ", "catalog "] {
            if let Some(name) = quoted_after(message, kind) {
                return self.only_name(name);
            }
        }
        if let Some(name) = message.strip_prefix("type ").and_then(|m| m.strip_suffix(" not found"))
        {
            return self.only_name(name);
        }
        if message.starts_with('$') {
            let name = message.split(' ').next()?;
            let at = (0..self.tokens.len()).find(|at| self.text(*at) == name)?;
            return self.found(at..at + 1);
        }
        if let Some((clause, _)) = message.split_once(" is not supported") {
            return self.clause(clause);
        }
        for before in ["queries of a ", "rows of ", "the branches of ", "the values of "] {
            if let Some((word, _)) = message.strip_prefix(before).and_then(|m| m.split_once(' ')) {
                return self.clause(word);
            }
        }
        if let Some(twice) = message.strip_prefix("columns must have names of their own, found ") {
            return self.second_alias(after(twice, " AS ")?.strip_suffix(" twice")?);
        }
        self.before_colon(message, near)
            .or_else(|| self.constant(message))
            .or_else(|| self.clause(&upper_words(message)))
    }

    /// `f: ...` and `file.csv: ...`
    fn before_colon(&self, message: &str, near: Option<&Place>) -> Option<Found> {
        let (first, rest) = message.split_once(": ")?;
        if let Some(found) = column(rest).and_then(|name| self.column(&name)) {
            return Some(found);
        }
        if self.calls(first).next().is_some() {
            return self.in_call(first, rest, near);
        }
        let is_it = |at: &usize| self.literal(*at) == Some(first);
        let at = only((0..self.tokens.len()).filter(is_it))?;
        self.found(at..at + 1)
    }

    /// The names of a statement.
    fn names(&self) -> impl Iterator<Item = Name<'a>> {
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < self.tokens.len() {
                let start = at;
                let mut parts = Vec::new();
                while let Some((part, next)) = self.part(at) {
                    parts.push(part);
                    at = next;
                    if !(self.is(at, ".") && self.part(at + 1).is_some()) {
                        break;
                    }
                    at += 1;
                }
                if !parts.is_empty() {
                    return Some(Name { parts, tokens: start..at });
                }
                at += 1;
            }
            None
        })
    }

    /// A part of a name, and the token after it.
    fn part(&self, at: usize) -> Option<(&'a str, usize)> {
        let placed = self.tokens.get(at)?;
        match &placed.token.token {
            Token::Word(word) => Some((&word.value, at + 1)),
            // `2022年`
            Token::Number(..) => {
                let next = self.tokens.get(at + 1)?;
                let is_part = matches!(&next.token.token, Token::Word(word) if word.quote_style.is_none())
                    && next.bytes.start == placed.bytes.end;
                is_part.then(|| (&self.whole[placed.bytes.start..next.bytes.end], at + 2))
            }
            _ => None,
        }
    }

    fn column(&self, name: &[String]) -> Option<Found> {
        let is_it = |known: &Name<'_>| {
            let (from, after) = (known.tokens.start, known.tokens.end);
            let stands_elsewhere =
                self.before(from, &["AS", "FROM", "JOIN"]) || self.is_one_of(after, &["(", "=>"]);
            !stands_elsewhere && (ends_alike(&known.parts, name) || ends_alike(name, &known.parts))
        };
        self.found(only(self.names().filter(is_it))?.tokens)
    }

    /// A table, where it is read or written first.
    fn table(&self, name: &str) -> Option<Found> {
        const BEFORE: [&str; 11] = [
            "FROM", "JOIN", "INTO", "UPDATE", "TABLE", "VIEW", "EXISTS", "DESCRIBE", "DESC", ",",
            "(",
        ];
        let file = name;
        let name = parts(name);
        let is_it = |known: &Name<'_>| ends_alike(&name, &known.parts);
        let mut known = self.names().filter(is_it);
        let is_read = |known: &Name<'_>| {
            self.before(known.tokens.start, &BEFORE) || self.before(known.tokens.start, &["=>"])
        };
        if let Some(first) = known.find(is_read) {
            return self.found(first.tokens);
        }
        let is_file = |at: &usize| self.literal(*at) == Some(file);
        let file = only((0..self.tokens.len()).filter(is_file));
        file.and_then(|at| self.found(at..at + 1))
    }

    fn unknown_function(&self, name: &str, is_table: bool) -> Option<Found> {
        let name = parts(name);
        let mut calls = self.names().filter(|known| {
            ends_alike(&name, &known.parts)
                && self.is(known.tokens.end, "(")
                && self.before(known.tokens.start, &["FROM", "JOIN", "LATERAL"]) == is_table
        });
        self.found(calls.next()?.tokens)
    }

    /// A name that AS gives twice, the second time.
    fn second_alias(&self, name: &str) -> Option<Found> {
        let name = parts(name);
        let is_it = |known: &Name<'_>| {
            self.before(known.tokens.start, &["AS"]) && ends_alike(&known.parts, &name)
        };
        let all: Vec<_> = self.names().filter(is_it).map(|known| known.tokens).collect();
        match all.as_slice() {
            [_, second] => self.found(second.clone()),
            _ => None,
        }
    }

    /// A name that stands once.
    fn only_name(&self, name: &str) -> Option<Found> {
        let name = parts(name);
        let is_it = |known: &Name<'_>| {
            ends_alike(&known.parts, &name) || (name.len() > 1 && ends_alike(&name, &known.parts))
        };
        self.found(only(self.names().filter(is_it))?.tokens)
    }

    /// `WITH ROLLUP` of `GROUP BY ... WITH ROLLUP`, if it stands once.
    fn clause(&self, clause: &str) -> Option<Found> {
        let mut from = 0;
        let mut found = None;
        let mut parts = clause.split(" ... ").peekable();
        while let Some(part) = parts.next() {
            let words: Vec<_> = part.split_whitespace().collect();
            if words.is_empty() {
                return None;
            }
            let stands = |at: &usize| {
                words.iter().enumerate().all(|(offset, word)| self.is(at + offset, word))
            };
            let mut all = (from..self.tokens.len()).filter(stands);
            let at = if parts.peek().is_some() { all.next()? } else { only(all)? };
            from = at + words.len();
            found = Some(at..from);
        }
        self.found(found?)
    }

    /// The constant of CAST or of a typed literal that cannot be read.
    fn constant(&self, message: &str) -> Option<Found> {
        const TYPES: [&str; 5] = ["DATE", "TIMESTAMP", "TIME", "INTERVAL", "TIMESTAMPTZ"];
        let got = got(message)?;
        let is_it = |at: &usize| {
            let is_cast = self.before(*at, &["("])
                && at.checked_sub(2).is_some_and(|at| self.is_one_of(at, &["CAST", "TRY_CAST"]));
            self.is_value(*at, got)
                && (is_cast || self.is(at + 1, "::") || self.before(*at, &TYPES))
        };
        let at = only((0..self.tokens.len()).filter(is_it))?;
        self.found(at..at + 1)
    }

    /// Whether a token is the value that a message has got.
    fn is_value(&self, token: usize, got: &str) -> bool {
        let bare = got.strip_prefix('\'').and_then(|got| got.strip_suffix('\''));
        match self.literal(token) {
            Some(text) => text == bare.unwrap_or(got),
            None if self.is(token, got) => true,
            None => match (self.text(token).parse::<f64>(), got.parse::<f64>()) {
                (Ok(here), Ok(there)) => here == there,
                _ => false,
            },
        }
    }

    /// The calls of a function.
    fn calls<'n>(&self, name: &'n str) -> impl Iterator<Item = Call> + use<'_, 'n, 'a> {
        (0..self.tokens.len())
            .filter(move |at| {
                let part = self.part(*at).map(|(part, _)| part);
                part.is_some_and(|part| part.eq_ignore_ascii_case(name)) && self.is(at + 1, "(")
            })
            .filter_map(|at| self.call(at))
    }

    /// The call whose name is a token. None if its parenthesis is not closed.
    fn call(&self, name: usize) -> Option<Call> {
        let mut arguments = Vec::new();
        let (mut depth, mut from) = (0, name + 2);
        for at in name + 1..self.tokens.len() {
            let text = self.text(at);
            match text {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                _ => {}
            }
            if depth == 0 || (depth == 1 && text == ",") {
                if at > from {
                    arguments.push(self.argument(from..at));
                }
                from = at + 1;
            }
            if depth == 0 {
                return Some(Call { name, arguments, over: self.is(at + 1, "OVER") });
            }
        }
        None
    }

    fn argument(&self, Range { start, end }: Range<usize>) -> Argument {
        if self.is_one_of(start + 1, &["=>", ":="]) && end > start + 2 {
            return Argument { name: Some(start), value: start + 2..end };
        }
        let is_apart = end > start + 1 && self.is_one_of(start, &["DISTINCT", "ALL", "TABLE"]);
        Argument { name: None, value: start + usize::from(is_apart)..end }
    }

    /// The argument of a name; by its position where it was given so.
    fn given<'c>(&self, call: &'c Call, name: &str) -> Option<&'c Argument> {
        let is_named =
            |argument: &&Argument| argument.name.is_some_and(|token| self.is(token, name));
        call.arguments.iter().find(is_named).or_else(|| {
            let page = functions::page(&self.text(call.name).to_lowercase())?;
            let parameters = functions::parameters(page, call.over);
            let position = parameters.iter().position(|parameter| parameter.name == name)?;
            call.arguments.get(position).filter(|argument| argument.name.is_none())
        })
    }

    fn in_call(&self, function: &str, rest: &str, near: Option<&Place>) -> Option<Found> {
        // `3 faults: ...`: the first of them.
        let rest = rest.split_once(" faults: ").map_or(rest, |(before, faults)| {
            if before.parse::<usize>().is_ok() { faults } else { rest }
        });
        let is_near = |call: &Call| {
            let name = &self.tokens[call.name].bytes;
            near.is_none_or(|near| near.bytes.start <= name.start && name.end <= near.bytes.end)
        };
        let calls: Vec<_> = self.calls(function).filter(is_near).collect();
        let aim = self.aim(&calls, rest);
        match calls.as_slice() {
            [call] => self.spot(call, &aim, rest).or_else(|| self.found(call.name..call.name + 1)),
            calls => {
                let spots = calls.iter().filter(|call| self.may_be(call, &aim, rest));
                only(spots).and_then(|call| self.spot(call, &aim, rest))
            }
        }
    }

    fn aim<'m>(&self, calls: &[Call], rest: &'m str) -> Aim<'m> {
        if let Some(name) = quoted_after(rest, "argument ") {
            return match rest.contains("' not found") {
                true => Aim::Unknown(name),
                false => Aim::Missing(name),
            };
        }
        if rest.starts_with("the argument must ") {
            return Aim::Only;
        }
        if rest.starts_with("an option must be one of ") {
            return got(rest).map_or(Aim::Call, |got| Aim::Unknown(got.trim_matches('\'')));
        }
        if let Some((_, text)) = rest.split_once("found one more: ") {
            return Aim::Text(text.split(" (the arguments").next().unwrap_or(text));
        }
        if rest.starts_with("arguments by position must") || rest.starts_with("an argument after") {
            return got(rest).map_or(Aim::Call, Aim::Text);
        }
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let is_argument = calls.iter().any(|call| {
            let page = functions::page(&self.text(call.name).to_lowercase());
            let known = page.map(|page| functions::parameters(page, call.over));
            self.given(call, word).is_some()
                || known.is_some_and(|known| known.iter().any(|known| known.name == word))
        });
        match after {
            _ if !is_argument => Aim::Call,
            _ if after.starts_with(" must be given once") => Aim::Twice(word),
            _ if after.starts_with(" must be given, found none") => Aim::Missing(word),
            _ => Aim::Value(word),
        }
    }

    /// Where in a call that is which a message speaks of.
    fn spot(&self, call: &Call, aim: &Aim<'_>, rest: &str) -> Option<Found> {
        let name = |token: usize| self.found(token..token + 1);
        match aim {
            Aim::Unknown(argument) => {
                let mut names = call.arguments.iter().filter_map(|argument| argument.name);
                name(names.find(|token| self.is(*token, argument))?)
            }
            Aim::Twice(argument) => {
                let mut names = call.arguments.iter().filter_map(|argument| argument.name);
                name(names.rfind(|token| self.is(*token, argument))?)
            }
            Aim::Value(argument) => {
                let value = self.given(call, argument)?.value.clone();
                let within = || self.word_of(value.start, rest).filter(|_| value.len() == 1);
                within().or_else(|| self.found(value.clone()))
            }
            Aim::Text(text) => {
                let values = call.arguments.iter().map(|argument| argument.value.clone());
                let is_it = |value: &Range<usize>| self.reads(value.clone(), text);
                self.found(only(values.filter(is_it))?)
            }
            Aim::Only => match call.arguments.as_slice() {
                [argument] => self.found(argument.value.clone()),
                _ => name(call.name),
            },
            Aim::Missing(_) => name(call.name),
            Aim::Call => self.constant_in(call, rest).or_else(|| name(call.name)),
        }
    }

    /// Whether tokens read as a text does, spaces aside.
    fn reads(&self, tokens: Range<usize>, text: &str) -> bool {
        let written: String = tokens.map(|token| self.text(token)).collect();
        let bare = |text: &str| text.replace(char::is_whitespace, "");
        bare(&written).eq_ignore_ascii_case(&bare(text))
    }

    /// A constant of a call that a message has got: of an engine's function, or in the text of a
    /// method that the message names.
    fn constant_in(&self, call: &Call, rest: &str) -> Option<Found> {
        let mut tokens = call.arguments.iter().flat_map(|argument| argument.value.clone());
        if let Some((_, column)) = rest.split_once(" must have a column '") {
            let (column, _) = column.split_once('\'')?;
            let at = only(tokens.filter(|at| self.literal(*at) == Some(column)))?;
            return self.found(at..at + 1);
        }
        let got = got(rest)?;
        if functions::page(&self.text(call.name).to_lowercase()).is_none() {
            let single = call.arguments.iter().filter(|argument| argument.value.len() == 1);
            let values = single.map(|argument| argument.value.start);
            let at = only(values.filter(|at| self.is_value(*at, got)))?;
            return self.found(at..at + 1);
        }
        let (inner, _) = rest.split_once(": ")?;
        let method = inner.split_once('_').map_or(inner, |(_, method)| method);
        let is_it = |at: &usize| self.literal(*at).is_some_and(|text| text.contains(method));
        let at = only(tokens.by_ref().filter(is_it))?;
        self.word_of(at, rest).or_else(|| self.found(at..at + 1))
    }

    /// The word of a literal that a message has got, if it is there once and not all of it.
    fn word_of(&self, token: usize, rest: &str) -> Option<Found> {
        let (word, text) = (got(rest)?.trim_matches('\''), self.literal(token)?);
        let is_part =
            |letter: Option<char>| letter.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let stands = |at: &usize| {
            !is_part(text[..*at].chars().next_back())
                && !is_part(text[at + word.len()..].chars().next())
        };
        if word.is_empty() || word == text || self.text(token).len() != text.len() + 2 {
            return None;
        }
        let at = only(text.match_indices(word).map(|(at, _)| at).filter(stands))?;
        let from = self.tokens[token].bytes.start + 1 + at;
        Some((from..from + word.len(), token))
    }

    /// Whether a message may speak of a call, of several.
    fn may_be(&self, call: &Call, aim: &Aim<'_>, rest: &str) -> bool {
        match aim {
            Aim::Missing(argument) => self.given(call, argument).is_none(),
            Aim::Value(argument) => self
                .given(call, argument)
                .is_none_or(|argument| self.may_be_value(argument.value.clone(), rest)),
            Aim::Only => match call.arguments.as_slice() {
                [argument] => self.may_be_value(argument.value.clone(), rest),
                _ => true,
            },
            Aim::Unknown(_) | Aim::Twice(_) | Aim::Text(_) => self.spot(call, aim, rest).is_some(),
            Aim::Call => true,
        }
    }

    /// Whether a value may be the one that a message has got, or of the type that it found.
    fn may_be_value(&self, value: Range<usize>, rest: &str) -> bool {
        let Range { start, end } = value;
        let is_constant = end == start + 1
            && (self.literal(start).is_some()
                || self.text(start).parse::<f64>().is_ok()
                || self.is_one_of(start, &["true", "false"]));
        if !is_constant {
            return true;
        }
        let of_type = match self.text(start) {
            text if text.starts_with('\'') => "VARCHAR",
            text if text.parse::<i64>().is_ok() => "BIGINT",
            text if text.parse::<f64>().is_ok() => "DOUBLE",
            _ => "BOOLEAN",
        };
        match (got(rest), after(rest, ", found ")) {
            (Some(got), _) => self.is_value(start, got) || self.word_of(start, rest).is_some(),
            (None, Some(found)) => found == of_type,
            (None, None) => true,
        }
    }
}

/// The only one, if there is no other.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// Whether the last parts of a name are those of another.
fn ends_alike(name: &[impl AsRef<str>], end: &[impl AsRef<str>]) -> bool {
    let mut pairs = name.iter().rev().zip(end.iter().rev());
    !end.is_empty()
        && name.len() >= end.len()
        && pairs.all(|(a, b)| a.as_ref().eq_ignore_ascii_case(b.as_ref()))
}

/// The parts of a name, without their quotes.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut is_quoted = false;
    for letter in name.chars() {
        match (letter, parts.last_mut()) {
            ('"', _) => is_quoted = !is_quoted,
            ('.', _) if !is_quoted => parts.push(String::new()),
            (letter, Some(part)) => part.push(letter),
            (_, None) => {}
        }
    }
    parts
}

/// The column that a message begins with.
fn column(message: &str) -> Option<Vec<String>> {
    let rest = message.strip_prefix("column ")?;
    let end = [" not found", " must be "].iter().filter_map(|after| rest.find(after)).min()?;
    let name = &rest[..end];
    match name.strip_prefix('\'').and_then(|name| name.strip_suffix('\'')) {
        Some(name) => Some(vec![name.to_owned()]),
        None => Some(parts(name)),
    }
}

/// `x` of `table 'x' not found`.
fn quoted_after<'m>(message: &'m str, kind: &str) -> Option<&'m str> {
    let rest = message.strip_prefix(kind)?.strip_prefix('\'')?;
    let end = ["' not found", "' must "].iter().filter_map(|after| rest.find(after)).min()?;
    Some(&rest[..end])
}

/// What comes after a word, without the hint.
fn after<'m>(message: &'m str, word: &str) -> Option<&'m str> {
    let (_, rest) = message.split_once(word)?;
    let end = rest.find(" (").into_iter().chain(rest.find("; did you mean ")).min();
    Some(&rest[..end.unwrap_or(rest.len())])
}

/// The value that a message has got.
fn got(message: &str) -> Option<&str> {
    after(message, ", got ")
}

/// The words of SQL that a message begins with: `ORDER BY`.
fn upper_words(message: &str) -> String {
    let words = message.split([' ', ':']);
    let is_upper = |word: &&str| {
        word.len() > 1 && *word != "SQL" && word.chars().all(|c| c.is_ascii_uppercase())
    };
    words.take_while(is_upper).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::grammar::Grammar;
    use crate::statement::script::split;

    /// What of a statement a message speaks of.
    fn found(text: &str, message: &str) -> Option<String> {
        let script = split(text, Grammar::default());
        let place = script.statements.last()?.place_of(message, None)?;
        Some(text[place.bytes].to_owned())
    }

    #[test]
    fn names_are_found() {
        for (text, message, want) in [
            ("SELECT a, valu FROM t", "column valu not found", Some("valu")),
            ("SELECT i.valu, i.b FROM t i", "column i.valu not found", Some("i.valu")),
            ("SELECT valu FROM s.t", "column s.t.valu not found", Some("valu")),
            ("SELECT \"Va lu\" FROM t", "column \"Va lu\" not found", Some("\"Va lu\"")),
            ("SELECT 2022年 FROM t", "column 2022年 not found", Some("2022年")),
            ("SELECT valu, valu FROM t", "column valu not found", None),
            ("SELECT valu FROM valu", "column valu not found", Some("valu")),
            ("SELECT a AS b FROM t", "column b not found", None),
            ("SELECT b(1) FROM t", "column b not found", None),
            ("SELECT 'valu' FROM t", "column valu not found", None),
            ("SELECT t.a FROM a.t JOIN b.t", "table 'b.t' not found", Some("b.t")),
            ("SELECT t.a FROM t JOIN t", "table 't' not found", Some("t")),
            ("FROM 'x.csv'", "table 'x.csv' not found", Some("'x.csv'")),
            ("FROM 'x.csv'", "x.csv: file not found", Some("'x.csv'")),
            ("DROP TABLE t", "table 't' not found", Some("t")),
            ("SELECT g(f(1))", "function 'f' not found", Some("f")),
            ("SELECT f FROM f(1)", "table function 'f' not found", Some("f")),
            ("SELECT f FROM f(1)", "function 'f' not found", None),
            ("SELECT $a + $b", "$b must have a value, found none", Some("$b")),
            ("SELECT a::DUBLE", "type DUBLE not found", Some("DUBLE")),
            ("SET a.b.size = 1", "setting 'size' not found", Some("a.b.size")),
        ] {
            assert_eq!(found(text, message).as_deref(), want, "{text}: {message}");
        }
    }

    #[test]
    fn clauses_are_found() {
        for (text, message, want) in [
            ("SELECT 1 FORMAT JSON", "FORMAT is not supported", Some("FORMAT")),
            ("DELETE FROM t LIMIT 1", "DELETE ... LIMIT is not supported (WHERE)", Some("LIMIT")),
            ("SELECT 1 CONNECT  BY a", "CONNECT BY is not supported", Some("CONNECT  BY")),
            ("SELECT 1 FROM t WHERE a", "WHERE must be BOOLEAN, found DOUBLE", Some("WHERE")),
            ("SELECT (SELECT 1 WHERE a) WHERE b", "WHERE must be BOOLEAN, found DOUBLE", None),
            ("SELECT CAST('a' AS DOUBLE)", "a value must be DOUBLE, got 'a' (CAST)", Some("'a'")),
            ("SELECT a FROM t WHERE b = 'a'", "a value must be DOUBLE, got 'a' (CAST)", None),
            ("SELECT 1", "SQL must go on, found another", None),
            ("VALUES (1), (2, 3)", "rows of VALUES must have 1 values, found 2", Some("VALUES")),
            (
                "SELECT a AS x, b AS x",
                "columns must have names of their own, found a AS x twice (name one with AS)",
                Some("x"),
            ),
            (
                "SELECT a AS x, b AS x, c AS x",
                "columns must have names of their own, found a AS x twice (name one with AS)",
                None,
            ),
        ] {
            assert_eq!(found(text, message).as_deref(), want, "{text}: {message}");
        }
    }

    #[test]
    fn arguments_are_found() {
        let call = "SELECT norm_minmax(v, f, a, upper => 'b')";
        for (text, message, want) in [
            (call, "norm_minmax: argument 'upper' not found", "upper"),
            (call, "norm_minmax: argument 'target' must be given, found none", "norm_minmax"),
            (call, "norm_minmax: lower must be a number, found VARCHAR", "a"),
            (call, "norm_minmax: upper must be a number, found VARCHAR", "'b'"),
            (call, "norm_minmax: must have it, found none", "norm_minmax"),
            ("SELECT abs(-b)", "abs: the argument must be a number, found VARCHAR", "-b"),
            ("SELECT f(1, 'eon')", "f: the word must be one of a, got 'eon'", "'eon'"),
            (
                "SELECT norm_minmax(v, f, 1) + norm_minmax(v, f, 'a')",
                "norm_minmax: lower must be a number, found VARCHAR",
                "'a'",
            ),
            (
                "SELECT norm_minmax(v, f, a) + norm_minmax(v, f, b)",
                "norm_minmax: lower must be a number, found VARCHAR",
                "",
            ),
            (
                "FROM composite_index(p, f, normalisation => 'minmax(1, x)')",
                "composite_index: norm_minmax: upper must be a number, got x",
                "x",
            ),
            (
                "FROM composite_index(p, f, min_coverage => 2)",
                "composite_index: min_coverage must be between 0 and 1, got 2",
                "2",
            ),
            (
                "FROM composite_index(p, f, min_coverage => 2)",
                "composite_index: weight of 'a' must be > 0, got 2 (indicator 'a')",
                "composite_index",
            ),
            ("FROM composite_index(p, f)", "composite_index: framework: code is NULL", "f"),
            (
                "FROM composite_index(p, f, unit => 'land')",
                "composite_index: the panel must have a column 'land', found unit (or name it)",
                "'land'",
            ),
            (
                "FROM read_table('x', delimter => ',')",
                "read_table: an option must be one of file, got 'delimter' (did you mean that?)",
                "delimter",
            ),
            ("FROM composite_index(p, f)", "composite_index: 2 faults: framework: a; b", "f"),
        ] {
            let want = Some(want).filter(|want| !want.is_empty());
            assert_eq!(found(text, message).as_deref(), want, "{text}: {message}");
        }
    }

    #[test]
    fn locations_are_bytes() {
        let text = "SELECT 1;\nSELECT '北京',\n  北 京";
        let script = split(text, Grammar::default());
        let piece = &script.statements[1];
        let place = piece.place_at(Location { line: 3, column: 5 }, None).expect("a place");
        assert_eq!((&text[place.bytes], place.line, place.column), ("京", 3, 5));
        let end = Location { line: 2, column: 12 };
        let place = piece.place_at(Location { line: 2, column: 8 }, Some(end)).expect("a place");
        assert_eq!(&text[place.bytes], "'北京'");
        assert_eq!(piece.place_at(Location { line: 9, column: 1 }, None), None);
        assert_eq!((piece.end().line, piece.end().column), (3, 6));
    }
}
