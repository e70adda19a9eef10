//! A column that was not found, as it was written, and what may have been meant.

use super::super::script::Piece;
use super::super::tokens::Place;
use super::words::Words;

/// What stands between a column and what it is compared with.
const COMPARED: [&str; 10] = ["=", "==", "<>", "!=", "<", ">", "<=", ">=", "LIKE", "ILIKE"];

impl Piece {
    /// A message about a column that was not found at this place, with its name as it was written
    /// there: the engine has it in lower case. What is compared may be a text without its quotes,
    /// and what LIMIT has is none.
    pub fn as_written(&self, message: &str, place: &Place) -> String {
        let words = Words::of(self);
        let start = place.bytes.start;
        let at = words.tokens.iter().position(|placed| placed.bytes.start == start);
        let name = message.strip_prefix("column ").and_then(|rest| rest.strip_suffix(" not found"));
        let (Some(name), Some(at)) = (name, at) else { return message.to_owned() };
        let written = &self.whole[place.bytes.clone()];
        let name = if written.to_lowercase() == name { written } else { name };
        if words.before(at, &["LIMIT", "OFFSET"]) {
            let clause = words.text(at - 1).to_uppercase();
            return format!("{clause} must be a number, got {name}");
        }
        let end = place.bytes.end;
        let is_one = words.tokens[at].bytes.end == end;
        match is_one && words.is_compared(at) {
            true => {
                let text = name.trim_matches('"');
                format!("column {name} not found (a text stands in quotes: '{text}')")
            }
            false => format!("column {name} not found"),
        }
    }

    /// Whether a column is one of `JOIN ... USING (...)`.
    pub fn joins_using(&self, column: &str) -> bool {
        let words = Words::of(self);
        (0..words.tokens.len()).any(|at| {
            let is_it = words.part(at).is_some_and(|(part, _)| part.eq_ignore_ascii_case(column));
            is_it && words.list_of(at).is_some_and(|before| words.is(before, "USING"))
        })
    }
}

impl Words<'_> {
    /// Whether a token stands where a value is compared with: after `=`, or in the list of IN.
    fn is_compared(&self, token: usize) -> bool {
        self.before(token, &COMPARED)
            || self.list_of(token).is_some_and(|before| self.is(before, "IN"))
    }

    /// The token before the parenthesis of the list of names and constants that a token stands in.
    fn list_of(&self, token: usize) -> Option<usize> {
        let is_constant = |at: usize| {
            self.literal(at).is_some()
                || self.part(at).is_some()
                || self.text(at).parse::<f64>().is_ok()
        };
        let mut before = token.checked_sub(1)?;
        while self.is(before, ",") && is_constant(before.checked_sub(1)?) {
            before = before.checked_sub(2)?;
        }
        before.checked_sub(1).filter(|_| self.is(before, "("))
    }
}
