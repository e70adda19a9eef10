//! The query of a command: on its line, or the last statement of a file.

use std::path::PathBuf;

use tokio::runtime::Handle;

use super::error::{Error, Result};
use super::execute::ResultRows;
use super::expectation::check;
use super::file::QueryFile;
use super::options::Options;
use super::script::{Grammar, is_query};
use super::values::prepared;

/// A query, or a file with one.
#[derive(Debug, clap::Args)]
pub struct QueryArguments {
    /// The query
    #[arg(value_name = "SQL", required_unless_present = "file", conflicts_with = "file")]
    #[arg(allow_hyphen_values = true)]
    sql: Option<String>,

    /// File with the query; statements before it are run first
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl QueryArguments {
    /// The query with what stands before it and what its header declares; `command` is what errors call it.
    ///
    /// # Errors
    /// It cannot be read, or there is none.
    pub fn read(&self, command: &str) -> Result<QueryFile> {
        let grammar = Grammar::default(); // of a session that begins
        let mut file = match (&self.file, &self.sql) {
            (Some(file), _) => QueryFile::read(file, grammar),
            (None, sql) => QueryFile::of_text(command, sql.as_deref().unwrap_or_default(), grammar),
        };
        if let Some(error) = file.unreadable.take() {
            return Err(error);
        }
        let Some(query) = file.steps.last() else {
            let origin = &file.origin;
            return Err(Error::Data(format!("{origin}: a query must be given, found none")));
        };
        if !is_query(&query.statement.read(&query.origin, grammar)?) {
            return Err(query.statement.fault(
                &query.origin,
                "the last statement must be a query, found another (SELECT ... is one)",
            ));
        }
        Ok(file)
    }

    /// The rows of the query, after everything before it has run and what must be true of it was found so.
    ///
    /// # Errors
    /// No query, or what is wrong with it.
    pub async fn start(
        &self,
        command: &str,
        options: &Options,
        workers: &Handle,
    ) -> Result<Option<ResultRows>> {
        rows_of(self.read(command)?, options, workers).await
    }
}

/// The rows of the last query of a text, after everything before it has run.
///
/// # Errors
/// What is wrong with it.
pub async fn rows_of(
    file: QueryFile,
    options: &Options,
    workers: &Handle,
) -> Result<Option<ResultRows>> {
    let runner = options.runner(workers).await?;
    let (runner, mut file) = prepared(&runner, file).await?;
    let query = file.steps.pop();
    for step in &file.steps {
        let mut rows = runner.start(&step.statement, &step.origin).await?;
        check(&runner, &step.expectations, &mut rows).await?;
        while rows.next().await?.is_some() {}
    }
    let Some(query) = query else { return Ok(None) };
    let mut rows = runner.start(&query.statement, &query.origin).await?;
    check(&runner, &query.expectations, &mut rows).await?;
    Ok(Some(rows))
}
