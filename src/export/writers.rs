//! The writers of the formats.

use std::io::Write;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::Result;

use super::delimited::{Dialect, MARK, Text};
#[cfg(feature = "excel")]
use super::excel;
use super::format::Format;
use super::latex::Latex;
use super::options::ExportOptions;
use super::plain::file_schema;
#[cfg(feature = "cli")]
use super::table::{Style, Table};
use super::writer::{About, BatchWriter, Out};
use super::{arrow, json, parquet};

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
