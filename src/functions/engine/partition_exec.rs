//! Windows of our functions of whole partitions, by hash instead of by sort.
//!
//! The engine sorts its input by the partition keys for every window. These functions ask for no
//! order, so [`ByHash`] puts [`WholePartitionExec`] in the window operator's place: it reads its
//! input once, numbers the partitions by hash, hands each function its arguments partition by
//! partition and gives the rows back in the order they came. What it holds is accounted to the
//! memory pool.

use std::fmt::{self, Debug};
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, UInt32Array};
use datafusion::arrow::compute::{concat, take};
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DataFusionError, Result, exec_err};
use datafusion::config::ConfigOptions;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::physical_expr::window::StandardWindowExpr;
use datafusion::physical_expr::{Distribution, EquivalenceProperties};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::group_values::new_group_values;
use datafusion::physical_plan::aggregates::order::GroupOrdering;
use datafusion::physical_plan::execution_plan::{CardinalityEffect, EmissionType};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::windows::{WindowAggExec, WindowUDFExpr};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties,
    InputDistributionRequirements, PhysicalExpr, PlanProperties, SendableRecordBatchStream,
};
use futures::{StreamExt, TryStreamExt, stream};

use super::grouped::Grouped;
use super::partition::{Function, Run};

/// The rule that puts [`WholePartitionExec`] in its place.
#[derive(Debug)]
pub(super) struct ByHash;

impl PhysicalOptimizerRule for ByHash {
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
struct Call {
    arguments: Vec<Arc<dyn PhysicalExpr>>,
    run: Arc<dyn Run>,
    name: String,
}

/// The operator: windows of our functions over one list of partition keys.
pub(super) struct WholePartitionExec {
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
            let inner = function.fun().inner();
            let run = if let Some(ours) = inner.downcast_ref::<Function>() {
                ours.bind(function.args())
            } else {
                let schema = window.input().schema();
                let fields = function.args().iter().map(|argument| argument.return_field(&schema));
                let fields: Result<Vec<_>> = fields.collect();
                let grouped = inner.downcast_ref::<Grouped>()?;
                fields.and_then(|fields| grouped.bind(function.args(), &fields))
            };
            let run = match run {
                Ok(run) => Arc::from(run),
                Err(error) => return Some(Err(error)),
            };
            let (arguments, name) = (function.args().to_vec(), expr.name().to_owned());
            calls.push(Call { arguments, run, name });
        }
        Some(Ok(Self::new(Arc::clone(window.input()), keys, calls, window.schema())))
    }

    fn new(
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
            return exec_err!("WholePartitionExec: one input must be given");
        };
        let (keys, calls) = (self.keys.clone(), self.calls.clone());
        Ok(Arc::new(Self::new(input, keys, calls, Arc::clone(&self.schema))))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let reservation = MemoryConsumer::new(format!("whole partitions [{partition}]"))
            .register(context.memory_pool());
        let input = self.input.execute(partition, context)?;
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let work = Work {
            keys: self.keys.clone(),
            calls: self.calls.clone(),
            schema: Arc::clone(&self.schema),
            reservation,
        };
        let batches = stream::once(async move {
            let batches = work.all(input, &metrics).await?;
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

struct Work {
    keys: Vec<Arc<dyn PhysicalExpr>>,
    calls: Vec<Call>,
    schema: SchemaRef,
    reservation: MemoryReservation,
}

impl Work {
    async fn all(
        self,
        mut input: SendableRecordBatchStream,
        metrics: &BaselineMetrics,
    ) -> Result<Held> {
        let input_schema = input.schema();
        let key_fields = self
            .keys
            .iter()
            .enumerate()
            .map(|(i, key)| Ok(Field::new(i.to_string(), key.data_type(&input_schema)?, true)));
        let key_schema = Arc::new(Schema::new(key_fields.collect::<Result<Vec<_>>>()?));
        let mut numbering = match self.keys.is_empty() {
            true => None,
            false => Some(new_group_values(key_schema, &GroupOrdering::None)?),
        };
        let (mut batches, mut groups, mut of_batch) = (Vec::new(), Vec::<u32>::new(), Vec::new());
        let mut arguments: Vec<Vec<Vec<ArrayRef>>> =
            self.calls.iter().map(|call| vec![Vec::new(); call.arguments.len()]).collect();
        while let Some(batch) = input.next().await.transpose()? {
            let _timer = metrics.elapsed_compute().timer();
            let rows = batch.num_rows();
            // Beside the rows: two numbers a row for the order, arguments and answers twice over.
            let columns: usize = self.calls.iter().map(|call| 2 * call.arguments.len() + 2).sum();
            let beside = rows * size_of::<u64>() * (1 + columns);
            self.reservation.try_grow(batch.get_array_memory_size() + beside)?;
            match &mut numbering {
                None => groups.resize(groups.len() + rows, 0),
                Some(numbering) => {
                    let before = numbering.size();
                    let keys = evaluate(&self.keys, &batch)?;
                    numbering.intern(&keys, &mut of_batch)?;
                    self.reservation.try_grow(numbering.size().saturating_sub(before))?;
                    groups.extend(of_batch.iter().map(|&group| group as u32));
                }
            }
            for (call, columns) in self.calls.iter().zip(&mut arguments) {
                for (column, array) in columns.iter_mut().zip(evaluate(&call.arguments, &batch)?) {
                    column.push(array);
                }
            }
            if groups.len() > u32::MAX as usize {
                return exec_err!("a window can hold at most {} rows a partition", u32::MAX);
            }
            batches.push(batch);
        }
        let _timer = metrics.elapsed_compute().timer();
        let number_of_groups = numbering.map_or(1, |numbering| numbering.len());
        let (order, partitions) = partitions(&groups, number_of_groups);
        let mut place = vec![0_u32; order.len()];
        order.iter().enumerate().for_each(|(at, &row)| place[row as usize] = at as u32);
        let (order, place) = (UInt32Array::from(order), UInt32Array::from(place));

        let mut answers = Vec::with_capacity(self.calls.len());
        for (call, columns) in self.calls.iter().zip(arguments) {
            if batches.is_empty() {
                break;
            }
            let gathered = columns.into_iter().map(|parts| {
                let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
                Ok(take(&concat(&parts)?, &order, None)?)
            });
            let answer = call.run.run(&gathered.collect::<Result<Vec<_>>>()?, &partitions)?;
            answers.push(take(&answer, &place, None)?);
        }
        metrics.output_rows().add(place.len());
        Ok(Held {
            batches: batches.into_iter(),
            answers,
            schema: self.schema,
            at: 0,
            _reservation: self.reservation,
        })
    }
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
struct Held {
    batches: std::vec::IntoIter<RecordBatch>,
    answers: Vec<ArrayRef>,
    schema: SchemaRef,
    at: usize,
    _reservation: MemoryReservation,
}

impl Iterator for Held {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        let batch = self.batches.next()?;
        let mut columns = batch.columns().to_vec();
        let rows = batch.num_rows();
        columns.extend(self.answers.iter().map(|answer| answer.slice(self.at, rows)));
        self.at += rows;
        Some(RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(Into::into))
    }
}
