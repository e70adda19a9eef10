//! Plain types and unambiguous names: what every reader of a file knows.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::{Result, plan_err};

use super::writer::BatchWriter;

/// Types every reader knows: text and bytes plain, dictionaries unpacked (ours may repeat entries,
/// which some readers refuse).
fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8View => DataType::Utf8,
        DataType::BinaryView => DataType::Binary,
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::Struct(fields) => {
            DataType::Struct(fields.iter().map(|field| plain_field(field)).collect::<Fields>())
        }
        DataType::List(field) => DataType::List(Arc::new(plain_field(field))),
        other => other.clone(),
    }
}

fn plain_field(field: &Field) -> Field {
    field.clone().with_data_type(plain_type(field.data_type()))
}

/// The schema in a file: plain types, and names that tell columns apart. A reader that finds columns
/// by name would find one of two alike, and JSON has room for one only.
pub(super) fn file_schema(schema: &Schema) -> Result<SchemaRef> {
    let mut names = HashSet::new();
    if let Some(twice) = schema.fields().iter().find(|field| !names.insert(field.name())) {
        return plan_err!(
            "columns must have names of their own in a file, found two called '{}' (rename one: \
             SELECT ... AS name)",
            twice.name()
        );
    }
    Ok(Arc::new(Schema::new(
        schema.fields().iter().map(|field| plain_field(field)).collect::<Fields>(),
    )))
}

pub(super) fn plain_batch(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = batch.columns().iter().zip(schema.fields());
    let columns = columns.map(|(column, field)| match column.data_type() == field.data_type() {
        true => Ok(Arc::clone(column)),
        false => cast(column, field.data_type()),
    });
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let columns = columns.collect::<Result<_, ArrowError>>()?;
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &rows)?)
}

/// Writes what it is given with plain types.
pub(super) struct Plain<W> {
    pub writer: W,
    pub schema: SchemaRef,
}

impl<W: BatchWriter> BatchWriter for Plain<W> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer.write(&plain_batch(batch, &self.schema)?)
    }

    fn finish(&mut self) -> Result<()> {
        self.writer.finish()
    }
}
