//! Statements of a text in the program: an error says the file and the line.

pub(crate) use crate::statement::{Grammar, Parsed, Piece as Statement, Script, split};

use crate::error::{Error, Result, describe};

impl Statement {
    /// Reads the statement. Positions in errors are those of the whole text.
    ///
    /// # Errors
    /// [`Error::Statement`] at the line where the parser stopped.
    pub fn read(&self, origin: &str, grammar: Grammar) -> Result<Parsed> {
        self.parse(grammar).map_err(|error| self.fault(origin, &describe(&error)))
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
