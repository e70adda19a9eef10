//! What of a call a message speaks of: its name, an argument, a word within the text of one.

use std::ops::Range;

use super::super::tokens::Place;
use super::message::{after, got, quoted_after};
use super::words::{Found, Words, only};
use crate::functions;

/// A call: where its name stands, and its arguments.
pub(super) struct Call {
    name: usize,
    arguments: Vec<Argument>,
    /// Whether OVER follows it.
    pub(super) over: bool,
}

/// An argument of a call, by tokens.
pub(super) struct Argument {
    name: Option<usize>,
    value: Range<usize>,
}

/// What of a call a message speaks of.
pub(super) enum Aim<'a> {
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
    /// The calls of a function.
    pub(super) fn calls<'n>(&self, name: &'n str) -> impl Iterator<Item = Call> + use<'_, 'n, 'a> {
        (0..self.tokens.len())
            .filter(move |at| {
                let part = self.part(*at).map(|(part, _)| part);
                part.is_some_and(|part| part.eq_ignore_ascii_case(name)) && self.is(at + 1, "(")
            })
            .filter_map(|at| self.call(at))
    }

    /// The call whose name is a token. None if its parenthesis is not closed.
    pub(super) fn call(&self, name: usize) -> Option<Call> {
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

    pub(super) fn argument(&self, Range { start, end }: Range<usize>) -> Argument {
        if self.is_one_of(start + 1, &["=>", ":="]) && end > start + 2 {
            return Argument { name: Some(start), value: start + 2..end };
        }
        let is_apart = end > start + 1 && self.is_one_of(start, &["DISTINCT", "ALL", "TABLE"]);
        Argument { name: None, value: start + usize::from(is_apart)..end }
    }

    /// The argument of a name; by its position where it was given so.
    pub(super) fn given<'c>(&self, call: &'c Call, name: &str) -> Option<&'c Argument> {
        let is_named =
            |argument: &&Argument| argument.name.is_some_and(|token| self.is(token, name));
        call.arguments.iter().find(is_named).or_else(|| {
            let page = functions::page(&self.text(call.name).to_lowercase())?;
            let parameters = functions::parameters(page, call.over);
            let position = parameters.iter().position(|parameter| parameter.name == name)?;
            call.arguments.get(position).filter(|argument| argument.name.is_none())
        })
    }

    pub(super) fn in_call(
        &self,
        function: &str,
        rest: &str,
        near: Option<&Place>,
    ) -> Option<Found> {
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

    pub(super) fn aim<'m>(&self, calls: &[Call], rest: &'m str) -> Aim<'m> {
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
    pub(super) fn spot(&self, call: &Call, aim: &Aim<'_>, rest: &str) -> Option<Found> {
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
    pub(super) fn reads(&self, tokens: Range<usize>, text: &str) -> bool {
        let written: String = tokens.map(|token| self.text(token)).collect();
        let bare = |text: &str| text.replace(char::is_whitespace, "");
        bare(&written).eq_ignore_ascii_case(&bare(text))
    }

    /// A constant of a call that a message has got: of an engine's function, or in the text of a
    /// method that the message names.
    pub(super) fn constant_in(&self, call: &Call, rest: &str) -> Option<Found> {
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
    pub(super) fn word_of(&self, token: usize, rest: &str) -> Option<Found> {
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
    pub(super) fn may_be(&self, call: &Call, aim: &Aim<'_>, rest: &str) -> bool {
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
    pub(super) fn may_be_value(&self, value: Range<usize>, rest: &str) -> bool {
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
