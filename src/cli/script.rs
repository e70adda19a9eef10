//! A text of statements: read, cut, and with the file and the line in its errors.

use std::path::Path;

use datafusion::sql::parser::Statement as SqlText;
use datafusion::sql::sqlparser::ast::{SetExpr, Statement as SqlStatement};
use datafusion::sql::sqlparser::tokenizer::Location;

use super::error::{Error, Result};
use super::picture::{Note, Picture};
use super::report::shown;
use crate::error::{describe, one_line};
use crate::statement::Place;
pub(super) use crate::statement::{Grammar, Parsed, Piece as Statement, Script, lex, split};

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
            picture: None,
        }
    })
}

/// An error if the text ends inside a string or a comment.
pub fn ensure_closed(script: &Script, origin: &str) -> Result<()> {
    let (Some(fault), Some(place)) = (&script.fault, script.opening()) else { return Ok(()) };
    Err(Error::Statement {
        origin: origin.into(),
        line: place.line,
        message: one_line(&fault.message),
        picture: Some(Box::new(Picture::of(script.whole(), place, Vec::new()))),
    })
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

    /// Whether it writes files and does nothing else.
    pub fn is_copy(&self, grammar: Grammar) -> bool {
        self.parse(grammar).is_ok_and(|parsed| matches!(parsed.statement, SqlText::CopyTo(_)))
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

    /// An error of this statement: where its message says or speaks of, or else at its start.
    pub fn fault(&self, origin: &str, message: &str) -> Error {
        self.fault_at(origin, message, None, Vec::new())
    }

    /// An error of this statement at a place that the planner gave, with notes.
    pub fn fault_at(
        &self,
        origin: &str,
        message: &str,
        given: Option<Place>,
        notes: Vec<Note>,
    ) -> Error {
        let (message, at) = match message.rsplit_once(" at Line: ") {
            Some((before, position)) => (before, location(position)),
            None => (message, None),
        };
        let message = message.trim_start_matches("sql parser error: ");
        let message = &match message.ends_with(", found \\") {
            true => format!("{message} (but for \\i and \\ir, commands are the shell's)"),
            false => message.to_owned(),
        };
        let place = match (at, given) {
            (Some(at), _) => self.place_at(at, None),
            (None, _) if message.ends_with("found its end") => Some(self.end()),
            // Of all of it nothing is pointed to.
            (None, Some(given)) if given.bytes == self.all().bytes => self.place_of(message, None),
            (None, Some(given)) => {
                // The call is known, not yet what of it.
                let name = &self.whole()[given.bytes.clone()];
                let is_call = message.strip_prefix(name).is_some_and(|m| m.starts_with(": "));
                let within = is_call.then(|| self.place_of(message, Some(&given))).flatten();
                Some(within.unwrap_or(given))
            }
            (None, None) => self.place_of(message, None),
        };
        let message = &match &place {
            Some(place) => self.as_written(message, place),
            None => message.clone(),
        };
        let line = match (&place, at) {
            (Some(place), _) => place.line,
            (None, Some(at)) => at.line as usize,
            (None, None) => self.line(),
        };
        let picture = match place {
            Some(place) => Picture::of(self.whole(), place, notes),
            None => Picture::without_caret(self.whole(), self.all(), notes),
        };
        // A command of the shell makes its own statement.
        let picture = if origin.starts_with('\\') { picture.without_line() } else { picture };
        self.error(origin, line, message, Some(picture))
    }

    /// An error of the rows of this statement: the values of the data have no place in it.
    pub fn fault_of_rows(&self, origin: &str, message: &str) -> Error {
        match self.place_of_call(message) {
            Some(place) => {
                let line = place.line;
                let picture = Picture::of(self.whole(), place, Vec::new());
                self.error(origin, line, message, Some(picture))
            }
            None => self.error(origin, self.line(), message, None),
        }
    }

    fn error(&self, origin: &str, line: usize, message: &str, picture: Option<Picture>) -> Error {
        Error::Statement {
            origin: origin.to_owned(),
            line,
            message: message.to_owned(),
            picture: picture.map(Box::new),
        }
    }
}

/// The location of `3, Column: 7`.
fn location(text: &str) -> Option<Location> {
    let (line, column) = text.split_once(", Column: ")?;
    let digits = column.split(|c: char| !c.is_ascii_digit()).next()?;
    Some(Location { line: line.parse().ok()?, column: digits.parse().ok()? })
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
