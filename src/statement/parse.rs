//! A statement as the parser reads it.

use std::collections::BTreeSet;
use std::ops::Range;

use datafusion::common::config::Dialect;
use datafusion::common::{DataFusionError, Result, plan_err};
use datafusion::sql::parser::{DFParserBuilder, Statement};

use super::grammar::Grammar;
use super::headings::Headings;
use super::lambdas;
use super::script::Piece;
use super::summarize;
use super::tokens::{tokenise, with_names, without_table_keyword};

/// A statement as the parser reads it, and what its columns are headed by.
#[derive(Debug)]
pub struct Parsed {
    pub(crate) statement: Statement,
    pub(super) headings: Headings,
    /// Whether it is a query that is to be summarized.
    pub(crate) summarizes: bool,
}

impl Piece {
    /// Parses the statement. Positions in errors are those of the whole text.
    ///
    /// # Errors
    /// What the parser says.
    pub fn parse(&self, grammar: Grammar) -> Result<Parsed> {
        let mut other = Vec::new();
        // A statement before this one may have changed how SQL is read.
        let written = match self.grammar.dialect == grammar.dialect {
            true => &self.tokens,
            false => {
                let Range { start, end } = self.bytes();
                tokenise(&self.whole[..end], start, self.start(), grammar, &mut other)
                    .map_err(|error| DataFusionError::SQL(Box::new(error.into()), None))?;
                &other
            }
        };
        let summarized = summarize::query(written)?;
        let written = summarized.as_ref().unwrap_or(written);
        let dialect = grammar.dialect();
        let tokens = without_table_keyword(written);
        let mut tokens = with_names(tokens, &self.whole, dialect.as_ref())?;
        let starts = match grammar.dialect {
            Dialect::Generic => lambdas::mark(&mut tokens),
            _ => BTreeSet::new(),
        };
        let mut statements = DFParserBuilder::new(tokens.clone())
            .with_dialect(dialect.as_ref())
            .with_recursion_limit(grammar.recursion_limit)
            .build()?
            .parse_statements()?;
        let (Some(mut statement), None) = (statements.pop_front(), statements.pop_front()) else {
            return plan_err!("a text must be one statement, found another number");
        };
        let headings = Headings::read(&statement, &tokens, written, &self.whole, grammar);
        lambdas::read(&mut statement, &starts);
        Ok(Parsed { statement, headings, summarizes: summarized.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::script::split;

    /// The statement as the parser understands it, or what it says.
    fn read(text: &str, dialect: Dialect) -> String {
        let grammar = Grammar { dialect, ..Grammar::default() };
        // Cut in one dialect, read in another: the places must be the same.
        let script = split(text, Grammar::default());
        match script.statements.last().expect("a statement").parse(grammar) {
            Ok(parsed) => parsed.statement.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_number_and_the_word_that_touches_it_are_one_name() {
        for (text, want) in [
            ("2022年", "2022年"),
            ("t.2022年", "t.2022年"),
            ("t.2022年.5月", "t.2022年.5月"),
            ("\"t\".3rd + 1", "\"t\".3rd + 1"),
            ("(s).2a", "(s).2a"),
            ("t.1e5x", "t.1e5x"),
            ("1e", "1e"),
            ("2a b", "2a AS b"),
            ("2 a", "2 AS a"),
            ("2/**/a", "2 AS a"),
            ("2 \"a\"", "2 AS \"a\""),
            ("1_0", "1_0"),
            ("0b11", "0b11"),
            ("0X1F", "0X1F"),
            ("0x1Fg", "0x1Fg"),
            ("2Lx", "2Lx"),
            ("1e5 + 0x1F + 1.5e-3 + 2L + .5", "1e5 + X'1F' + 1.5e-3 + 2L + .5"),
            ("x[1:2], $1", "x[1:2], $1"),
            ("2022年(1)", "2022年(1)"),
        ] {
            let text = format!("SELECT {text} FROM t");
            assert_eq!(read(&text, Dialect::Generic), format!("SELECT {want} FROM t"));
        }
        for (dialect, name) in [
            (Dialect::MySQL, "2022年"),
            (Dialect::Hive, "3rd"),
            (Dialect::PostgreSQL, "2022年"),
            (Dialect::DuckDB, "2022年"),
        ] {
            let text = format!("SELECT t.{name}, {name}, (s).{name} FROM {name}.t");
            assert_eq!(read(&text, dialect), text, "{dialect:?}");
        }
    }

    #[test]
    fn what_can_be_no_name_is_an_error_at_its_place() {
        for (text, source, column) in [
            ("1.5m", "1.5m", 2),
            ("2022.v", "2022.v", 2),
            (".5a", ".5a", 2),
            ("1e+5x", "1e+5x", 2),
            ("t .5a", ".5a", 4),
        ] {
            for dialect in [Dialect::Generic, Dialect::MySQL, Dialect::PostgreSQL] {
                let message = read(&format!("SELECT 1;\nSELECT\n {text}"), dialect);
                let want = format!("must not touch a word, got {source} (");
                let place = format!(" at Line: 3, Column: {column}");
                assert!(message.contains(&want) && message.contains(&place), "{text}: {message}");
            }
        }
    }

    #[test]
    fn the_word_table_is_left_out_before_an_argument() {
        let text = "select 1; select * from uncertainty(TABLE p, framework => table f)";
        let want = "SELECT * FROM uncertainty(p, framework => f)";
        assert_eq!(read(text, Dialect::Generic), want);
    }
}
