//! Windows of our functions of whole partitions, by hash instead of by sort.
//!
//! The engine sorts its input by the partition keys for every window. These functions ask for no
//! order, so [`HashRule`] puts [`WholePartitionExec`] in the window operator's place: it reads its
//! input once, numbers the partitions by hash, hands each function its arguments partition by
//! partition and gives the rows back in the order they came. What it holds is accounted to the
//! memory pool.

use std::fmt::{self, Debug};
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use datafusion::arrow::compute::{concat, take};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DataFusionError, Result, exec_err};
use datafusion::config::ConfigOptions;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::logical_expr::WindowUDF;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::window::StandardWindowExpr;
use datafusion::physical_expr::{Distribution, EquivalenceProperties};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::execution_plan::{CardinalityEffect, EmissionType};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::windows::{WindowAggExec, WindowUDFExpr};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties,
    InputDistributionRequirements, PhysicalExpr, PlanProperties, SendableRecordBatchStream,
};
use futures::{StreamExt, TryStreamExt, stream};

use super::aggregate_as_window::Grouped;
use crate::engine::interner::{Tuples, places};
use crate::engine::memory::exhausted;
use crate::engine::partition::{Answers, BoundPartitionMethod, Function, Verdict};

/// The rule that puts [`WholePartitionExec`] in its place.
#[derive(Debug)]
pub struct HashRule;

impl PhysicalOptimizerRule for HashRule {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| {
            let replaced = plan.downcast_ref::<WindowAggExec>().and_then(WholePartitionExec::of);
            Ok(match replaced {
                Some(replaced) => Transformed::yes(Arc::new(replaced?) as _),
                None => Transformed::no(plan),
            })
        })
        .map(|transformed| transformed.data)
    }

    fn name(&self) -> &str {
        "whole_partition_by_hash"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// A call of one of our functions.
#[derive(Clone)]
pub struct Call {
    #[cfg_attr(not(feature = "codec"), allow(dead_code))] // what travels
    function: Arc<WindowUDF>,
    arguments: Vec<Arc<dyn PhysicalExpr>>,
    run: Arc<dyn BoundPartitionMethod>,
    /// Of the column that it gives.
    name: String,
}

impl Call {
    /// A function on columns of an input; none if it is not one of ours.
    pub fn of(
        function: &Arc<WindowUDF>,
        arguments: Vec<Arc<dyn PhysicalExpr>>,
        name: &str,
        input: &SchemaRef,
    ) -> Option<Result<Self>> {
        let run = if let Some(ours) = function.inner().downcast_ref::<Function>() {
            ours.bind(&arguments)
        } else {
            let fields = arguments.iter().map(|argument| argument.return_field(input));
            let fields: Result<Vec<_>> = fields.collect();
            let grouped = function.inner().downcast_ref::<Grouped>()?;
            fields.and_then(|fields| grouped.bind(&arguments, &fields))
        };
        let (function, name) = (Arc::clone(function), name.to_owned());
        Some(run.map(|run| Self { function, arguments, run: Arc::from(run), name }))
    }

    /// What it was made of: function, arguments, name of its column.
    #[cfg(feature = "codec")]
    pub fn parts(&self) -> (&WindowUDF, &[Arc<dyn PhysicalExpr>], &str) {
        (&self.function, &self.arguments, &self.name)
    }
}

/// The operator: windows of our functions over one list of partition keys.
pub struct WholePartitionExec {
    input: Arc<dyn ExecutionPlan>,
    keys: Vec<Arc<dyn PhysicalExpr>>,
    calls: Vec<Call>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl WholePartitionExec {
    /// The operator for a window all of whose functions are ours; none for another window.
    fn of(window: &WindowAggExec) -> Option<Result<Self>> {
        let mut calls = Vec::new();
        let keys = window.window_expr().first()?.partition_by().to_vec();
        for expr in window.window_expr() {
            if expr.partition_by() != keys || !expr.order_by().is_empty() {
                return None;
            }
            let standard = expr.as_any().downcast_ref::<StandardWindowExpr>()?;
            let function = standard.get_standard_func_expr();
            let function = function.as_any().downcast_ref::<WindowUDFExpr>()?;
            let (fun, arguments) = (function.fun(), function.args().to_vec());
            match Call::of(fun, arguments, expr.name(), &window.input().schema())? {
                Ok(call) => calls.push(call),
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Ok(Self::new(Arc::clone(window.input()), keys, calls, window.schema())))
    }

    pub fn new(
        input: Arc<dyn ExecutionPlan>,
        keys: Vec<Arc<dyn PhysicalExpr>>,
        calls: Vec<Call>,
        schema: SchemaRef,
    ) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            input.output_partitioning().clone(),
            EmissionType::Final,
            input.boundedness(),
        );
        let (properties, metrics) = (Arc::new(properties), ExecutionPlanMetricsSet::new());
        Self { input, keys, calls, schema, properties, metrics }
    }

    /// What it was made of, beside input and schema: keys and calls.
    #[cfg(feature = "codec")]
    pub fn parts(&self) -> (&[Arc<dyn PhysicalExpr>], &[Call]) {
        (&self.keys, &self.calls)
    }
}

impl Debug for WholePartitionExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_as(DisplayFormatType::Default, f)
    }
}

impl DisplayAs for WholePartitionExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls: Vec<_> = self.calls.iter().map(|call| call.name.as_str()).collect();
        let keys: Vec<_> = self.keys.iter().map(ToString::to_string).collect();
        write!(
            f,
            "WholePartitionExec: functions=[{}], partition_by=[{}]",
            calls.join(", "),
            keys.join(", ")
        )
    }
}

impl ExecutionPlan for WholePartitionExec {
    fn name(&self) -> &str {
        "WholePartitionExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let arguments = self.calls.iter().flat_map(|call| &call.arguments);
        for expr in self.keys.iter().chain(arguments) {
            if f(expr)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![match self.keys.as_slice() {
            [] => Distribution::SinglePartition,
            // What is looked for in all partitions must be found by one who sees them all.
            _ if self.calls.iter().any(|call| call.run.seeks()) => Distribution::SinglePartition,
            keys => Distribution::KeyPartitioned(keys.to_vec()),
        }])
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        self.input_distribution_requirements().into_per_child()
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(input), None) = (children.pop(), children.pop()) else {
            return exec_err!("WholePartitionExec: must have one input, found another number");
        };
        let (keys, calls) = (self.keys.clone(), self.calls.clone());
        Ok(Arc::new(Self::new(input, keys, calls, Arc::clone(&self.schema))))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let names: Vec<_> = self.calls.iter().map(|call| call.name.as_str()).collect();
        let names = names.join(", ");
        let pool = Arc::clone(context.memory_pool());
        let reservation = MemoryConsumer::new(format!("{names} [{partition}]")).register(&pool);
        let input = self.input.execute(partition, context)?;
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let work = WindowStream {
            keys: self.keys.clone(),
            calls: self.calls.clone(),
            schema: Arc::clone(&self.schema),
            reservation,
        };
        let batches = stream::once(async move {
            let batches = work
                .all(input, &metrics)
                .await
                .map_err(|error| exhausted(error, &names, "the rows of a window", pool.as_ref()))?;
            Ok::<_, DataFusionError>(stream::iter(batches))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches.try_flatten())))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }
}

struct WindowStream {
    keys: Vec<Arc<dyn PhysicalExpr>>,
    calls: Vec<Call>,
    schema: SchemaRef,
    reservation: MemoryReservation,
}

impl WindowStream {
    async fn all(
        self,
        mut input: SendableRecordBatchStream,
        metrics: &BaselineMetrics,
    ) -> Result<BufferedRows> {
        /// Of each row: its group while rows are counted, its place, and the row at its place.
        const OF_ROW: usize = 4 * size_of::<u32>();
        /// Of each group: where it lies, where its next row goes, and how long its answers are.
        const OF_GROUP: usize = size_of::<Range<usize>>() + 2 * size_of::<usize>();
        let input_schema = input.schema();
        let key_types = self.keys.iter().map(|key| key.data_type(&input_schema));
        let mut numbering = match self.keys.is_empty() {
            true => None,
            false => Some(Tuples::new(key_types.collect::<Result<Vec<_>>>()?.iter())?),
        };
        let (mut batches, mut groups, mut of_batch) = (Vec::new(), Vec::<u32>::new(), Vec::new());
        let mut arguments: Vec<Vec<Vec<ArrayRef>>> =
            self.calls.iter().map(|call| vec![Vec::new(); call.arguments.len()]).collect();
        while let Some(batch) = input.next().await.transpose()? {
            let _timer = metrics.elapsed_compute().timer();
            let rows = batch.num_rows();
            self.reservation.try_grow(batch.get_array_memory_size() + rows * OF_ROW)?;
            match &mut numbering {
                None => groups.resize(groups.len() + rows, 0),
                Some(numbering) => {
                    let before = numbering.size();
                    numbering.codes(&evaluate(&self.keys, &batch)?, &mut of_batch)?;
                    self.reservation.try_grow(numbering.size().saturating_sub(before))?;
                    groups.extend_from_slice(&of_batch);
                }
            }
            for (call, columns) in self.calls.iter().zip(&mut arguments) {
                for (column, expr) in columns.iter_mut().zip(&call.arguments) {
                    let array = expr.evaluate(&batch)?.into_array(rows)?;
                    if !expr.is::<Column>() {
                        self.reservation.try_grow(array.get_array_memory_size())?;
                    }
                    column.push(array);
                }
            }
            if groups.len() > u32::MAX as usize {
                return exec_err!(
                    "OVER (...): a partition must have at most {} rows, found more",
                    u32::MAX
                );
            }
            batches.push(batch);
        }
        let _timer = metrics.elapsed_compute().timer();
        let number_of_groups = numbering.as_ref().map_or(1, Tuples::len);
        drop(numbering);
        self.reservation.try_grow(number_of_groups * OF_GROUP)?;
        let (order, partitions) = partitions(&groups, number_of_groups);
        let place = UInt32Array::from(places(&order));
        let order = UInt32Array::from(order);

        let mut answers = Vec::with_capacity(self.calls.len());
        let mut verdicts = Vec::with_capacity(self.calls.len());
        for (call, columns) in self.calls.iter().zip(arguments) {
            if batches.is_empty() {
                break;
            }
            // The arguments in the order of the partitions, and one of them in that of the rows.
            let sizes = columns.iter().map(|parts| size(parts)).collect::<Result<Vec<usize>>>()?;
            let gathered = sizes.iter().sum::<usize>() + sizes.iter().max().copied().unwrap_or(0);
            let work = self.reservation.new_empty();
            work.try_grow(gathered + order.len() * call.run.bytes_per_row())?;
            let columns = columns.into_iter().map(|parts| {
                let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
                Ok(take(&concat(&parts)?, &order, None)?)
            });
            let columns = columns.collect::<Result<Vec<_>>>()?;
            let (answer, of_call) =
                call.run.part(&columns, &partitions, Some(&work.new_empty()))?;
            drop(columns);
            verdicts.extend(of_call);
            answers.push(match answer {
                Answers::OfRows(answer) => {
                    self.reservation.try_grow(answer.get_array_memory_size())?;
                    Answers::OfRows(take(&answer, &place, None)?)
                }
                Answers::OfPartitions(answer) => {
                    self.reservation.try_grow(answer.get_array_memory_size())?;
                    Answers::OfPartitions(answer)
                }
            });
        }
        verdicts.into_iter().try_for_each(Verdict::settle)?;
        metrics.output_rows().add(place.len());
        Ok(BufferedRows {
            batches: batches.into_iter(),
            rest: None,
            groups: UInt32Array::from(groups),
            widths: widths(&answers, partitions.len()),
            answers,
            schema: self.schema,
            at: 0,
            _reservation: self.reservation,
        })
    }
}

/// Bytes of the rows of arrays, without those of other rows that share their buffers.
fn size(parts: &[ArrayRef]) -> Result<usize> {
    let sizes = parts.iter().map(|part| part.to_data().get_slice_memory_size());
    Ok(sizes.sum::<std::result::Result<usize, _>>()?)
}

/// The rows in the order of their partitions, and where each partition lies in that order.
fn partitions(groups: &[u32], number: usize) -> (Vec<u32>, Vec<Range<usize>>) {
    let mut ends = vec![0_usize; number];
    groups.iter().for_each(|&group| ends[group as usize] += 1);
    let mut start = 0;
    let partitions: Vec<_> = ends
        .iter_mut()
        .map(|count| {
            let range = start..start + *count;
            *count = start; // from here on: where the next row of the group goes
            start = range.end;
            range
        })
        .collect();
    let mut order = vec![0_u32; groups.len()];
    for (row, &group) in groups.iter().enumerate() {
        let next = &mut ends[group as usize];
        order[*next] = row as u32;
        *next += 1;
    }
    (order, partitions)
}

fn evaluate(exprs: &[Arc<dyn PhysicalExpr>], batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
    exprs.iter().map(|expr| expr.evaluate(batch)?.into_array(batch.num_rows())).collect()
}

/// The rows with their answers, given out batch by batch.
struct BufferedRows {
    batches: std::vec::IntoIter<RecordBatch>,
    /// What is left of the batch that is given out.
    rest: Option<RecordBatch>,
    /// The partition of each row.
    groups: UInt32Array,
    answers: Vec<Answers>,
    /// Bytes of the answers for a row of each partition, where they are lists.
    widths: Option<Vec<usize>>,
    schema: SchemaRef,
    at: usize,
    _reservation: MemoryReservation,
}

impl BufferedRows {
    /// Rows of a batch that go out together: all, unless the lists that each gets are too many.
    fn together(&self, rows: usize) -> usize {
        const BYTES: usize = 4 << 20;
        let Some(widths) = &self.widths else { return rows };
        let mut bytes = 0;
        let groups = self.groups.values()[self.at..self.at + rows].iter();
        let fit = groups.take_while(|&&group| {
            bytes += widths[group as usize];
            bytes <= BYTES
        });
        fit.count().max(1).min(rows)
    }

    fn give(&mut self, batch: RecordBatch) -> Result<RecordBatch> {
        let rows = self.together(batch.num_rows());
        let left = batch.num_rows() - rows;
        self.rest = (left > 0).then(|| batch.slice(rows, left));
        let mut columns = batch.slice(0, rows).columns().to_vec();
        let groups = self.groups.slice(self.at, rows);
        for answer in &self.answers {
            columns.push(match answer {
                Answers::OfRows(answer) => answer.slice(self.at, rows),
                Answers::OfPartitions(answer) => take(answer, &groups, None)?,
            });
        }
        self.at += rows;
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

impl Iterator for BufferedRows {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        let batch = self.rest.take().or_else(|| self.batches.next())?;
        Some(self.give(batch))
    }
}

/// Bytes of each answer, if any of them are lists.
fn widths(answers: &[Answers], partitions: usize) -> Option<Vec<usize>> {
    let lists = answers.iter().filter_map(|answer| match answer {
        Answers::OfPartitions(answer) if answer.data_type().is_nested() => Some(answer),
        _ => None,
    });
    let mut all: Option<Vec<usize>> = None;
    for answer in lists {
        add_widths(answer, all.get_or_insert_with(|| vec![0; partitions]));
    }
    all
}

fn add_widths(answer: &ArrayRef, widths: &mut [usize]) {
    if let Some(fields) = answer.as_struct_opt() {
        fields.columns().iter().for_each(|field| add_widths(field, widths));
    } else if let Some(lists) = answer.as_list_opt::<i32>() {
        let values = lists.values();
        let each = values.get_array_memory_size() / values.len().max(1);
        let lengths = lists.offsets().lengths();
        widths.iter_mut().zip(lengths).for_each(|(width, length)| *width += length * each);
    }
}
