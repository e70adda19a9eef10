//! Parquet: compressed, with statistics, and with the order of its rows.

use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{Result, exec_err};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowLeafColumn, ArrowRowGroupWriterFactory,
    compute_leaves,
};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::{KeyValue, SortingColumn};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::file::writer::SerializedFileWriter;
use datafusion::parquet::schema::types::ColumnPath;

use super::options::ExportOptions;
use super::plain::Plain;
use super::writer::{BatchWriter, Out};

/// How many threads encode columns at most, some of them quick and some slow, and how many batches
/// may wait for each.
const THREADS: usize = 8;
const WAITING: usize = 8;

/// A writer of Parquet: compressed, statistics and index of every page, and the columns whose order
/// the rows have noted in the footer.
///
/// # Errors
/// When Parquet cannot hold the schema.
pub(super) fn file(
    out: Out,
    schema: SchemaRef,
    options: &ExportOptions,
) -> Result<Box<dyn BatchWriter>> {
    let carrying = carrying(&schema, options);
    let properties = properties(&schema, options)?;
    let largest = properties.max_row_group_row_count().unwrap_or(usize::MAX);
    let writer = ArrowWriter::try_new(out, carrying, Some(properties))?;
    let writer = RowGroups::new(writer, Arc::clone(&schema), largest)?;
    Ok(Box::new(Plain { writer, schema }))
}

/// The same on the thread of the caller, where many files are written at a time.
///
/// # Errors
/// As [`file`].
pub(super) fn file_of_many(
    out: Out,
    schema: SchemaRef,
    options: &ExportOptions,
) -> Result<Box<dyn BatchWriter>> {
    let properties = properties(&schema, options)?;
    let writer = ArrowWriter::try_new(out, carrying(&schema, options), Some(properties))?;
    Ok(Box::new(Plain { writer, schema }))
}

/// The schema with what the file says of itself: some readers look at the schema of Arrow alone, others
/// at the footer's own pairs.
fn carrying(schema: &Schema, options: &ExportOptions) -> SchemaRef {
    let metadata = options.metadata.iter().cloned().collect();
    Arc::new(schema.clone().with_metadata(metadata))
}

fn properties(schema: &Schema, options: &ExportOptions) -> Result<WriterProperties> {
    let sorted = options.sorted_by.iter().filter_map(|name| schema.index_of(name).ok());
    let sorting = sorted.map(|column| SortingColumn {
        column_idx: column as i32,
        descending: false,
        nulls_first: false,
    });
    let sorting: Vec<_> = sorting.collect();
    let metadata = options.metadata.iter();
    let metadata: Vec<_> =
        metadata.map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
    let mut properties = WriterProperties::builder()
        .set_compression(options.codec()?)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_created_by(concat!("goalposts ", env!("CARGO_PKG_VERSION")).into())
        .set_key_value_metadata((!metadata.is_empty()).then_some(metadata))
        .set_sorting_columns((!sorting.is_empty()).then_some(sorting));
    if let Some(rows) = options.row_group_rows {
        properties = properties.set_max_row_group_row_count(Some(rows.get()));
    }
    for field in schema.fields() {
        // Computed doubles hardly repeat: a dictionary only costs.
        if *field.data_type() == DataType::Float64 {
            let column = ColumnPath::from(field.name().as_str());
            properties = properties.set_column_dictionary_enabled(column, false);
        }
    }
    Ok(properties.build())
}

impl BatchWriter for ArrowWriter<Out> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        Ok(self.write(batch)?)
    }

    fn finish(&mut self) -> Result<()> {
        self.finish()?;
        Ok(self.inner_mut().flush()?)
    }
}

/// Writes row groups one after the other, the columns of each on several threads.
struct RowGroups {
    file: Option<SerializedFileWriter<Out>>,
    factory: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    /// The row group in the making, its number, and how many rows it may still have.
    group: Option<Group>,
    number: usize,
    room: usize,
    largest: usize,
}

/// The columns of a row group: those of each thread, in turn.
struct Group(Vec<(SyncSender<Vec<ArrowLeafColumn>>, JoinHandle<Encoded>)>);

type Encoded = Result<Vec<ArrowColumnChunk>, ParquetError>;

impl RowGroups {
    fn new(writer: ArrowWriter<Out>, schema: SchemaRef, largest: usize) -> Result<Self> {
        let (file, factory) = writer.into_serialized_writer()?;
        let file = Some(file);
        Ok(Self { file, factory, schema, group: None, number: 0, room: largest, largest })
    }

    /// Ends a row group.
    fn close(&mut self) -> Result<()> {
        let (Some(group), Some(file)) = (self.group.take(), &mut self.file) else { return Ok(()) };
        let chunks = group.finish()?;
        let mut writer = file.next_row_group()?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut writer)?;
        }
        writer.close()?;
        self.number += 1;
        self.room = self.largest;
        Ok(())
    }
}

impl Group {
    fn begin(columns: Vec<ArrowColumnWriter>) -> Self {
        let threads = columns.len().clamp(1, THREADS);
        let mut shares: Vec<Vec<ArrowColumnWriter>> = (0..threads).map(|_| Vec::new()).collect();
        for (i, column) in columns.into_iter().enumerate() {
            shares[i % threads].push(column);
        }
        let begin = |mut columns: Vec<ArrowColumnWriter>| {
            let (sender, receiver) = sync_channel::<Vec<ArrowLeafColumn>>(WAITING);
            let work = move || {
                for cells in receiver {
                    columns
                        .iter_mut()
                        .zip(&cells)
                        .try_for_each(|(column, cells)| column.write(cells))?;
                }
                columns.into_iter().map(ArrowColumnWriter::close).collect()
            };
            (sender, std::thread::spawn(work))
        };
        Self(shares.into_iter().map(begin).collect())
    }

    /// Hands rows to the threads. One that failed takes none: it says why at the end.
    fn write(&self, batch: &RecordBatch, schema: &Schema) -> Result<bool> {
        let mut shares: Vec<Vec<ArrowLeafColumn>> = self.0.iter().map(|_| Vec::new()).collect();
        let mut threads = (0..self.0.len()).cycle();
        for (field, column) in schema.fields().iter().zip(batch.columns()) {
            for (leaf, thread) in compute_leaves(field, column)?.into_iter().zip(&mut threads) {
                shares[thread].push(leaf);
            }
        }
        let sent = self.0.iter().zip(shares).all(|((sender, _), share)| sender.send(share).is_ok());
        Ok(sent)
    }

    /// The columns, encoded, in their order.
    fn finish(self) -> Result<Vec<ArrowColumnChunk>> {
        let mut shares = Vec::with_capacity(self.0.len());
        for (sender, thread) in self.0 {
            drop(sender);
            let Ok(encoded) = thread.join() else {
                return exec_err!("a thread that writes columns stopped");
            };
            shares.push(encoded?.into_iter());
        }
        let in_turn = (0..shares.len()).cycle().map_while(|thread| shares[thread].next());
        Ok(in_turn.collect())
    }
}

impl BatchWriter for RowGroups {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let mut from = 0;
        while from < batch.num_rows() {
            let group = match &mut self.group {
                Some(group) => group,
                none => none.insert(Group::begin(self.factory.create_column_writers(self.number)?)),
            };
            let rows = self.room.min(batch.num_rows() - from);
            let is_written = group.write(&batch.slice(from, rows), &self.schema)?;
            (from, self.room) = (from + rows, self.room - rows);
            if self.room == 0 || !is_written {
                self.close()?;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        self.close()?;
        match self.file.take() {
            Some(file) => Ok(file.into_inner()?.flush()?),
            None => Ok(()),
        }
    }
}
