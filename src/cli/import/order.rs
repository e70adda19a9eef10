//! Rows in an order whose first column holds few texts: the rows of each text stand aside until all
//! are read, and are sorted among themselves unless they came in their order.
//!
//! Rows that have too many texts, or more than memory holds, are sorted by the engine, which spills.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, AsArray, UInt32Array, UInt64Array, make_comparator};
use datafusion::arrow::compute::{BatchCoalescer, SortOptions, concat_batches, take_record_batch};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use futures::{StreamExt, TryStreamExt, stream};

/// How many texts are few.
const FEW: usize = 256;
/// How many rows are dealt out at a time: some for each text.
const DEALT: usize = 1 << 16;
/// Ascending, NULL last.
const ASCENDING: SortOptions = SortOptions { descending: false, nulls_first: false };

/// A table with its rows in an order.
#[derive(Debug)]
pub struct Ordered {
    table: Arc<dyn TableProvider>,
    order: Arc<[usize]>,
}

impl Ordered {
    /// By columns at these places, if the first is text and the others can be compared.
    pub fn of(table: &Arc<dyn TableProvider>, order: &[usize]) -> Option<Self> {
        let schema = table.schema();
        let data_type = |i: &usize| schema.field(*i).data_type();
        let is_plain = |i: &usize| data_type(i).is_primitive() || data_type(i).is_string();
        let is_text = order.first().is_some_and(|i| *data_type(i) == DataType::Utf8View);
        (is_text && schema.fields().len() > 1 && order.iter().all(is_plain))
            .then(|| Self { table: Arc::clone(table), order: order.into() })
    }

    /// The rows as they come, as one partition.
    async fn plan(&self, session: &dyn Session) -> Result<Arc<dyn ExecutionPlan>> {
        let table = self.table.scan(session, None, &[], None).await?;
        Ok(Arc::new(CoalescePartitionsExec::new(table)))
    }
}

#[async_trait]
impl TableProvider for Ordered {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = self.plan(session).await?;
        let schema = plan.schema();
        let column = |i: &usize| {
            let column = Arc::new(Column::new(schema.field(*i).name(), *i));
            PhysicalSortExpr::new(column, ASCENDING)
        };
        let Some(ordering) = LexOrdering::new(self.order.iter().map(column)) else {
            return Ok(plan);
        };
        // The engine sorts again what it does not know to be in order.
        let is_whole =
            projection.is_none_or(|wanted| wanted.iter().copied().eq(0..schema.fields().len()));
        let told = is_whole.then(|| ordering.clone());
        // A plan gives its rows once: scans share out their files.
        let again = self.plan(session).await?;
        let order = Arc::clone(&self.order);
        let rows = OrderedRows { plan, again, ordering, order, schema: Arc::clone(&schema) };
        let rows: Vec<Arc<dyn PartitionStream>> = vec![Arc::new(rows)];
        Ok(Arc::new(StreamingTableExec::try_new(schema, rows, projection, told, false, limit)?))
    }
}

/// The rows of a plan of one partition, in an order.
#[derive(Debug)]
struct OrderedRows {
    plan: Arc<dyn ExecutionPlan>,
    /// The same, for the sort of the engine.
    again: Arc<dyn ExecutionPlan>,
    ordering: LexOrdering,
    order: Arc<[usize]>,
    schema: SchemaRef,
}

impl PartitionStream for OrderedRows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (plan, again) = (Arc::clone(&self.plan), Arc::clone(&self.again));
        let ordering = self.ordering.clone();
        let order = Arc::clone(&self.order);
        let batches = async move {
            let config = context.session_config();
            let threads = config.target_partitions().max(1);
            let mut heaps = Heaps::new(&plan.schema(), order[0], config.batch_size());
            let held = MemoryConsumer::new("Import").register(context.memory_pool());
            let input = plan.execute(0, Arc::clone(&context))?;
            if heaps.fill(input, &held, threads).await? {
                return Ok(heaps.in_order(&order, held, threads).boxed());
            }
            drop((heaps, held));
            let sort = SortExec::new(ordering, again);
            Ok::<_, DataFusionError>(sort.execute(0, context)?.boxed())
        };
        let batches = stream::once(batches).try_flatten();
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}

/// Rows by their text in a column, which is left out of them.
struct Heaps {
    /// All columns; the one with the texts; and the others, by their places.
    schema: SchemaRef,
    column: usize,
    others: Vec<usize>,
    rows: usize,
    /// Where the rows of each text are, and those without one.
    places: HashMap<String, usize>,
    without: Option<usize>,
    heaps: Vec<Heap>,
}

struct Heap {
    text: Option<String>,
    coming: BatchCoalescer,
    batches: Vec<RecordBatch>,
    bytes: usize,
}

impl Heaps {
    fn new(schema: &SchemaRef, column: usize, rows: usize) -> Self {
        let others = (0..schema.fields().len()).filter(|other| *other != column).collect();
        let (places, heaps) = (HashMap::new(), Vec::new());
        Self { schema: Arc::clone(schema), column, others, rows, places, without: None, heaps }
    }

    /// Takes all rows in. Returns whether there are few texts and enough memory.
    async fn fill(
        &mut self,
        mut input: SendableRecordBatchStream,
        held: &MemoryReservation,
        threads: usize,
    ) -> Result<bool> {
        let mut dealt = BatchCoalescer::new(Arc::clone(&self.schema), DEALT);
        loop {
            let batch = input.try_next().await?;
            let is_end = batch.is_none();
            match batch {
                Some(batch) if held.try_grow(batch.get_array_memory_size()).is_err() => {
                    return Ok(false);
                }
                Some(batch) => dealt.push_batch(batch)?,
                None => dealt.finish_buffered_batch()?,
            }
            while let Some(batch) = dealt.next_completed_batch() {
                self.deal(&batch)?;
                if self.heaps.len() > FEW {
                    return Ok(false);
                }
            }
            if is_end {
                break;
            }
        }
        for heap in &mut self.heaps {
            heap.coming.finish_buffered_batch()?;
            heap.keep();
        }
        // Heaps that are being sorted stand there twice.
        let largest = self.heaps.iter().map(|heap| heap.bytes).max().unwrap_or(0);
        Ok(held.try_grow(2 * threads * largest).is_ok())
    }

    /// Puts each row on its heap.
    fn deal(&mut self, batch: &RecordBatch) -> Result<()> {
        let mut rows: Vec<Vec<u64>> = vec![Vec::new(); self.heaps.len()];
        let mut last: Option<(Option<&str>, usize)> = None;
        for (row, text) in batch.column(self.column).as_string_view().iter().enumerate() {
            let place = match last {
                Some((known, place)) if known == text => place,
                _ => self.place(text)?,
            };
            last = Some((text, place));
            if place >= rows.len() {
                rows.resize(place + 1, Vec::new());
            }
            rows[place].push(row as u64);
        }
        let others = batch.project(&self.others)?;
        for (heap, rows) in self.heaps.iter_mut().zip(rows) {
            if rows.len() == others.num_rows() {
                heap.coming.push_batch(others.clone())?;
            } else if !rows.is_empty() {
                heap.coming.push_batch_with_indices(others.clone(), &UInt64Array::from(rows))?;
            }
            heap.keep();
        }
        Ok(())
    }

    /// Where the rows of a text are.
    fn place(&mut self, text: Option<&str>) -> Result<usize> {
        let known = text.map_or(self.without, |text| self.places.get(text).copied());
        if let Some(place) = known {
            return Ok(place);
        }
        let place = self.heaps.len();
        match text {
            Some(text) => _ = self.places.insert(text.to_owned(), place),
            None => self.without = Some(place),
        }
        let others = Arc::new(self.schema.project(&self.others)?);
        let coming = BatchCoalescer::new(others, self.rows);
        let text = text.map(str::to_owned);
        self.heaps.push(Heap { text, coming, batches: Vec::new(), bytes: 0 });
        Ok(place)
    }

    /// The rows, heap by heap; several are sorted at a time.
    fn in_order(
        mut self,
        order: &[usize],
        held: MemoryReservation,
        threads: usize,
    ) -> impl futures::Stream<Item = Result<RecordBatch>> + Send + use<> {
        self.heaps.sort_by(|a, b| (a.text.is_none(), &a.text).cmp(&(b.text.is_none(), &b.text)));
        let place = |wanted: &usize| self.others.iter().position(|other| other == wanted);
        let order: Arc<[usize]> = order.iter().filter_map(place).collect();
        let (rows, column, schema) = (self.rows, self.column, self.schema);
        let heaps = stream::iter(self.heaps)
            .map(move |heap| {
                let (order, schema) = (Arc::clone(&order), Arc::clone(&schema));
                let work = move || {
                    let texts = ScalarValue::Utf8View(heap.text).to_array_of_size(rows)?;
                    let batches = sorted(heap.batches, &order, rows)?.into_iter();
                    let whole = batches.map(|others| with(&schema, column, &texts, &others));
                    whole.collect::<Result<Vec<_>>>()
                };
                async move {
                    let done = SpawnedTask::spawn_blocking(work).join_unwind().await;
                    done.map_err(|error| DataFusionError::External(Box::new(error)))?
                }
            })
            .buffered(threads);
        let batches = heaps.map_ok(|batches| stream::iter(batches.into_iter().map(Ok)));
        batches.try_flatten().inspect(move |_| _ = held.size()) // memory is held until the end
    }
}

impl Heap {
    /// Keeps the batches that are full.
    fn keep(&mut self) {
        while let Some(batch) = self.coming.next_completed_batch() {
            self.bytes += batch.get_array_memory_size();
            self.batches.push(batch);
        }
    }
}

/// All columns of some rows: those that the heap has, and the text that they share.
fn with(
    schema: &SchemaRef,
    column: usize,
    texts: &ArrayRef,
    others: &RecordBatch,
) -> Result<RecordBatch> {
    let mut columns = others.columns().to_vec();
    columns.insert(column, texts.slice(0, others.num_rows()));
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}

/// Batches as one in an order; rows that are alike stay as they came.
fn sorted(batches: Vec<RecordBatch>, order: &[usize], rows: usize) -> Result<Vec<RecordBatch>> {
    let Some(first) = batches.first() else { return Ok(batches) };
    if is_sorted(&batches, order)? {
        return Ok(batches);
    }
    let all = concat_batches(&first.schema(), &batches)?;
    drop(batches);
    let compare = comparison(&all, &all, order)?;
    let mut places: Vec<u32> = (0..all.num_rows() as u32).collect();
    places.sort_by(|a, b| compare(*a as usize, *b as usize));
    let piece = |places: &[u32]| Ok(take_record_batch(&all, &UInt32Array::from(places.to_vec()))?);
    places.chunks(rows).map(piece).collect()
}

fn is_sorted(batches: &[RecordBatch], order: &[usize]) -> Result<bool> {
    for (i, batch) in batches.iter().enumerate() {
        let compare = comparison(batch, batch, order)?;
        if (1..batch.num_rows()).any(|row| compare(row - 1, row).is_gt()) {
            return Ok(false);
        }
        if let Some(next) = batches.get(i + 1)
            && comparison(batch, next, order)?(batch.num_rows() - 1, 0).is_gt()
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Compares rows of two batches.
fn comparison(
    one: &RecordBatch,
    other: &RecordBatch,
    order: &[usize],
) -> Result<impl Fn(usize, usize) -> Ordering + use<>> {
    let column = |i: &usize| make_comparator(one.column(*i), other.column(*i), ASCENDING);
    let columns: Vec<_> = order.iter().map(column).collect::<Result<_, _>>()?;
    Ok(move |a, b| {
        let unlike = columns.iter().map(|compare| compare(a, b)).find(|found| found.is_ne());
        unlike.unwrap_or(Ordering::Equal)
    })
}
