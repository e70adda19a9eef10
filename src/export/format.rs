//! The formats a result can be written in: their files and their writers.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::Result;

use super::delimited::{Dialect, MARK, Text};
#[cfg(feature = "excel")]
use super::excel;
use super::latex::Latex;
use super::options::ExportOptions;
use super::plain::file_schema;
#[cfg(feature = "cli")]
use super::table::{Style, Table};
use super::writer::{About, BatchWriter, Out};
use super::{arrow, json, parquet};

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Columns aligned, for reading
    #[cfg(feature = "cli")]
    Table,
    /// Comma-separated, a header line, NULL empty
    Csv,
    /// For Excel in Europe: semicolons, decimal commas, UTF-8 with a mark, lines as on Windows
    Csv2,
    /// As csv, separated by tabs
    Tsv,
    /// One array of objects
    Json,
    /// One object a line
    Ndjson,
    /// A Markdown table
    #[cfg(feature = "cli")]
    Markdown,
    /// A LaTeX table (tabular, booktabs)
    Latex,
    /// A workbook of Excel
    #[cfg(feature = "excel")]
    Xlsx,
    /// Arrow IPC: a file (.arrow), or a stream on standard output
    Arrow,
    /// Arrow IPC stream (.arrows)
    Arrows,
    /// Parquet, zstd, with statistics and page index
    Parquet,
}

impl Format {
    /// The format that a file's ending stands for.
    pub fn from_ending(path: &Path) -> Option<Self> {
        Some(match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "arrow" | "feather" | "ipc" => Self::Arrow,
            "arrows" => Self::Arrows,
            "parquet" => Self::Parquet,
            "csv" => Self::Csv,
            "tsv" => Self::Tsv,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::Ndjson,
            "tex" => Self::Latex,
            #[cfg(feature = "excel")]
            "xlsx" => Self::Xlsx,
            #[cfg(feature = "cli")]
            "md" => Self::Markdown,
            #[cfg(feature = "cli")]
            "txt" => Self::Table,
            _ => return None,
        })
    }

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            #[cfg(feature = "cli")]
            Self::Table => "txt",
            Self::Csv | Self::Csv2 => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            #[cfg(feature = "cli")]
            Self::Markdown => "md",
            Self::Latex => "tex",
            #[cfg(feature = "excel")]
            Self::Xlsx => "xlsx",
            Self::Arrow => "arrow",
            Self::Arrows => "arrows",
            Self::Parquet => "parquet",
        }
    }

    /// Whether a person can read it.
    pub fn is_text(self) -> bool {
        match self {
            Self::Arrow | Self::Arrows | Self::Parquet => false,
            #[cfg(feature = "excel")]
            Self::Xlsx => false,
            _ => true,
        }
    }
}

/// The writer of a format. An empty result has its schema, or its header, all the same.
///
/// # Errors
/// When the format cannot hold the schema or its first bytes cannot be written.
pub(crate) fn batch_writer(
    options: &ExportOptions,
    mut out: Out,
    schema: &SchemaRef,
    about: &About,
) -> Result<Box<dyn BatchWriter>> {
    Ok(match options.format {
        Format::Arrow => arrow::file(out, described_schema(options, schema)?, options.ipc()?)?,
        Format::Arrows => arrow::stream(out, described_schema(options, schema)?, options.ipc()?)?,
        Format::Parquet => parquet::file(out, file_schema(schema)?, options)?,
        Format::Csv => Box::new(Text::new(out, &file_schema(schema)?, Dialect::CSV)?),
        Format::Csv2 => {
            let schema = file_schema(schema)?;
            if !about.is_next {
                out.write_all(MARK)?;
            }
            Box::new(Text::new(out, &schema, Dialect::EUROPEAN)?)
        }
        Format::Tsv => Box::new(Text::new(out, &file_schema(schema)?, Dialect::TSV)?),
        Format::Json => json::array(out, file_schema(schema)?),
        Format::Ndjson => json::lines(out, file_schema(schema)?),
        Format::Latex => Box::new(Latex::new(out, schema)?),
        #[cfg(feature = "excel")]
        Format::Xlsx => excel::one_sheet(out, schema, &about.name, &about.source)?,
        #[cfg(feature = "cli")]
        Format::Table => Box::new(Table::new(out, schema, Style::plain())),
        #[cfg(feature = "cli")]
        Format::Markdown => Box::new(Table::new(out, schema, Style::markdown())),
    })
}

/// The writer of a file that is one of many at a time, of a format that can be partitioned.
///
/// # Errors
/// As [`batch_writer`].
pub(super) fn writer_of_many(
    options: &ExportOptions,
    out: Out,
    schema: &SchemaRef,
    about: &About,
) -> Result<Box<dyn BatchWriter>> {
    match options.format {
        Format::Parquet => parquet::file_of_many(out, file_schema(schema)?, options),
        _ => batch_writer(options, out, schema, about),
    }
}

/// The schema in a file of Arrow, with what it says of itself.
fn described_schema(options: &ExportOptions, schema: &Schema) -> Result<SchemaRef> {
    let schema = file_schema(schema)?;
    let metadata = options.metadata.iter().cloned().collect();
    Ok(Arc::new(schema.as_ref().clone().with_metadata(metadata)))
}
