//! Parquet: compressed, with statistics, and with the order of its rows.

use std::io::Write;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::metadata::SortingColumn;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;

use super::plain::{Plain, file_schema};
use super::writer::{BatchWriter, Out};

/// A writer of Parquet: zstd, statistics and index of every page, and `sorted_by`, the columns
/// whose order the rows have, noted in the footer.
///
/// # Errors
/// When Parquet cannot hold the schema.
pub(crate) fn parquet_writer(
    out: Out,
    schema: &SchemaRef,
    sorted_by: &[String],
) -> Result<Box<dyn BatchWriter>> {
    let schema = file_schema(schema)?;
    let properties = properties(&schema, sorted_by);
    let writer = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties))?;
    Ok(Box::new(Plain { writer: Some(writer), schema }))
}

fn properties(schema: &Schema, sorted_by: &[String]) -> WriterProperties {
    let sorted = sorted_by.iter().filter_map(|name| schema.index_of(name).ok());
    let sorting = sorted.map(|column| SortingColumn {
        column_idx: column as i32,
        descending: false,
        nulls_first: false,
    });
    let sorting: Vec<_> = sorting.collect();
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_created_by(concat!("goalposts ", env!("CARGO_PKG_VERSION")).into())
        .set_sorting_columns((!sorting.is_empty()).then_some(sorting));
    for field in schema.fields() {
        // Computed doubles hardly repeat: a dictionary only costs.
        if *field.data_type() == DataType::Float64 {
            let column = ColumnPath::from(field.name().as_str());
            properties = properties.set_column_dictionary_enabled(column, false);
        }
    }
    properties.build()
}

impl BatchWriter for Option<ArrowWriter<Out>> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        match self {
            Some(writer) => Ok(writer.write(batch)?),
            None => Ok(()),
        }
    }

    fn finish(&mut self) -> Result<()> {
        match self.take() {
            Some(writer) => Ok(writer.into_inner()?.flush()?),
            None => Ok(()),
        }
    }
}
