//! Results to standard output, or to a file.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result as Written;
use terminal_size::{Width, terminal_size};

use super::error::Result;
use super::execute::{ResultRows, Runner};
use super::expectation::check;
use super::provenance::metadata::metadata;
use super::values::opened;
use crate::export::{About, BatchWriter, Export, Format, Hints, Out, Style, Target, batch_writer};

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
    let width = terminal_size().map(|(Width(width), _)| width);
    let colours = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
    Some(Style::terminal(width, max_rows, hints).coloured(colours))
}

/// Writes a result to its target. Returns the number of rows; a statement without columns has none.
pub async fn write_rows(rows: ResultRows, target: &Target, format: Format) -> Result<usize> {
    write_about(rows, target, format, About::default()).await
}

/// Writes a result to standard output, where others stand before it.
pub async fn write_next(rows: ResultRows, format: Format) -> Result<usize> {
    let about = About { is_next: true, ..About::default() };
    write_about(rows, &Target::Output, format, about).await
}

async fn write_about(
    rows: ResultRows,
    target: &Target,
    format: Format,
    about: About,
) -> Result<usize> {
    let metadata = match format.carries_metadata() {
        true => metadata(&rows.source, &rows.read().await?),
        false => BTreeMap::new(),
    };
    let about = About { name: target.stem(), source: rows.source.clone(), metadata, ..about };
    let format = match (format, target) {
        (Format::Arrow, Target::Output) => Format::Arrows, // a pipe has no end to seek to
        (format, _) => format,
    };
    write_with(rows, target, |out, schema| batch_writer(format, out, schema, &about)).await
}

/// The same, by a writer of the caller's.
pub async fn write_with(
    rows: ResultRows,
    target: &Target,
    writer: impl Fn(Out, &SchemaRef) -> Written<Box<dyn BatchWriter>>,
) -> Result<usize> {
    write_checked(rows, target, writer, &|_| Ok(()), &|| Ok(())).await
}

/// The same, with checks of each batch and, before a file takes its name, of all of them.
pub async fn write_checked(
    mut rows: ResultRows,
    target: &Target,
    writer: impl Fn(Out, &SchemaRef) -> Written<Box<dyn BatchWriter>>,
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
            none => none.insert(target.open_with(&rows.schema, &writer)?),
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
        None => Ok(target.open_with(&rows.schema, &writer)?.finish()?),
    }
}
