//! Columns separated by a byte: commas, tabs, semicolons.

use std::io::Write;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::csv::writer::Terminator;
use datafusion::arrow::csv::{Writer, WriterBuilder};
use datafusion::arrow::datatypes::{DataType, Fields, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Result;

use super::plain::plain_batch;
use super::writer::{BatchWriter, Out};

/// How separated text is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    delimiter: u8,
    /// As Excel has it where decimals have a comma: decimal commas, lines that end as on Windows.
    is_european: bool,
}

impl Dialect {
    /// Comma-separated values.
    pub const CSV: Self = Self { delimiter: b',', is_european: false };
    /// Separated by tabs.
    pub const TSV: Self = Self { delimiter: b'\t', is_european: false };
    /// For Excel in Europe.
    pub const EUROPEAN: Self = Self { delimiter: b';', is_european: true };
}

/// The mark that tells Excel that text is UTF-8.
pub(super) const MARK: &[u8] = "\u{feff}".as_bytes();

/// Separated text. Structs and lists, which it has no notion of, are written as they are shown.
pub(super) struct Text {
    writer: Option<Writer<Out>>,
    schema: SchemaRef,
    dialect: Dialect,
}

impl Text {
    pub(super) fn new(out: Out, schema: &SchemaRef, dialect: Dialect) -> Result<Self> {
        let mut writer = WriterBuilder::new().with_delimiter(dialect.delimiter);
        if dialect.is_european {
            writer = writer.with_line_terminator(Terminator::CRLF);
        }
        let (mut writer, schema) = (writer.build(out), flat_schema(schema));
        writer.write(&RecordBatch::new_empty(Arc::clone(&schema)))?; // the header
        Ok(Self { writer: Some(writer), schema, dialect })
    }
}

impl BatchWriter for Text {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let batch = flat_batch(batch, &self.schema)?;
        let batch = if self.dialect.is_european { with_commas(&batch)? } else { batch };
        match &mut self.writer {
            Some(writer) => Ok(writer.write(&batch)?),
            None => Ok(()),
        }
    }

    fn finish(&mut self) -> Result<()> {
        match self.writer.take() {
            Some(writer) => Ok(writer.into_inner().flush()?),
            None => Ok(()),
        }
    }
}

/// A schema with text for what is nested.
pub(super) fn flat_schema(schema: &Schema) -> SchemaRef {
    let flat = schema.fields().iter().map(|field| match field.data_type().is_nested() {
        true => field.as_ref().clone().with_data_type(DataType::Utf8),
        false => field.as_ref().clone(),
    });
    Arc::new(Schema::new(flat.collect::<Fields>()))
}

/// The rows with text for what is nested, in the types of the schema.
pub(super) fn flat_batch(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = batch.columns().iter().map(|column| match column.data_type().is_nested() {
        true => shown(column),
        false => Ok(Arc::clone(column)),
    });
    plain_batch(&with_columns(batch, columns.collect::<Result<_, ArrowError>>()?)?, schema)
}

/// Numbers with a decimal comma, as text.
fn with_commas(batch: &RecordBatch) -> Result<RecordBatch> {
    let columns = batch.columns().iter().map(|column| {
        let data_type = column.data_type();
        if !(data_type.is_floating() || data_type.is_decimal()) {
            return Ok(Arc::clone(column));
        }
        let texts = shown(column)?;
        let texts = texts.as_string::<i32>().iter();
        Ok(Arc::new(texts.map(|text| Some(text?.replace('.', ","))).collect::<StringArray>()) as _)
    });
    with_columns(batch, columns.collect::<Result<_, ArrowError>>()?)
}

/// A batch with other columns under its names.
fn with_columns(batch: &RecordBatch, columns: Vec<ArrayRef>) -> Result<RecordBatch> {
    let schema = batch.schema();
    let fields = schema.fields().iter().zip(&columns);
    let fields = fields
        .map(|(field, column)| field.as_ref().clone().with_data_type(column.data_type().clone()));
    let schema = Arc::new(Schema::new(fields.collect::<Fields>()));
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(schema, columns, &rows)?)
}

/// Cells as they are shown.
pub(super) fn shown(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let options = FormatOptions::default();
    let cells = ArrayFormatter::try_new(column, &options)?;
    let text: StringArray = (0..column.len())
        .map(|row| column.is_valid(row).then(|| cells.value(row).to_string()))
        .collect();
    Ok(Arc::new(text))
}
