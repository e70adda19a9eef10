//! SQL text to statements, each with the line it starts on. Shell and batch share it.

use datafusion::sql::parser::{DFParserBuilder, Statement as Parsed};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use crate::error::{Error, Result, describe};

/// One statement of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its text, without the semicolon.
    pub text: String,
    /// The line it starts on, counted from 1.
    pub line: usize,
    column: usize,
}

/// What a text splits into.
#[derive(Debug, Default)]
pub struct Script {
    /// Statements in their order.
    pub statements: Vec<Statement>,
    /// Whether the last one lacks its semicolon, or ends inside a string or a comment.
    pub is_open: bool,
    /// A string or comment that is never closed: line and what is wrong.
    pub fault: Option<(usize, String)>,
}

/// Splits at semicolons, those in strings and comments left alone.
pub fn split(text: &str) -> Script {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut tokens: Vec<TokenWithSpan> = Vec::new();
    let outcome =
        Tokenizer::new(&GenericDialect {}, text).tokenize_with_location_into_buf(&mut tokens);
    let mut script = Script::default();
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let offset = |at: Location| {
        let line = starts.get(at.line as usize - 1).copied().unwrap_or(text.len());
        let inside = text[line..].char_indices().nth(at.column as usize - 1);
        inside.map_or(text.len(), |(offset, _)| line + offset)
    };
    let piece = |start: Location, end: usize| Statement {
        text: text[offset(start)..end].trim_end().to_owned(),
        line: start.line as usize,
        column: start.column as usize,
    };
    let mut start: Option<Location> = None;
    for TokenWithSpan { token, span } in tokens {
        match token {
            Token::SemiColon => {
                if let Some(start) = start.take() {
                    script.statements.push(piece(start, offset(span.start)));
                }
            }
            Token::Whitespace(_) | Token::EOF => {}
            _ => start = start.or(Some(span.start)),
        }
    }
    if let Err(error) = outcome {
        script.is_open = true;
        script.fault = Some((error.location.line as usize, error.message));
    } else if let Some(start) = start {
        script.is_open = true;
        script.statements.push(piece(start, text.len()));
    }
    script
}

impl Statement {
    /// Parses the statement. Positions in errors are those of the whole text.
    ///
    /// # Errors
    /// [`Error::Statement`] at the line where the parser stopped.
    pub fn parse(&self, origin: &str) -> Result<Parsed> {
        let mut padded = "\n".repeat(self.line - 1);
        padded.push_str(&" ".repeat(self.column - 1));
        padded.push_str(&self.text);
        let text = crate::statement::without_table_keyword(&padded);
        let parsed = DFParserBuilder::new(text.as_ref())
            .with_dialect(&GenericDialect {})
            .build()
            .and_then(|mut parser| parser.parse_statements());
        match parsed {
            Ok(mut statements) if statements.len() == 1 => match statements.pop_front() {
                Some(statement) => Ok(statement),
                None => Err(self.fault(origin, "a statement must be given")),
            },
            Ok(_) => Err(self.fault(origin, "one statement must be given")),
            Err(error) => Err(self.fault(origin, &describe(&error))),
        }
    }

    /// An error of this statement: at the position its message ends with, or else at its start.
    pub fn fault(&self, origin: &str, message: &str) -> Error {
        let (message, line) = match message.rsplit_once(" at Line: ") {
            Some((before, position)) => {
                let digits: String = position.chars().take_while(char::is_ascii_digit).collect();
                (before, digits.parse().unwrap_or(self.line))
            }
            None => (message, self.line),
        };
        let message = message.trim_start_matches("sql parser error: ").to_owned();
        Error::Statement { origin: origin.to_owned(), line, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(String, usize)> {
        split(text).statements.into_iter().map(|piece| (piece.text, piece.line)).collect()
    }

    #[test]
    fn semicolons_in_strings_and_comments_do_not_split() {
        let text = "-- it's; a comment\nselect 'a;b';\n/* ; ' */ select\n 2;;\nselect '北;京'";
        assert_eq!(
            texts(text),
            [
                ("select 'a;b'".to_owned(), 2),
                ("select\n 2".to_owned(), 3),
                ("select '北;京'".to_owned(), 5)
            ]
        );
    }

    #[test]
    fn what_is_unfinished_is_open() {
        assert!(!split("select 1;\n").is_open);
        assert!(!split("  -- nothing\n").is_open);
        assert!(split("select 1").is_open);
        assert!(split("select 'a").is_open);
        assert_eq!(split("select 1;\n\nselect 'a;").fault.map(|(line, _)| line), Some(3));
    }

    #[test]
    fn an_error_stands_at_its_own_line() {
        let script = split("select 1;\nselect 2,\n  3 4;");
        let error = script.statements[1].parse("q.sql").unwrap_err().to_string();
        assert!(error.starts_with("q.sql:3: "), "{error}");
    }
}
