//! Plain types and unambiguous names: what every reader of a file knows.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::UInt32Array;
use datafusion::arrow::compute::{cast_with_options, take_record_batch, CastOptions};
use datafusion::arrow::datatypes::{
    DECIMAL128_MAX_PRECISION, DataType, Field, Fields, Schema, SchemaRef, TimeUnit,
};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::{Result, plan_err};

use super::writer::BatchWriter;

/// Types every reader knows, at every depth: text, bytes and lists with offsets of 32 bits,
/// dictionaries and runs unpacked (dictionaries of ours may repeat entries, which some readers
/// refuse), numbers and times of the sizes that all have.
pub(super) fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::RunEndEncoded(_, values) => plain_type(values.data_type()),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field) => DataType::List(Arc::new(plain_field(field))),
        DataType::FixedSizeList(field, size) => {
            DataType::FixedSizeList(Arc::new(plain_field(field)), *size)
        }
        DataType::Map(entries, is_sorted) => {
            DataType::Map(Arc::new(plain_field(entries)), *is_sorted)
        }
        DataType::Struct(fields) => {
            DataType::Struct(fields.iter().map(|field| plain_field(field)).collect::<Fields>())
        }
        DataType::Float16 => DataType::Float32,
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => {
            DataType::Decimal128(*precision, *scale)
        }
        DataType::Decimal256(precision, scale) if *precision <= DECIMAL128_MAX_PRECISION => {
            DataType::Decimal128(*precision, *scale)
        }
        // Parquet has no seconds, and a date in milliseconds is a number there.
        DataType::Timestamp(TimeUnit::Second, zone) => {
            DataType::Timestamp(TimeUnit::Millisecond, zone.clone())
        }
        DataType::Time32(TimeUnit::Second) => DataType::Time32(TimeUnit::Millisecond),
        DataType::Date64 => DataType::Date32,
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
    let options = CastOptions { safe: false, ..CastOptions::default() };
    let columns = batch.columns().iter().zip(schema.fields());
    let columns = columns.map(|(column, field)| match column.data_type() == field.data_type() {
        true => Ok(Arc::clone(column)),
        false => cast_with_options(column, field.data_type(), &options),
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
        match plain_batch(batch, &self.schema) {
            Ok(batch) => self.writer.write(&batch),
            // What is too much for offsets of 32 bits fits in halves.
            Err(_) if batch.num_rows() > 1 => {
                let rows = batch.num_rows() as u32;
                let mut half = |rows: std::ops::Range<u32>| {
                    self.write(&take_record_batch(batch, &UInt32Array::from_iter_values(rows))?)
                };
                half(0..rows / 2)?;
                half(rows / 2..rows)
            }
            Err(error) => Err(error),
        }
    }

    fn finish(&mut self) -> Result<()> {
        self.writer.finish()
    }
}
