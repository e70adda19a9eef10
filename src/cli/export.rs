//! `goalposts export`: the result of a query to a file.

use std::time::Instant;

use tokio::runtime::Handle;

use super::error::{Error, Result};
use super::options::Options;
use super::output::write_rows;
use super::query::QueryArguments;
use super::report::{ending, shown, since};
use super::writing::WritingArguments;
use crate::export::{Format, Target};
use crate::words::count;

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
pub struct ExportCommand {
    #[command(flatten)]
    query: QueryArguments,

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
        let Some(rows) = self.query.start("export", options, workers).await? else {
            return Ok(());
        };
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
