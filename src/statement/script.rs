//! A text cut into statements at its semicolons.

use std::ops::Range;
use std::sync::Arc;

use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenizerError, Whitespace};

use super::grammar::Grammar;
use super::tokens::{Place, Placed, is_space, tokenise};

/// One statement of a text, without its semicolon.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The text it stands in.
    pub(super) whole: Arc<str>,
    /// Its tokens, and what stands between them. One at least.
    pub(super) tokens: Vec<Placed>,
    pub(super) grammar: Grammar,
}

/// What a text splits into.
#[derive(Debug, Default)]
pub struct Script {
    /// Statements in their order.
    pub statements: Vec<Piece>,
    /// Comments of one line, in their order.
    pub comments: Vec<Comment>,
    /// Whether the text begins with `#!`.
    pub is_program: bool,
    /// Whether the last one lacks its semicolon, or ends inside a string or a comment.
    pub is_open: bool,
    /// A string or comment that is never closed, with the location where it begins.
    pub fault: Option<TokenizerError>,
    /// The byte where it begins.
    opening: usize,
    /// The text.
    whole: Arc<str>,
}

/// A comment of one line: `-- ...`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// What stands after the dashes, without blanks at its ends.
    pub text: String,
    /// Its line, counted from 1.
    pub line: usize,
    /// The number of the statement that it stands in or that comes next.
    pub before: usize,
    /// How many blanks stand before it.
    pub indent: usize,
}

/// Splits at semicolons, those in strings and comments left alone. A first line `#!...`, by which a
/// system runs a file, is a comment.
pub fn split(text: &str, grammar: Grammar) -> Script {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let whole: Arc<str> = match text.strip_prefix("#!") {
        Some(rest) => format!("--{rest}").into(),
        None => text.into(),
    };
    let mut tokens = Vec::new();
    let start = Location { line: 1, column: 1 };
    let outcome = tokenise(&whole, 0, start, grammar, &mut tokens);
    let end = tokens.last().map_or((0, start), |last| (last.bytes.end, last.token.span.end));
    let mut script = Script {
        whole: Arc::clone(&whole),
        is_program: text.starts_with("#!"),
        ..Script::default()
    };
    let mut rest = Vec::new();
    for placed in tokens {
        if let Token::Whitespace(Whitespace::SingleLineComment { comment, .. }) =
            &placed.token.token
        {
            script.comments.push(Comment {
                text: comment.trim().to_owned(),
                indent: comment.len() - comment.trim_start().len(),
                line: placed.token.span.start.line as usize,
                before: script.statements.len(),
            });
        }
        match placed.token.token {
            Token::SemiColon => {
                script.statements.extend(piece(&whole, std::mem::take(&mut rest), grammar));
            }
            Token::Whitespace(_) if rest.is_empty() => {}
            _ => rest.push(placed),
        }
    }
    match outcome {
        Err(error) => {
            script.is_open = true;
            let (opening, location) = end;
            script.opening = opening;
            script.fault = Some(TokenizerError { location, ..error });
        }
        Ok(()) => {
            let last = piece(&whole, rest, grammar);
            script.is_open = last.is_some();
            script.statements.extend(last);
        }
    }
    script
}

impl Script {
    /// The text it was.
    pub fn whole(&self) -> &Arc<str> {
        &self.whole
    }

    /// Where the string or the comment begins that is never closed.
    pub fn opening(&self) -> Option<Place> {
        let Location { line, column } = self.fault.as_ref()?.location;
        let mark = if self.whole[self.opening..].starts_with("/*") { 2 } else { 1 };
        let bytes = self.opening..self.whole.floor_char_boundary(self.opening + mark);
        Some(Place { bytes, line: line as usize, column: column as usize })
    }
}

fn piece(whole: &Arc<str>, mut tokens: Vec<Placed>, grammar: Grammar) -> Option<Piece> {
    while tokens.last().is_some_and(|last| is_space(&last.token.token)) {
        tokens.pop();
    }
    (!tokens.is_empty()).then(|| Piece { whole: Arc::clone(whole), tokens, grammar })
}

impl Piece {
    pub(super) fn bytes(&self) -> Range<usize> {
        let start = self.tokens.first().map_or(0, |first| first.bytes.start);
        start..self.tokens.last().map_or(start, |last| last.bytes.end)
    }

    pub(super) fn start(&self) -> Location {
        self.tokens.first().map_or(Location { line: 1, column: 1 }, |first| first.token.span.start)
    }

    /// The line it starts on, counted from 1.
    pub fn line(&self) -> usize {
        self.start().line as usize
    }

    /// The line it ends on.
    pub fn last_line(&self) -> usize {
        self.tokens.last().map_or(1, |last| last.token.span.end.line as usize)
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.whole[self.bytes()]
    }

    /// The text it stands in.
    pub fn whole(&self) -> &Arc<str> {
        &self.whole
    }

    /// The parameters it names, without their `$`.
    pub fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.placed_placeholders().map(|(name, _)| name)
    }

    /// The same, each with its line.
    pub fn placed_placeholders(&self) -> impl Iterator<Item = (&str, usize)> {
        self.tokens.iter().filter_map(|placed| match &placed.token.token {
            Token::Placeholder(name) => {
                Some((name.trim_start_matches('$'), placed.token.span.start.line as usize))
            }
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(String, usize)> {
        let script = split(text, Grammar::default());
        let piece = |piece: &Piece| (piece.text().to_owned(), piece.line());
        script.statements.iter().map(piece).collect()
    }

    #[test]
    fn semicolons_in_strings_and_comments_do_not_split() {
        let text = "-- it's; a comment\nselect 'a;b';\n/* ; ' */ select\n 2;;\nselect '北;京' -- 1";
        assert_eq!(
            texts(text),
            [
                ("select 'a;b'".to_owned(), 2),
                ("select\n 2".to_owned(), 3),
                ("select '北;京'".to_owned(), 5)
            ]
        );
        let script = texts("#!/usr/bin/env -S goalposts run\nselect 1;");
        assert_eq!(script, [("select 1".to_owned(), 2)]);
        assert_eq!(texts("select 1;\n#! 2").len(), 2);
    }

    #[test]
    fn comments_know_the_statement_after_them() {
        let text = "#!x\n-- a\nselect '-- b'; -- c\n/* -- d */ select 1 -- e\n;\n--f";
        let comments = split(text, Grammar::default()).comments;
        let found: Vec<_> = comments.iter().map(|c| (c.text.as_str(), c.line, c.before)).collect();
        assert_eq!(found, [("x", 1, 0), ("a", 2, 0), ("c", 3, 1), ("e", 4, 1), ("f", 6, 2)]);
    }

    #[test]
    fn what_is_unfinished_is_open() {
        let split = |text| split(text, Grammar::default());
        assert!(!split("select 1;\n").is_open);
        assert!(!split("  -- nothing\n").is_open);
        assert!(split("select 1").is_open);
        assert!(split("select 'a").is_open);
        let fault = split("select 1;\n\nselect 'a;").fault;
        assert_eq!(fault.map(|fault| fault.location.line), Some(3));
        for (text, line, column, mark) in [
            ("select 1;\n\nselect 'a;", 3, 8, "'"),
            ("select 1,\n '北' /* 2\n\n", 2, 6, "/*"),
            ("\"", 1, 1, "\""),
        ] {
            let opening = split(text).opening().expect(text);
            let Place { bytes, .. } = opening.clone();
            assert_eq!((opening.line, opening.column, &text[bytes]), (line, column, mark));
        }
    }
}
