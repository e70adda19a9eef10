//! Pictures of results: drawn, and written to files or shown in characters.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::DataFusionError;

use super::error::{Error, Result};
use super::execute::ResultRows;
use super::provenance::metadata::metadata;
use super::report::{ending, width};
use super::whole::write_whole;
use crate::draw::look::CELL;
use crate::draw::output::{png::png, svg::svg_about, terminal::characters};
use crate::draw::{Look, Picture, Request, draw, draw_within};
use crate::error::describe;
use crate::export::Target;

/// Columns where there is no terminal.
const COLUMNS: u16 = 80;

/// Rows of a terminal that a picture takes, its title and notes apart.
const ROWS: f64 = 20.0;

/// How pictures are drawn.
#[derive(Debug, Clone, Default)]
pub struct Drawing {
    /// Light on dark.
    pub is_dark: bool,
    /// Width and height of the whole picture in a file.
    pub size: Option<(f64, f64)>,
}

/// Where a picture goes, and as what.
#[derive(Debug, Clone)]
pub struct Canvas {
    /// The file, or standard output.
    pub target: Target,
    is_png: bool,
}

impl Drawing {
    /// A picture for a file.
    ///
    /// # Errors
    /// It cannot be drawn.
    pub fn for_file(
        &self,
        rows: &ResultRows,
        all: &[RecordBatch],
        asked: &Request,
    ) -> Result<Picture> {
        let look = Look { is_dark: self.is_dark, ..Look::default() };
        let drawn = match self.size {
            Some(size) => draw_within(&rows.schema, all, asked, &look, size),
            None => draw(&rows.schema, all, asked, &look),
        };
        drawn.map_err(|error| fault(rows, &error))
    }

    /// A picture in characters on standard output.
    ///
    /// # Errors
    /// It cannot be drawn, or standard output cannot be written to.
    pub fn show(&self, rows: &ResultRows, all: &[RecordBatch], asked: &Request) -> Result<()> {
        // The last column stays free: some terminals begin a new line after it.
        let columns = usize::from(width().unwrap_or(COLUMNS).max(21)) - 1;
        let (wide, high) = (columns as f64 * CELL.0, ROWS * CELL.1);
        let look = Look { is_dark: self.is_dark, width: wide, height: high, in_characters: true };
        let drawn = draw(&rows.schema, all, asked, &look);
        let picture = drawn.map_err(|error| fault(rows, &error))?;
        let is_coloured =
            anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
        let text = characters(&picture, columns, is_coloured && io::stdout().is_terminal());
        let mut out = io::stdout();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::output)
    }
}

impl Canvas {
    /// A file by its ending, or `-` for SVG on standard output; `what` is what errors call it.
    ///
    /// # Errors
    /// Another ending.
    pub fn parse(what: &str, output: &str) -> Result<Self> {
        let target = Target::parse(output);
        let is_png = match &target {
            Target::File(path) => is_png(what, path)?,
            _ => false,
        };
        Ok(Self { target, is_png })
    }

    /// The same for the picture of a number among several: `index.svg` becomes `index-2.svg`.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        let target = match &self.target {
            Target::File(path) => Target::File(numbered(path, number)),
            other => other.clone(),
        };
        Self { target, ..self.clone() }
    }

    /// Writes a picture; the file takes its name when it is complete.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn write(&self, rows: &ResultRows, picture: &Picture) -> Result<()> {
        let about = metadata(&rows.source, &rows.read().await?);
        let bytes = match self.is_png {
            true => png(picture, &about).map_err(|error| Error::Data(describe(&error)))?,
            false => svg_about(picture, &about).into_bytes(),
        };
        write_whole(&self.target, &bytes)
    }
}

/// Why there is no picture, at its statement. One that has no name is called as the command already.
fn fault(rows: &ResultRows, error: &DataFusionError) -> Error {
    let message = describe(error);
    match rows.source.file.as_str() {
        "plot" => rows.fault(message.trim_start_matches("plot: ")),
        _ => rows.fault(&message),
    }
}

fn numbered(path: &Path, number: usize) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{number}.{ending}"))
}

fn is_png(what: &str, path: &Path) -> Result<bool> {
    let ends = |with: &str| path.extension().is_some_and(|end| end.eq_ignore_ascii_case(with));
    match (ends("png"), ends("svg")) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(Error::Usage(format!(
            "{what}{}: must end in .svg or .png, found {}",
            path.display(),
            ending(path)
        ))),
    }
}
