//! Line editing: when an entry is complete, and what Tab offers.

use datafusion::execution::FunctionRegistry;
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::Tokenizer;
use rustyline::completion::Completer;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper, Highlighter, Hinter};
use tokio::runtime::Handle;

use super::super::script;
use crate::{catalog, functions};

const KEYWORDS: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP BY",
    "ORDER BY",
    "HAVING",
    "LIMIT",
    "WITH",
    "AS",
    "JOIN",
    "LEFT JOIN",
    "ON",
    "USING",
    "OVER",
    "PARTITION BY",
    "FILTER",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS NULL",
    "IS NOT NULL",
    "BETWEEN",
    "DISTINCT",
    "UNION ALL",
    "DESCRIBE",
    "EXPLAIN",
    "CREATE TABLE",
    "CREATE VIEW",
    "CREATE EXTERNAL TABLE",
    "STORED AS",
    "LOCATION",
    "COPY",
    "VALUES",
    "SHOW TABLES",
];

/// What the editor asks about an entry.
#[derive(Helper, Hinter, Highlighter)]
pub struct Prompt {
    context: SessionContext,
    runtime: Handle,
}

impl Prompt {
    /// Completion from the session's tables and functions.
    pub fn new(context: &SessionContext) -> Self {
        Self { context: context.clone(), runtime: Handle::current() }
    }

    /// Columns of the tables that the entry names.
    fn columns(&self, entry: &str) -> Vec<String> {
        let named = catalog::table_names(&self.context).into_iter().filter(|table| entry.contains(table.as_str()));
        let mut columns = Vec::new();
        for table in named {
            // A table that cannot be opened offers nothing; the query that uses it will say why.
            if let Ok(table) = self.runtime.block_on(self.context.table_provider(table.as_str())) {
                columns.extend(table.schema().fields().iter().map(|field| field.name().clone()));
            }
        }
        columns
    }
}

impl Validator for Prompt {
    fn validate(&self, entry: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = entry.input().trim();
        let is_complete = text.is_empty()
            || text.starts_with('\\')
            || matches!(text.to_ascii_lowercase().as_str(), "quit" | "exit")
            || !script::split(text).is_open;
        Ok(match is_complete {
            true => ValidationResult::Valid(None),
            false => ValidationResult::Incomplete,
        })
    }
}

impl Completer for Prompt {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let before = &line[..at];
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let start = before
            .rfind(|c| !is_word(c))
            .map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
        let word = &before[start..];
        if inside_string(before) {
            return Ok((at, Vec::new()));
        }
        let lower = word.to_lowercase();
        let fits = |name: &String| name.to_lowercase().starts_with(&lower);

        let command = before.trim_start();
        let mut found: Vec<String> = if command.starts_with("\\h") {
            functions::pages().map(|page| page.name.to_owned()).filter(fits).collect()
        } else if command.starts_with("\\d") {
            catalog::table_names(&self.context).into_iter().filter(fits).collect()
        } else {
            let mut found: Vec<String> = catalog::table_names(&self.context).into_iter().filter(fits).collect();
            found.extend(self.columns(line).into_iter().filter(fits));
            if !word.is_empty() {
                let state = self.context.state();
                let ours = functions::pages().map(|page| page.name.to_owned());
                let engines = state.udfs().into_iter().chain(state.udafs()).chain(state.udwfs());
                let calls = ours.chain(engines).filter(fits).map(|name| name + "(");
                found.extend(calls.filter(|name| !name.contains("_fitted(")));
                let keywords = KEYWORDS.iter().map(|keyword| (*keyword).to_owned()).filter(fits);
                let is_lower = word.chars().all(|c| !c.is_uppercase());
                found
                    .extend(keywords.map(|word| if is_lower { word.to_lowercase() } else { word }));
            }
            found
        };
        found.sort();
        found.dedup();
        Ok((start, found))
    }
}

fn inside_string(text: &str) -> bool {
    Tokenizer::new(&GenericDialect {}, text).tokenize().is_err()
}
