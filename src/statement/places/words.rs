//! The words of a statement, and small questions to them.

use std::ops::Range;

use datafusion::sql::sqlparser::tokenizer::{Location, Token};

use super::super::script::Piece;
use super::super::tokens::{Place, Placed, is_space};

/// The tokens of a statement that are no space.
pub(super) struct Words<'a> {
    pub(super) whole: &'a str,
    pub(super) tokens: Vec<&'a Placed>,
}

/// Bytes of the text, and the token that they begin in.
pub(super) type Found = (Range<usize>, usize);

/// A name of one part or more.
pub(super) struct Name<'a> {
    pub(super) parts: Vec<&'a str>,
    pub(super) tokens: Range<usize>,
}

impl<'a> Words<'a> {
    pub(super) fn of(piece: &'a Piece) -> Self {
        let tokens = piece.tokens.iter().filter(|placed| !is_space(&placed.token.token));
        Self { whole: &piece.whole, tokens: tokens.collect() }
    }

    pub(super) fn place(&self, (bytes, token): Found) -> Option<Place> {
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

    pub(super) fn text(&self, token: usize) -> &'a str {
        self.tokens.get(token).map_or("", |placed| &self.whole[placed.bytes.clone()])
    }

    pub(super) fn is(&self, token: usize, word: &str) -> bool {
        self.text(token).eq_ignore_ascii_case(word)
    }

    pub(super) fn is_one_of(&self, token: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(token, word))
    }

    pub(super) fn before(&self, token: usize, words: &[&str]) -> bool {
        token.checked_sub(1).is_some_and(|before| self.is_one_of(before, words))
    }

    pub(super) fn found(&self, tokens: Range<usize>) -> Option<Found> {
        let first = self.tokens.get(tokens.start)?;
        let last = self.tokens.get(tokens.end.checked_sub(1)?)?;
        Some((first.bytes.start..last.bytes.end, tokens.start))
    }

    /// The content of a literal of text.
    pub(super) fn literal(&self, token: usize) -> Option<&'a str> {
        match &self.tokens.get(token)?.token.token {
            Token::SingleQuotedString(text) => Some(text),
            _ => None,
        }
    }

    /// The names of a statement.
    pub(super) fn names(&self) -> impl Iterator<Item = Name<'a>> {
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
    pub(super) fn part(&self, at: usize) -> Option<(&'a str, usize)> {
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

    /// Whether a token is the value that a message has got.
    pub(super) fn is_value(&self, token: usize, got: &str) -> bool {
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
}

/// The only one, if there is no other.
pub(super) fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// Whether the last parts of a name are those of another.
pub(super) fn ends_alike(name: &[impl AsRef<str>], end: &[impl AsRef<str>]) -> bool {
    let mut pairs = name.iter().rev().zip(end.iter().rev());
    !end.is_empty()
        && name.len() >= end.len()
        && pairs.all(|(a, b)| a.as_ref().eq_ignore_ascii_case(b.as_ref()))
}

/// The parts of a name, without their quotes.
pub(super) fn parts(name: &str) -> Vec<String> {
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
