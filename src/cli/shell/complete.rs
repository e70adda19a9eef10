//! Line editing: what Tab offers.

use datafusion::execution::FunctionRegistry;
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::Tokenizer;
use rustyline::completion::Completer;
use rustyline::{Context, Helper, Highlighter, Hinter, Validator};
use tokio::runtime::Handle;

use super::commands::{self, COMMANDS, Offers};
use crate::cli::execute::Runner;
use crate::cli::formats;
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
    "PIVOT",
    "UNPIVOT",
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
    /// Where tables are opened.
    pub workers: Handle,
    /// The lines of the statement before the one that is edited.
    pub before: String,
}

impl Prompt {
    /// Completion from the session's tables and functions.
    pub fn new(runner: &Runner) -> Self {
        let (context, workers) = (runner.context().clone(), runner.workers().clone());
        Self { context, workers, before: String::new() }
    }

    fn tables(&self) -> Vec<String> {
        catalog::table_names(&self.context)
    }

    /// Columns of the tables that the entry names.
    fn columns(&self, entry: &str) -> Vec<String> {
        let entry = entry.to_lowercase();
        let named = self.tables().into_iter().filter(|name| entry.contains(&name.to_lowercase()));
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

    /// What may stand in a statement where `word` begins.
    fn words(&self, entry: &str, word: &str) -> Vec<String> {
        let fits = |name: &String| starts(name, word);
        let mut found: Vec<String> = self.tables().into_iter().filter(fits).collect();
        found.extend(self.columns(entry).into_iter().filter(fits).map(quoted));
        if word.is_empty() {
            return found;
        }
        let state = self.context.state();
        let ours = functions::pages().map(|page| page.name.to_owned());
        let engines = state.udfs().into_iter().chain(state.udafs()).chain(state.udwfs());
        let calls = ours.chain(engines).filter(fits).map(|name| name + "(");
        found.extend(calls.filter(|name| !name.contains("_fitted(")));
        let keywords = KEYWORDS.iter().map(|keyword| (*keyword).to_owned()).filter(fits);
        let is_lower = word.chars().all(|c| !c.is_uppercase());
        found.extend(keywords.map(|word| if is_lower { word.to_lowercase() } else { word }));
        found
    }

    /// What may be the argument of a command.
    fn arguments(&self, command: &str) -> Vec<String> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        match commands::find(command).map_or(Offers::Nothing, |command| command.offers) {
            Offers::Tables => self.tables(),
            Offers::Functions => functions::pages().map(|page| page.name.to_owned()).collect(),
            Offers::Formats => formats::words_of_text().map(str::to_owned).collect(),
            Offers::Words(known) => words(known),
            Offers::Files | Offers::Parameters | Offers::Nothing => Vec::new(),
        }
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
        if inside_string(&format!("{}{before}", self.before)) {
            return Ok((at, Vec::new()));
        }
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let start = before
            .rfind(|c| !is_word(c))
            .map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
        let word = &before[start..];

        let command = before.trim_start().strip_prefix('\\');
        let (start, mut found) = match command.map(|text| (text, text.split_once(' '))) {
            Some((name, None)) => {
                let names = COMMANDS.iter().map(|command| command.name);
                let names = names.filter(|command| command.starts_with(name));
                (at - name.len() - 1, names.map(|name| format!("\\{name}")).collect())
            }
            Some((_, Some((name, _)))) => {
                let fitting = self.arguments(name).into_iter().filter(|name| starts(name, word));
                (start, fitting.collect())
            }
            None => (start, self.words(&format!("{}{line}", self.before), word)),
        };
        found.sort();
        found.dedup();
        Ok((start, found))
    }
}

/// Whether a name starts with what was typed, in capitals or not.
fn starts(name: &str, word: &str) -> bool {
    name.to_lowercase().starts_with(&word.to_lowercase())
}

/// A column's name as it is written in SQL.
fn quoted(name: String) -> String {
    let is_plain = |c: char| c == '_' || (c.is_alphanumeric() && !c.is_uppercase());
    match name.chars().all(is_plain) && !name.starts_with(|c: char| c.is_numeric()) {
        true => name,
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

fn inside_string(text: &str) -> bool {
    Tokenizer::new(&GenericDialect {}, text).tokenize().is_err()
}
