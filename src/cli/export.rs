//! `goalposts export`: the result of a query to a file.

use std::path::PathBuf;
use std::time::Instant;

use tokio::runtime::Handle;

use super::error::{Error, Result};
use super::expectation::check;
use super::file::QueryFile;
use super::options::Options;
use super::output::write_rows;
use super::report::{count, ending, shown, since};
use super::script::{Grammar, is_query};
use super::values::prepared;
use super::writing::WritingArguments;
use crate::export::{Format, Target};

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
pub struct ExportCommand {
    /// The query
    #[arg(value_name = "SQL", required_unless_present = "file", conflicts_with = "file")]
    #[arg(allow_hyphen_values = true)]
    sql: Option<String>,

    /// File with the query; statements before it are run first
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// File for the result (.arrow .arrows .parquet .csv .tsv .json .ndjson .md .tex
    /// .xlsx), or - for standard output
    #[arg(long, short, value_name = "FILE")]
    output: String,

    #[command(flatten)]
    writing: WritingArguments,
}

impl ExportCommand {
    /// Runs the query and writes its result.
    pub async fn execute(&self, options: &Options, workers: &Handle) -> Result<()> {
        let start = Instant::now();
        let target = Target::parse(&self.output);
        let format = match (options.format, &target) {
            (Some(format), _) => format,
            (None, Target::Output) => Format::Arrow,
            (None, Target::File(path)) => match target.format() {
                Some(format) => format,
                None if self.writing.is_partitioned() => Format::Parquet,
                None => {
                    return Err(Error::Usage(format!(
                        "{}: must end in .arrow, .arrows, .parquet, .csv, .tsv, .json, .ndjson, \
                         .md, .tex or .xlsx, found {} (or give --format)",
                        path.display(),
                        ending(path)
                    )));
                }
            },
        };
        let writing = self.writing.options(format)?;
        let grammar = Grammar::default(); // of a session that begins
        let mut file = match (&self.file, &self.sql) {
            (Some(file), _) => QueryFile::read(file, grammar),
            (None, sql) => {
                QueryFile::of_text("export", sql.as_deref().unwrap_or_default(), grammar)
            }
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
        let runner = options.runner(workers).await?;
        let (runner, mut file) = prepared(&runner, file).await?;
        let query = file.steps.pop();
        for step in &file.steps {
            let mut rows = runner.start(&step.statement, &step.origin).await?;
            check(&runner, &step.expectations, &mut rows).await?;
            while rows.next().await?.is_some() {}
        }
        let Some(query) = query else { return Ok(()) };
        let mut rows = runner.start(&query.statement, &query.origin).await?;
        check(&runner, &query.expectations, &mut rows).await?;
        let written = write_rows(rows, &target, writing).await?;
        if let Target::File(path) = &target {
            options.say(&format!(
                "{} -> {} ({})",
                count(written, "row"),
                shown(path),
                since(start)
            ));
        }
        Ok(())
    }
}
