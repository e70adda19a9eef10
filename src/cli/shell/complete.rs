//! Line editing: what Tab offers.

use datafusion::execution::FunctionRegistry;
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::Tokenizer;
use rustyline::completion::Completer;
use rustyline::{Context, Helper, Highlighter, Hinter, Validator};
use tokio::runtime::Handle;

use super::Runner;
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

/// What the editor asks about a line.
#[derive(Helper, Hinter, Highlighter, Validator)]
pub struct Prompt {
    context: SessionContext,
    workers: Handle,
}

impl Prompt {
    /// Completion from the session's tables and functions.
    pub fn new(runner: &Runner) -> Self {
        Self { context: runner.context().clone(), workers: runner.workers().clone() }
    }

    /// Columns of the tables that the entry names.
    fn columns(&self, entry: &str) -> Vec<String> {
        let named = catalog::table_names(&self.context)
            .into_iter()
            .filter(|table| entry.contains(table.as_str()));
        let mut columns = Vec::new();
        for table in named {
            // A table that cannot be opened offers nothing; the query that uses it will say why.
            let context = self.context.clone();
            let opening =
                self.workers.spawn(async move { context.table_provider(table.as_str()).await });
            if let Ok(Ok(table)) = futures::executor::block_on(opening) {
                columns.extend(table.schema().fields().iter().map(|field| field.name().clone()));
            }
        }
        columns
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
            let mut found: Vec<String> =
                catalog::table_names(&self.context).into_iter().filter(fits).collect();
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
