//! Results on the screen and in files.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result as Written;

use super::pager::{Paged, Pager, When};
use crate::cli::error::{Error, Result};
use crate::cli::execute::ResultRows;
use crate::cli::interrupt::Interrupt;
use crate::cli::output::{ROWS_ON_SCREEN, on_screen, write_rows, write_with};
use crate::cli::report::width;
use crate::export::{About, BatchWriter, Format, Hints, Out, Style, Table, Target, batch_writer};

/// How to see what a table leaves out.
const HINTS: Hints = Hints { rows: " (\\rows 0 shows all)", columns: " (\\f csv shows all)" };

/// Rows shown at most if nobody said how many: on the screen, and in a pager.
const ROWS: (usize, usize) = (ROWS_ON_SCREEN, 10_000);

/// Whether a row is shown as lines of its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expanded {
    /// Never.
    Off,
    /// Always.
    On,
    /// Where the table is too wide.
    Auto,
}

/// How results are shown.
pub struct Screen {
    /// The format.
    pub format: Format,
    /// Rows shown at most, if that was said.
    pub rows: Option<usize>,
    /// Whether a row is lines of its columns.
    pub expanded: Expanded,
    /// The pager.
    pub pager: Pager,
    interrupt: Interrupt,
}

impl Screen {
    /// As it is at the start.
    pub fn new(format: Format, interrupt: &Interrupt) -> Self {
        Self {
            format,
            rows: None,
            expanded: Expanded::Off,
            pager: Pager { when: When::Auto, command: None },
            interrupt: interrupt.clone(),
        }
    }

    /// Shows a result, `expanded` or as is set; a table tells the time since `started` below itself.
    /// Returns the number of rows, none if the pager was left before the end; and when all were there,
    /// whatever time was spent in the pager.
    pub async fn show(
        &self,
        rows: ResultRows,
        expanded: Option<Expanded>,
        pages: bool,
        started: Option<Instant>,
    ) -> Result<(Option<usize>, Instant)> {
        let paged = Paged::new(&self.pager, pages, &self.interrupt);
        let looks = self.looks(expanded.unwrap_or(self.expanded), pages, started);
        let name = Target::Output.stem();
        let about = About { is_next: true, name, source: rows.source.clone() };
        let written = write_with(rows, &Target::Output, |_, schema| {
            looks.writer(Box::new(BufWriter::new(paged.clone())), schema, &about)
        });
        let (written, end) = (written.await, Instant::now());
        let is_whole = paged.finish().map_err(Error::output)?;
        match written {
            Ok(rows) => Ok((Some(rows), end)),
            Err(Error::ClosedPipe) if !is_whole => Ok((None, end)),
            Err(error) => Err(error),
        }
    }

    /// Shows what a command has to say as a table, with a line below it.
    pub fn show_batch(&self, batch: &RecordBatch, footer: Option<&str>) -> Result<()> {
        let paged = Paged::new(&self.pager, true, &self.interrupt);
        let out = Box::new(BufWriter::new(paged.clone()));
        let schema = batch.schema();
        let mut writer: Box<dyn BatchWriter> = match self.format {
            Format::Table => Box::new(Table::new(out, &schema, Style::within(width()))),
            format => {
                let about = About { is_next: true, ..About::default() };
                batch_writer(&format.into(), out, &schema, &about)?
            }
        };
        writer.write(batch)?;
        writer.finish()?;
        if let Some(footer) = footer.filter(|_| self.format == Format::Table) {
            writeln!(&mut paged.clone(), "{footer}").map_err(Error::output)?;
        }
        paged.finish().map_err(Error::output).map(|_| ())
    }

    /// Shows a text.
    pub fn say(&self, text: &str) -> Result<()> {
        let mut paged = Paged::new(&self.pager, true, &self.interrupt);
        writeln!(paged, "{text}").map_err(Error::output)?;
        paged.finish().map_err(Error::output).map(|_| ())
    }

    fn looks(&self, expanded: Expanded, pages: bool, started: Option<Instant>) -> Looks {
        let most = if pages && self.pager.used().is_some() { ROWS.1 } else { ROWS.0 };
        let max_rows = self.rows.unwrap_or(most);
        let style = on_screen(max_rows, HINTS).map(|style| style.timed(started));
        let style = style.unwrap_or_else(Style::plain);
        let style = match expanded {
            Expanded::Off => style,
            Expanded::On => style.upright(),
            Expanded::Auto => style.fitting(),
        };
        Looks { format: self.format, style }
    }
}

/// How one result is shown.
struct Looks {
    format: Format,
    style: Style,
}

impl Looks {
    fn writer(&self, out: Out, schema: &SchemaRef, about: &About) -> Written<Box<dyn BatchWriter>> {
        match self.format {
            Format::Table => Ok(Box::new(Table::new(out, schema, self.style.clone()))),
            format => batch_writer(&format.into(), out, schema, about),
        }
    }
}

/// A file that results go to, one after another. After each it is there, whole.
#[derive(Debug)]
pub struct Collected {
    path: PathBuf,
    format: Format,
    results: usize,
}

impl Collected {
    /// A file that can be written to.
    ///
    /// # Errors
    /// When it cannot be, or its ending names no format.
    pub fn new(command: &str, path: PathBuf) -> Result<Self> {
        let format = format_of(command, &path)?;
        drop(Target::File(path.clone()).begin()?);
        Ok(Self { path, format, results: 0 })
    }

    /// Where results go.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the next result after those before it. Returns the number of rows.
    pub async fn append(&mut self, rows: ResultRows) -> Result<usize> {
        let target = Target::File(self.path.clone());
        if !rows.has_columns() {
            return write_rows(rows, &Target::Output, self.format).await; // nothing to write
        }
        if self.results > 0 && !self.format.is_text() {
            return Err(rows.fault(&format!(
                "{target}: must have one result as {}, found a second (\\o names another file)",
                self.format.ending()
            )));
        }
        let is_next = self.results > 0 && self.path.is_file();
        let written = match is_next {
            false => write_rows(rows, &target, self.format).await?,
            true => {
                let source = rows.source.clone();
                let about = About { is_next, name: target.stem(), source };
                write_with(rows, &target, |mut out, schema| {
                    io::copy(&mut File::open(&self.path)?, &mut out)?;
                    batch_writer(&self.format.into(), out, schema, &about)
                })
                .await?
            }
        };
        self.results += 1;
        Ok(written)
    }
}

/// The format of a file by its ending.
pub fn format_of(command: &str, path: &Path) -> Result<Format> {
    Format::from_ending(path).ok_or_else(|| {
        Error::Usage(format!(
            "{command}: must be a file whose ending names its format, got '{}' (such as .csv, .arrow, \
             .parquet)",
            path.display()
        ))
    })
}
