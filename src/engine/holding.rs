//! Groups whose states hold values, within the memory limit.
//!
//! The engine aggregates in two steps: states per partition, which are handed on and merged. A
//! state that holds all values of its group (a median, a matrix) would then be held several times
//! over, and where memory runs out be written to disk as one list, which must be read back whole.
//! [`InOneStep`] plans such aggregates in one step, on the rows themselves, and
//! [`HoldingAggregateExec`] reads the rows sorted by group where memory is limited: rows that are
//! sorted can be spilled, and one group at a time is held. Without a limit nothing is sorted.

use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::common::config::ConfigOptions;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, Statistics, exec_err};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{
    GreedyMemoryPool, MemoryConsumer, MemoryLimit, MemoryReservation,
};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::AggregateUDF;
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::execution_plan::{
    CardinalityEffect, ChildrenPropertiesMode, ReplaceChildrenOptions,
};
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::stream::{EmptyRecordBatchStream, RecordBatchStreamAdapter};
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::{
    ChildStats, DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, ExecutionPlanProperties,
    InputDistributionRequirements, PhysicalExpr, PlanProperties, SendableRecordBatchStream,
    StatisticsArgs, StatisticsContext,
};
use futures::{StreamExt, TryStreamExt};

use super::memory::exhausted;

/// An aggregate function whose states hold values, and the same for states that stay in memory.
#[derive(Debug, Clone)]
pub struct Holding {
    pub function: AggregateUDF,
    pub in_memory: AggregateUDF,
}

/// The rule that plans aggregates in one step.
#[derive(Debug)]
pub struct InOneStep {
    pub functions: &'static [Holding],
}

impl PhysicalOptimizerRule for InOneStep {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| {
            Ok(match plan.downcast_ref::<AggregateExec>().map(|last| self.in_one_step(last)) {
                Some(Ok(Some(replaced))) => Transformed::yes(Arc::new(replaced) as _),
                Some(Err(error)) => return Err(error),
                Some(Ok(None)) | None => Transformed::no(plan),
            })
        })
        .map(|transformed| transformed.data)
    }

    fn name(&self) -> &str {
        "held_values_in_one_step"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

impl InOneStep {
    /// The operator for both steps of an aggregation, of which this is the last; none if nothing
    /// of it holds values.
    fn in_one_step(&self, last: &AggregateExec) -> Result<Option<HoldingAggregateExec>> {
        let Some(first) = last.input().downcast_ref::<AggregateExec>() else { return Ok(None) };
        let mode = match (first.mode(), last.mode()) {
            (AggregateMode::Partial, AggregateMode::Final) => AggregateMode::Single,
            // The rows of a grouping set are no group of the keys.
            (AggregateMode::Partial, AggregateMode::FinalPartitioned) => {
                match first.group_expr().is_single() {
                    true => AggregateMode::SinglePartitioned,
                    false => AggregateMode::Single,
                }
            }
            _ => return Ok(None),
        };
        let replaced = HoldingAggregateExec::of(self.functions, mode, first)?;
        Ok(replaced.filter(|replaced| replaced.schema() == last.schema()))
    }
}

/// The call with the function whose states stay in memory.
fn in_memory(
    aggregate: &AggregateFunctionExpr,
    function: &AggregateUDF,
    plan: &AggregateExec,
) -> Result<AggregateFunctionExpr> {
    let mut builder =
        AggregateExprBuilder::new(Arc::new(function.clone()), aggregate.expressions())
            .schema(plan.input_schema())
            .alias(aggregate.name())
            .order_by(aggregate.order_bys().to_vec())
            .with_reversed(aggregate.is_reversed())
            .with_distinct(aggregate.is_distinct())
            .with_ignore_nulls(aggregate.ignore_nulls());
    if let Some(display) = aggregate.human_display() {
        builder = builder.human_display(display);
    }
    if let Some(alias) = aggregate.human_display_alias() {
        builder = builder.human_display_alias(alias);
    }
    builder.build()
}

/// The operator: an aggregation in one step.
pub struct HoldingAggregateExec {
    /// Of the rows as they come: all groups are held until the end.
    by_hash: Arc<AggregateExec>,
    /// Of the rows sorted by group: one group is held. None where there is one group, or a sort
    /// does not bring the rows of a group together.
    sorted: Option<Arc<AggregateExec>>,
    /// The calls that hold values.
    holding: Arc<[String]>,
}

impl HoldingAggregateExec {
    /// An aggregation of the same rows in one step; none if nothing of it holds values.
    pub fn of(
        functions: &[Holding],
        mode: AggregateMode,
        first: &AggregateExec,
    ) -> Result<Option<Self>> {
        let mut holding = Vec::new();
        let mut aggregates = Vec::new();
        for aggregate in first.aggr_expr() {
            let ours = functions.iter().find(|ours| ours.function == *aggregate.fun());
            aggregates.push(match ours {
                Some(ours) => {
                    holding.push(aggregate.name().to_owned());
                    Arc::new(in_memory(aggregate, &ours.in_memory, first)?)
                }
                None => Arc::clone(aggregate),
            });
        }
        if holding.is_empty() {
            return Ok(None);
        }
        let aggregate = AggregateExec::try_new(
            mode,
            first.group_expr().clone(),
            aggregates,
            first.filter_expr().to_vec(),
            Arc::clone(first.input()),
            first.input_schema(),
        )?;
        Self::new(aggregate, holding.into()).map(Some)
    }

    /// The aggregation by hash, as the engine has it.
    #[cfg(feature = "codec")]
    pub fn aggregation(&self) -> &Arc<AggregateExec> {
        &self.by_hash
    }

    fn new(by_hash: AggregateExec, holding: Arc<[String]>) -> Result<Self> {
        let sorted = sorted(&by_hash)?.map(Arc::new);
        Ok(Self { by_hash: Arc::new(by_hash), sorted, holding })
    }

    /// Whether all groups surely fit into a part of the limit.
    fn fits(&self, limit: usize) -> bool {
        /// What a row can take in one call, with what is set aside.
        const BYTES: usize = 64;
        let input = self.by_hash.input();
        let partitions = input.output_partitioning().partition_count();
        let statistics = StatisticsContext::new().compute(input.as_ref(), &StatisticsArgs::new());
        match statistics.map(|statistics| statistics.num_rows) {
            Ok(Precision::Exact(rows)) => rows
                .checked_mul(BYTES * self.holding.len())
                .is_some_and(|bytes| bytes <= limit / (4 * partitions)),
            _ => false,
        }
    }
}

/// The aggregation of its rows sorted by group.
fn sorted(by_hash: &AggregateExec) -> Result<Option<AggregateExec>> {
    let groups = by_hash.group_expr();
    if !groups.is_single() {
        return Ok(None);
    }
    let schema = by_hash.input_schema();
    let mut keys = Vec::new();
    for key in groups.input_exprs() {
        let data_type = key.data_type(&schema)?;
        if !sorts_together(&data_type) {
            return Ok(None);
        }
        keys.push(PhysicalSortExpr::new_default(key));
    }
    let Some(order) = LexOrdering::new(keys) else { return Ok(None) };
    let input = Arc::clone(by_hash.input());
    let input = match input.equivalence_properties().ordering_satisfy(order.clone())? {
        true => input,
        false => Arc::new(SharedSortExec::new(order, input)),
    };
    aggregation_of(by_hash, input).map(Some)
}

/// The same aggregation of another input.
pub fn aggregation_of(
    aggregate: &AggregateExec,
    input: Arc<dyn ExecutionPlan>,
) -> Result<AggregateExec> {
    AggregateExec::try_new(
        *aggregate.mode(),
        aggregate.group_expr().clone(),
        aggregate.aggr_expr().to_vec(),
        aggregate.filter_expr().to_vec(),
        input,
        aggregate.input_schema(),
    )
}

/// Whether equal keys are neighbours when sorted: -0 and 0 are equal and have an order.
fn sorts_together(data_type: &DataType) -> bool {
    let is_exact = match data_type {
        DataType::Dictionary(_, values) => !values.is_floating() && !values.is_nested(),
        other => !other.is_floating() && !other.is_nested(),
    };
    is_exact && RowConverter::supports_fields(&[SortField::new(data_type.clone())])
}

impl Debug for HoldingAggregateExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_as(DisplayFormatType::Default, f)
    }
}

impl DisplayAs for HoldingAggregateExec {
    fn fmt_as(&self, format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HoldingAggregateExec: ")?;
        self.by_hash.fmt_as(format, f)?;
        match self.sorted {
            Some(_) => write!(f, ", sorted by group under a memory limit"),
            None => Ok(()),
        }
    }
}

impl ExecutionPlan for HoldingAggregateExec {
    fn name(&self) -> &str {
        "HoldingAggregateExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.by_hash.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.by_hash.children()
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.by_hash.apply_expressions(f)
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        self.by_hash.input_distribution_requirements()
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        self.input_distribution_requirements().into_per_child()
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        let by_hash = Arc::clone(&self.by_hash).replace_children(children, options)?;
        match by_hash.downcast_ref::<AggregateExec>() {
            Some(by_hash) => Ok(Arc::new(Self::new(by_hash.clone(), Arc::clone(&self.holding))?)),
            None => {
                exec_err!("HoldingAggregateExec: must stay an aggregate, found another operator")
            }
        }
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let limit = match context.memory_pool().memory_limit() {
            MemoryLimit::Infinite => return self.by_hash.execute(partition, context),
            MemoryLimit::Finite(limit) => Some(limit),
            MemoryLimit::Unknown => None,
        };
        let plan = match &self.sorted {
            Some(sorted) if !limit.is_some_and(|limit| self.fits(limit)) => sorted,
            _ => &self.by_hash,
        };
        let calls = self.holding.join(", ");
        let what = match plan.group_expr().is_true_no_grouping() {
            true => "all values",
            false => "the values of a group",
        };
        let pool = Arc::clone(context.memory_pool());
        let batches = plan
            .execute(partition, context)?
            .map_err(move |error| exhausted(error, &calls, what, pool.as_ref()));
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        let mut all = MetricsSet::new();
        for metrics in std::iter::once(&self.by_hash).chain(&self.sorted).map(|plan| plan.metrics())
        {
            metrics
                .iter()
                .flat_map(MetricsSet::iter)
                .for_each(|metric| all.push(Arc::clone(metric)));
        }
        Some(all)
    }

    fn statistics_from_inputs(
        &self,
        input: &[Arc<Statistics>],
        arguments: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        self.by_hash.statistics_from_inputs(input, arguments)
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        self.by_hash.child_stats_requests(partition)
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        self.by_hash.cardinality_effect()
    }
}

/// The rows of each partition sorted, within a share of the memory limit: merging what it spilled,
/// a sort takes all the memory there is, and leaves none for other partitions or for the groups.
#[derive(Debug)]
struct SharedSortExec {
    input: Arc<dyn ExecutionPlan>,
    /// The sort of all partitions, which is as this operator but for its memory.
    sort: SortExec,
}

impl SharedSortExec {
    fn new(order: LexOrdering, input: Arc<dyn ExecutionPlan>) -> Self {
        let sort = SortExec::new(order, Arc::clone(&input)).with_preserve_partitioning(true);
        Self { input, sort }
    }

    /// What the sort of a partition may take: a part of the limit, smaller if others have much of
    /// it. None without a limit.
    fn share(&self, partition: usize, context: &TaskContext) -> Result<Option<MemoryReservation>> {
        /// The part of all partitions: the engine takes as much again to read what was spilled.
        const PART: usize = 4;
        /// Below this a sort has no room for the batches that it merges.
        const LEAST: usize = 8 << 20;
        let pool = context.memory_pool();
        let MemoryLimit::Finite(limit) = pool.memory_limit() else { return Ok(None) };
        let held = MemoryConsumer::new(format!("sort by group [{partition}]")).register(pool);
        let limit = limit / self.input.output_partitioning().partition_count();
        let share = (limit / PART).max(LEAST.min(limit / 2));
        if held.try_grow(share).is_err() {
            held.try_grow(share / 2)?;
        }
        Ok(Some(held))
    }
}

impl DisplayAs for SharedSortExec {
    fn fmt_as(&self, format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sort.fmt_as(format, f)
    }
}

impl ExecutionPlan for SharedSortExec {
    fn name(&self) -> &str {
        "SharedSortExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.sort.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.sort.apply_expressions(f)
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match (children.pop(), children.pop()) {
            (Some(input), None) => Ok(Arc::new(Self::new(self.sort.expr().clone(), input))),
            _ => exec_err!("SharedSortExec: must have one input, found another number"),
        }
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let Some(share) = self.share(partition, &context)? else {
            return self.sort.execute(partition, context);
        };
        let rows = self.input.execute(partition, Arc::clone(&context))?;
        let rows = Rows { schema: self.input.schema(), stream: Mutex::new(Some(rows)) };
        let input = StreamingTableExec::try_new(
            self.input.schema(),
            vec![Arc::new(rows)],
            None,
            None,
            false,
            None,
        )?;
        let sort = SortExec::new(self.sort.expr().clone(), Arc::new(input));

        let runtime = context.runtime_env().as_ref().clone();
        let memory_pool = Arc::new(GreedyMemoryPool::new(share.size()));
        let runtime = RuntimeEnv { memory_pool, ..runtime };
        let mut config = context.session_config().clone();
        let for_merging = &mut config.options_mut().execution.sort_spill_reservation_bytes;
        *for_merging = (*for_merging).min(share.size() / 4);
        let context = TaskContext::new(
            context.task_id(),
            context.session_id(),
            config,
            context.scalar_functions().clone(),
            context.higher_order_functions().clone(),
            context.aggregate_functions().clone(),
            context.window_functions().clone(),
            Arc::new(runtime),
        );
        let sorted = sort.execute(0, Arc::new(context))?.inspect(move |_| _ = &share);
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), sorted)))
    }
}

/// Rows that are on their way.
struct Rows {
    schema: SchemaRef,
    stream: Mutex<Option<SendableRecordBatchStream>>,
}

impl Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rows")
    }
}

impl PartitionStream for Rows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        match self.stream.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(stream) => stream,
            None => Box::pin(EmptyRecordBatchStream::new(Arc::clone(&self.schema))),
        }
    }
}
