//! Where in a statement stands what a message speaks of.
//!
//! The engine and the parser give the place of some of what they refuse; for the rest it is looked
//! for among the tokens, by the name that the message has. Where several could be meant there is no
//! place: none is better than a wrong one.

mod call;
mod message;
#[cfg(test)]
mod tests;
mod words;
mod written;

use datafusion::sql::sqlparser::tokenizer::Location;

use super::script::Piece;
use super::tokens::{Place, Placed};
use message::column;
use words::Words;

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

    /// Where what a message of running speaks of stands: a call, a file, the part of a date.
    pub fn place_of_call(&self, message: &str) -> Option<Place> {
        let words = Words::of(self);
        let found = words.before_colon(message, None).or_else(|| words.part_of_date(message));
        found.and_then(|found| words.place(found))
    }

    /// Whether a place is one of the name that a message has, not one of a text that was made of
    /// the statement.
    pub fn fits(&self, place: &Place, message: &str) -> bool {
        let Some(name) = column(message) else { return true };
        let text = self.whole[place.bytes.clone()].to_lowercase();
        name.last().is_none_or(|last| text.contains(&last.to_lowercase()))
    }
}
