//! Results to standard output, or to a file.

use std::io::{self, IsTerminal};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result as Written;

use super::error::Result;
use super::execute::{ResultRows, Runner};
use super::expectation::check;
use super::provenance::metadata::metadata;
use super::report::width;
use super::values::opened;
use crate::export::{
    self, About, BatchWriter, Export, ExportOptions, Format, Hints, Out, Style, Target,
};

/// Standard output, in one format.
pub struct Output {
    format: Format,
    results: usize,
}

impl Output {
    /// Nothing written yet.
    pub fn new(format: Format) -> Self {
        Self { format, results: 0 }
    }

    /// Runs every statement of a text and writes the results.
    pub async fn show_all(&mut self, runner: &Runner, origin: &str, text: &str) -> Result<()> {
        let (runner, file) = opened(runner, origin, text).await?;
        for step in &file.steps {
            let mut rows = runner.start(&step.statement, &step.origin).await?;
            check(&runner, &step.expectations, &mut rows).await?;
            self.show(rows).await?;
        }
        file.unreadable.map_or(Ok(()), Err)
    }

    /// Writes a result. Returns the number of rows.
    pub async fn show(&mut self, rows: ResultRows) -> Result<usize> {
        let is_one_file = !self.format.is_text();
        self.results += usize::from(rows.has_columns());
        if is_one_file && self.results > 1 {
            return Err(rows.fault(&format!(
                "standard output must have one result as {}, found a second",
                self.format.ending()
            )));
        }
        match self.results {
            0 | 1 => write_rows(rows, &Target::Output, self.format).await,
            _ => write_next(rows, self.format).await,
        }
    }
}

/// Rows that a table shows at a terminal if nobody said how many.
pub const ROWS_ON_SCREEN: usize = 40;

/// Tables for whoever reads standard output now; none where that is no terminal.
pub fn on_screen(max_rows: usize, hints: Hints) -> Option<Style> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let width = width();
    let colours = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
    Some(Style::terminal(width, max_rows, hints).coloured(colours))
}

/// Writes a result to its target. Returns the number of rows; a statement without columns has none.
pub async fn write_rows(
    rows: ResultRows,
    target: &Target,
    options: impl Into<ExportOptions>,
) -> Result<usize> {
    write_about(rows, target, options.into(), About::default()).await
}

/// Writes a result to standard output, where others stand before it.
pub async fn write_next(rows: ResultRows, format: Format) -> Result<usize> {
    let about = About { is_next: true, ..About::default() };
    write_about(rows, &Target::Output, format.into(), about).await
}

async fn write_about(
    rows: ResultRows,
    target: &Target,
    mut options: ExportOptions,
    about: About,
) -> Result<usize> {
    if options.format.carries_metadata() {
        options.metadata.extend(metadata(&rows.source, &rows.read().await?));
    }
    let about = About { source: rows.source.clone(), ..about };
    if (options.format, target) == (Format::Arrow, &Target::Output) {
        options.format = Format::Arrows; // a pipe has no end to seek to
    }
    let open = |schema: &SchemaRef| target.open_about(&options, schema, about.clone());
    write_opened(rows, target, open, &|_| Ok(()), &|| Ok(())).await
}

/// The same, by a writer of the caller's.
pub async fn write_with(
    rows: ResultRows,
    target: &Target,
    writer: impl Fn(Out, &SchemaRef) -> Written<Box<dyn BatchWriter>>,
) -> Result<usize> {
    let open = |schema: &SchemaRef| target.open_with(schema, &writer);
    write_opened(rows, target, open, &|_| Ok(()), &|| Ok(())).await
}

/// The same, with checks of each batch and, before a file takes its name, of all of them.
pub async fn write_checked(
    rows: ResultRows,
    target: &Target,
    options: &ExportOptions,
    see: &(dyn Fn(&RecordBatch) -> Result<()> + Sync),
    finish: &(dyn Fn() -> Result<()> + Sync),
) -> Result<usize> {
    let about = About { source: rows.source.clone(), ..About::default() };
    let open = |schema: &SchemaRef| target.open_about(options, schema, about.clone());
    write_opened(rows, target, open, see, finish).await
}

async fn write_opened(
    mut rows: ResultRows,
    target: &Target,
    open: impl Fn(&SchemaRef) -> Result<Export, export::Error>,
    see: &(dyn Fn(&RecordBatch) -> Result<()> + Sync),
    finish: &(dyn Fn() -> Result<()> + Sync),
) -> Result<usize> {
    if !rows.has_columns() && *target == Target::Output {
        while rows.next().await?.is_some() {}
        return Ok(0);
    }
    let is_seen = *target == Target::Output && io::stdout().is_terminal();
    let mut export: Option<Export> = None;
    // The target is opened with the first batch: a query that fails at once writes no header.
    while let Some(batch) = rows.next().await? {
        see(&batch)?;
        let export = match &mut export {
            Some(export) => export,
            none => none.insert(open(&rows.schema)?),
        };
        if is_seen && !export.is_late() {
            rows.hush();
        }
        export.write(&batch)?;
    }
    if is_seen {
        rows.hush();
    }
    finish()?;
    match export {
        Some(export) => Ok(export.finish()?),
        None => Ok(open(&rows.schema)?.finish()?),
    }
}
