//! Columns separated by a byte: commas, tabs.

use std::io::Write;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, StringArray};
use datafusion::arrow::csv::{Writer, WriterBuilder};
use datafusion::arrow::datatypes::{DataType, Fields, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Result;

use super::plain::plain_batch;
use super::writer::{BatchWriter, Out};

/// Separated text. Structs and lists, which it has no notion of, are written as they are shown.
pub(super) struct Text {
    writer: Option<Writer<Out>>,
    schema: SchemaRef,
}

impl Text {
    pub(super) fn new(out: Out, schema: &SchemaRef, delimiter: u8) -> Result<Self> {
        let mut writer = WriterBuilder::new().with_delimiter(delimiter).build(out);
        let flat: Fields = schema
            .fields()
            .iter()
            .map(|field| match field.data_type().is_nested() {
                true => field.as_ref().clone().with_data_type(DataType::Utf8),
                false => field.as_ref().clone(),
            })
            .collect();
        let flat = Arc::new(Schema::new(flat));
        writer.write(&RecordBatch::new_empty(Arc::clone(&flat)))?; // the header
        Ok(Self { writer: Some(writer), schema: flat })
    }
}

impl BatchWriter for Text {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let columns = batch.columns().iter().map(|column| match column.data_type().is_nested() {
            true => shown(column),
            false => Ok(Arc::clone(column)),
        });
        let columns = columns.collect::<Result<Vec<_>, ArrowError>>()?;
        let flat: Fields = self
            .schema
            .fields()
            .iter()
            .zip(&columns)
            .map(|(field, column)| {
                field.as_ref().clone().with_data_type(column.data_type().clone())
            })
            .collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(flat)), columns)?;
        match &mut self.writer {
            Some(writer) => Ok(writer.write(&plain_batch(&batch, &self.schema)?)?),
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

fn shown(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let options = FormatOptions::default();
    let cells = ArrayFormatter::try_new(column, &options)?;
    let text: StringArray = (0..column.len())
        .map(|row| column.is_valid(row).then(|| cells.value(row).to_string()))
        .collect();
    Ok(Arc::new(text))
}
