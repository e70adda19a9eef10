//! Files of text as one table of the engine: columns by name, of the types that hold all cells.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use csv::StringRecord;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_err, plan_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use futures::{StreamExt, TryStreamExt, stream};

use super::cells::{Maker, Making, constants};
use super::door::Door;
use super::fault::Fault;
use super::origin::Origin;
use super::text_file::TextFile;

/// How many parts are read ahead of those that the threads are at.
const AHEAD: usize = 2;

/// A column of the table.
#[derive(Debug, Clone)]
pub struct TableColumn {
    /// How its cells become values; `position` is that of the first file.
    pub making: Making,
    /// Its name in the files.
    pub source: String,
    /// Why it cannot be read, if it cannot.
    pub fault: Option<String>,
}

/// Files of text as one table.
pub struct TextTable {
    files: Vec<(Arc<TextFile>, Vec<ScalarValue>)>,
    columns: Vec<TableColumn>,
    schema: SchemaRef,
    door: Door,
    origins: Vec<Origin>,
}

impl TextTable {
    /// Each file with the values of the columns that are the same in all its rows.
    pub fn new(
        files: Vec<(Arc<TextFile>, Vec<ScalarValue>)>,
        columns: Vec<TableColumn>,
        constants: &[(String, DataType)],
        door: Door,
    ) -> Self {
        let of_cells = columns.iter().map(|column| (&column.making.name, &column.making.data_type));
        let of_files = constants.iter().map(|(name, data_type)| (name, data_type));
        let fields = of_cells
            .chain(of_files)
            .map(|(name, data_type)| Field::new(name, data_type.clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        Self { files, columns, schema, door, origins: Vec::new() }
    }

    /// The same, with where its files come from.
    #[must_use]
    pub fn from(self, origins: Vec<Origin>) -> Self {
        Self { origins, ..self }
    }

    /// Where its files come from.
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }
}

impl fmt::Debug for TextTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files: Vec<_> = self.files.iter().map(|(file, _)| &*file.shown).collect();
        write!(f, "TextTable({})", files.join(", "))
    }
}

#[async_trait]
impl TableProvider for TextTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let wanted = projection.cloned().unwrap_or(all);
        // What cannot be read is in the way of those alone who want it.
        let columns = wanted.iter().filter_map(|i| self.columns.get(*i));
        if let Some(fault) = columns.clone().find_map(|column| column.fault.as_ref()) {
            return plan_err!("{fault}");
        }
        let columns: Vec<_> = columns.cloned().collect();
        let first_constant = self.columns.len();
        let constant = |i: &usize| i.checked_sub(first_constant);
        let (cells, others): (Vec<usize>, Vec<usize>) =
            wanted.iter().partition(|i| **i < first_constant);
        let made: Vec<usize> = cells.into_iter().chain(others).collect();
        let place = |i: &usize| made.iter().position(|other| other == i);
        let order = wanted.iter().filter_map(place).collect();
        let files = self.files.iter().map(|(file, values)| {
            let values = wanted.iter().filter_map(|i| values.get(constant(i)?).cloned());
            (Arc::clone(file), values.collect())
        });
        let schema = Arc::new(self.schema.project(&wanted)?);
        let rows = TextRows {
            files: files.collect(),
            make: Arc::new(Make { columns, order, schema: Arc::clone(&schema), door: self.door }),
        };
        Ok(Arc::new(StreamingTableExec::try_new(
            schema,
            vec![Arc::new(rows)],
            None,
            None,
            false,
            limit,
        )?))
    }
}

/// The rows of some files, in their order.
struct TextRows {
    files: Vec<(Arc<TextFile>, Vec<ScalarValue>)>,
    make: Arc<Make>,
}

/// How rows become batches.
struct Make {
    /// The columns of cells.
    columns: Vec<TableColumn>,
    /// Where each column of a batch is: among those of cells, then those of the file.
    order: Vec<usize>,
    schema: SchemaRef,
    door: Door,
}

impl fmt::Debug for TextRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files: Vec<_> = self.files.iter().map(|(file, _)| &*file.shown).collect();
        write!(f, "TextRows({})", files.join(", "))
    }
}

impl PartitionStream for TextRows {
    fn schema(&self) -> &SchemaRef {
        &self.make.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let config = context.session_config();
        let (rows, threads) = (config.batch_size(), config.target_partitions().max(1));
        let parts: Vec<_> = self
            .files
            .iter()
            .flat_map(|(file, values)| {
                let values = Arc::new(values.clone());
                (0..file.parts()).map(move |part| (Arc::clone(file), part, Arc::clone(&values)))
            })
            .collect();
        let make = Arc::clone(&self.make);
        // Several parts are read at a time, and given out in their order.
        let batches = stream::iter(parts)
            .map(move |(file, part, values)| {
                let make = Arc::clone(&make);
                let work = move || make.batches(&file, part, &values, rows);
                async move {
                    match SpawnedTask::spawn_blocking(work).join_unwind().await {
                        Ok(batches) => batches,
                        Err(error) => exec_err!("{error}"),
                    }
                }
            })
            .buffered(threads + AHEAD)
            .map_ok(|batches| stream::iter(batches.into_iter().map(Ok)))
            .try_flatten();
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.make.schema), batches))
    }
}

impl Make {
    /// The rows of a part of a file as batches.
    fn batches(
        &self,
        file: &TextFile,
        part: usize,
        values: &[ScalarValue],
        rows: usize,
    ) -> Result<Vec<RecordBatch>> {
        let by_name: HashMap<_, _> =
            file.columns.iter().map(|column| (column.name.as_str(), column.position)).collect();
        let makings: Vec<Making> = self
            .columns
            .iter()
            .map(|column| {
                let position = by_name.get(column.source.as_str()).copied();
                Making { position, ..column.making.clone() }
            })
            .collect();
        let maker = |making| Maker::new(making, file.marks(), &file.shown, self.door, rows);
        let mut makers: Vec<Maker> = makings.iter().map(maker).collect();
        let (mut made, mut count) = (Vec::new(), 0);
        let mut failed = None;
        let mut take = |line: u64, cells: &StringRecord| -> Result<()> {
            for (maker, making) in makers.iter_mut().zip(&makings) {
                match making.position.and_then(|position| cells.get(position)) {
                    Some(cell) => maker.push(cell, line)?,
                    None => maker.push_nothing(),
                }
            }
            count += 1;
            if count == rows {
                made.push(self.batch(&mut makers, values, std::mem::take(&mut count))?);
            }
            Ok(())
        };
        let read = file.read(part, &mut |line, cells| match take(line, cells) {
            Ok(()) => Ok(()),
            Err(error) => {
                failed = Some(error);
                Err(Fault(String::new()))
            }
        });
        match (failed, read) {
            (Some(error), _) => return Err(error),
            (None, Err(fault)) => return Err(DataFusionError::Execution(fault.0)),
            (None, Ok(())) => {}
        }
        if count > 0 {
            made.push(self.batch(&mut makers, values, count)?);
        }
        Ok(made)
    }

    fn batch(
        &self,
        makers: &mut [Maker<'_>],
        values: &[ScalarValue],
        rows: usize,
    ) -> Result<RecordBatch> {
        let mut made = makers.iter_mut().map(Maker::finish).collect::<Result<Vec<_>>>()?;
        made.extend(constants(values, rows)?);
        let columns = self.order.iter().filter_map(|place| made.get(*place).cloned()).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }
}
