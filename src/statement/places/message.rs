//! What of a statement a message speaks of: a name, a clause, a constant, a call.

use super::super::tokens::Place;
use super::words::{Found, Name, Words, ends_alike, only, parts};

impl Words<'_> {
    pub(super) fn of_message(&self, message: &str, near: Option<&Place>) -> Option<Found> {
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
        for kind in
            ["window ", "setting ", "prepared statement ", "view ", "schema ", "catalog ", "alias "]
        {
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
            .or_else(|| self.part_of_date(message))
            .or_else(|| self.constant(message))
            .or_else(|| self.clause(&upper_words(message)))
    }

    /// `f: ...` and `file.csv: ...`
    pub(super) fn before_colon(&self, message: &str, near: Option<&Place>) -> Option<Found> {
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

    pub(super) fn column(&self, name: &[String]) -> Option<Found> {
        let is_it = |known: &Name<'_>| {
            let (from, after) = (known.tokens.start, known.tokens.end);
            let stands_elsewhere =
                self.before(from, &["AS", "FROM", "JOIN"]) || self.is_one_of(after, &["(", "=>"]);
            !stands_elsewhere && (ends_alike(&known.parts, name) || ends_alike(name, &known.parts))
        };
        self.found(only(self.names().filter(is_it))?.tokens)
    }

    /// A table, where it is read or written first.
    pub(super) fn table(&self, name: &str) -> Option<Found> {
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

    pub(super) fn unknown_function(&self, name: &str, is_table: bool) -> Option<Found> {
        let name = parts(name);
        let mut calls = self.names().filter(|known| {
            ends_alike(&name, &known.parts)
                && self.is(known.tokens.end, "(")
                && self.before(known.tokens.start, &["FROM", "JOIN", "LATERAL"]) == is_table
        });
        self.found(calls.next()?.tokens)
    }

    /// A name that AS gives twice, the second time.
    pub(super) fn second_alias(&self, name: &str) -> Option<Found> {
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
    pub(super) fn only_name(&self, name: &str) -> Option<Found> {
        let name = parts(name);
        let is_it = |known: &Name<'_>| {
            ends_alike(&known.parts, &name) || (name.len() > 1 && ends_alike(&name, &known.parts))
        };
        self.found(only(self.names().filter(is_it))?.tokens)
    }

    /// `WITH ROLLUP` of `GROUP BY ... WITH ROLLUP`, if it stands once.
    pub(super) fn clause(&self, clause: &str) -> Option<Found> {
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

    /// The part in `EXTRACT(part FROM date)` and `date_part('part', date)` that there is not.
    pub(super) fn part_of_date(&self, message: &str) -> Option<Found> {
        const FUNCTIONS: [&str; 3] = ["EXTRACT", "DATE_PART", "DATEPART"];
        let got = message.strip_prefix("a part of a date must ").and_then(got)?;
        let is_it = |at: &usize| {
            let is_of = |before: usize| self.is_one_of(before, &FUNCTIONS);
            self.before(*at, &["("])
                && at.checked_sub(2).is_some_and(is_of)
                && (self.is(*at, got) || self.literal(*at) == Some(got))
        };
        let at = only((0..self.tokens.len()).filter(is_it))?;
        self.found(at..at + 1)
    }

    /// The constant of CAST or of a typed literal that cannot be read.
    pub(super) fn constant(&self, message: &str) -> Option<Found> {
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
}

/// The column that a message begins with.
pub(super) fn column(message: &str) -> Option<Vec<String>> {
    let rest = message.strip_prefix("column ")?;
    let end = [" not found", " must be "].iter().filter_map(|after| rest.find(after)).min()?;
    let name = &rest[..end];
    match name.strip_prefix('\'').and_then(|name| name.strip_suffix('\'')) {
        Some(name) => Some(vec![name.to_owned()]),
        None => Some(parts(name)),
    }
}

/// `x` of `table 'x' not found`.
pub(super) fn quoted_after<'m>(message: &'m str, kind: &str) -> Option<&'m str> {
    let rest = message.strip_prefix(kind)?.strip_prefix('\'')?;
    let end = ["' not found", "' must "].iter().filter_map(|after| rest.find(after)).min()?;
    Some(&rest[..end])
}

/// What comes after a word, without the hint.
pub(super) fn after<'m>(message: &'m str, word: &str) -> Option<&'m str> {
    let (_, rest) = message.split_once(word)?;
    let end = rest.find(" (").into_iter().chain(rest.find("; did you mean ")).min();
    Some(&rest[..end.unwrap_or(rest.len())])
}

/// The value that a message has got.
pub(super) fn got(message: &str) -> Option<&str> {
    after(message, ", got ")
}

/// The words of SQL that a message begins with: `ORDER BY`.
pub(super) fn upper_words(message: &str) -> String {
    let words = message.split([' ', ':']);
    let is_upper = |word: &&str| {
        word.len() > 1 && *word != "SQL" && word.chars().all(|c| c.is_ascii_uppercase())
    };
    words.take_while(is_upper).collect::<Vec<_>>().join(" ")
}
