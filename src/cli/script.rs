//! A text of statements: read, cut, and with the file and the line in its errors.

use std::path::Path;

use datafusion::sql::parser::Statement as SqlText;
use datafusion::sql::sqlparser::ast::{SetExpr, Statement as SqlStatement};

use super::error::{Error, Result};
use super::report::shown;
use crate::error::{describe, one_line};
pub(super) use crate::statement::{Grammar, Parsed, Piece as Statement, Script, split};

/// A text file, which must be UTF-8.
pub fn read_text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(Error::file(path))?;
    utf8(&shown(path), bytes)
}

/// Text that must be UTF-8.
pub fn utf8(origin: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + valid.iter().filter(|byte| **byte == b'\n').count();
        Error::Statement {
            origin: origin.into(),
            line,
            message: "text must be UTF-8, found other bytes".into(),
        }
    })
}

/// An error if the text ends inside a string or a comment.
pub fn ensure_closed(script: &Script, origin: &str) -> Result<()> {
    match &script.fault {
        None => Ok(()),
        Some(fault) => Err(Error::Statement {
            origin: origin.into(),
            line: fault.location.line as usize,
            message: one_line(&fault.message),
        }),
    }
}

impl Statement {
    /// Reads the statement. Positions in errors are those of the whole text.
    ///
    /// # Errors
    /// [`Error::Statement`] at the line where the parser stopped.
    pub fn read(&self, origin: &str, grammar: Grammar) -> Result<Parsed> {
        self.parse(grammar).map_err(|error| self.fault(origin, &describe(&error)))
    }

    /// Whether it is a query, whose result a batch keeps.
    pub fn is_query(&self, grammar: Grammar) -> bool {
        self.parse(grammar).is_ok_and(|parsed| is_query(&parsed))
    }

    /// Whether it is read for later, with parameters of its own.
    pub fn is_prepare(&self) -> bool {
        let is = |statement: &SqlText| {
            matches!(statement, SqlText::Statement(one)
                     if matches!(**one, SqlStatement::Prepare { .. }))
        };
        self.parse(Grammar::default()).is_ok_and(|parsed| match &parsed.statement {
            SqlText::Explain(explain) => is(&explain.statement),
            other => is(other),
        })
    }

    /// Whether it changes nothing that a statement after it could see.
    pub fn only_reads(&self, grammar: Grammar) -> bool {
        self.parse(grammar).is_ok_and(|parsed| match &parsed.statement {
            SqlText::Explain(_) => true,
            SqlText::Statement(statement) => match statement.as_ref() {
                // SELECT ... INTO makes a table.
                SqlStatement::Query(query) => {
                    !matches!(query.body.as_ref(), SetExpr::Select(select) if select.into.is_some())
                }
                SqlStatement::Explain { .. }
                | SqlStatement::ExplainTable { .. }
                | SqlStatement::ShowTables { .. }
                | SqlStatement::ShowColumns { .. }
                | SqlStatement::ShowVariable { .. } => true,
                _ => false,
            },
            _ => false,
        })
    }

    /// An error of this statement: at the position its message ends with, at its end where that is
    /// what was found, or else at its start.
    pub fn fault(&self, origin: &str, message: &str) -> Error {
        let (message, line) = match message.rsplit_once(" at Line: ") {
            Some((before, position)) => {
                let digits: String = position.chars().take_while(char::is_ascii_digit).collect();
                (before, digits.parse().unwrap_or(self.line()))
            }
            None if message.ends_with("found its end") => (message, self.last_line()),
            None => (message, self.line()),
        };
        let message = message.trim_start_matches("sql parser error: ").to_owned();
        Error::Statement { origin: origin.to_owned(), line, message }
    }
}

/// Whether a statement is a query, whose result a batch keeps.
pub fn is_query(statement: &Parsed) -> bool {
    matches!(
        &statement.statement,
        SqlText::Statement(statement) if matches!(**statement, SqlStatement::Query(_))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_stands_at_its_own_line() {
        let script = split("select 1;\nselect 2,\n  3 4;", Grammar::default());
        let error = script.statements[1].read("q.sql", Grammar::default()).unwrap_err().to_string();
        assert!(error.starts_with("q.sql:3: "), "{error}");
        let script = split("select 1;\nselect 2\n  where\n;", Grammar::default());
        let error = script.statements[1].read("q.sql", Grammar::default()).unwrap_err().to_string();
        assert!(error.starts_with("q.sql:3: ") && error.ends_with("found its end"), "{error}");
    }
}
