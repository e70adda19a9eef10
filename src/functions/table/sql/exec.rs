//! The operator of an index: framework, panel and what else the function takes in, its rows out.
//!
//! It needs each input whole, so that no engine can compute an index of a slice of a panel. What is
//! computed is shared by its partitions, of which each makes the rows of its own blocks: partition
//! `p` of `n` those of blocks `p`, `p + n`, `p + 2n`, ... in the order of units and periods.

use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, exec_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{
    BaselineMetrics, ExecutionPlanMetricsSet, MetricBuilder, MetricsSet,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, InputDistributionRequirements,
    Partitioning, PlanProperties,
};
use futures::future::{BoxFuture, Shared};
use futures::{FutureExt, StreamExt, TryStreamExt, stream};

use super::call::IndexCall;
use super::compute::Computation;
use super::node::IndexNode;
use super::wanted::Wanted;
use crate::engine::memory::exhausted;
use crate::functions::table::function::ColumnType;
use crate::functions::table::output::Output;
use crate::index::execution::{Cancel, Execution};
use crate::types::plain;

/// The operator.
pub struct IndexExec {
    call: Arc<IndexCall>,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    /// Which rows are wanted.
    wanted: Wanted<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
    /// What is being computed, until all partitions have taken it.
    running: Arc<Mutex<Option<Running>>>,
}

/// A computation, and which partitions have taken it.
struct Running {
    output: SharedOutput,
    taken: Vec<bool>,
}

/// The rows, and the memory that they take.
struct Computed {
    output: Output,
    _reservation: Arc<MemoryReservation>,
}

type SharedOutput = Shared<BoxFuture<'static, Result<Arc<Computed>, Arc<DataFusionError>>>>;

impl IndexExec {
    pub fn new(
        call: Arc<IndexCall>,
        inputs: Vec<Arc<dyn ExecutionPlan>>,
        wanted: Wanted<Arc<dyn PhysicalExpr>>,
        schema: SchemaRef,
        partitions: usize,
    ) -> Self {
        let mut equivalences = EquivalenceProperties::new(Arc::clone(&schema));
        if let Some(order) = order(&call, &schema) {
            equivalences.add_ordering(order);
        }
        let properties = PlanProperties::new(
            equivalences,
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Self {
            call,
            inputs,
            wanted,
            schema,
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
            running: Arc::default(),
        }
    }

    /// What it was made of, beside inputs and schema: the call, and which rows are wanted.
    #[cfg(feature = "codec")]
    pub fn parts(&self) -> (&IndexCall, &Wanted<Arc<dyn PhysicalExpr>>) {
        (&self.call, &self.wanted)
    }

    pub fn partitions(&self) -> usize {
        self.properties.partitioning.partition_count()
    }

    /// The computation that a partition takes part in: that which the others have begun, unless the
    /// plan is executed anew.
    fn output(&self, partition: usize, context: &Arc<TaskContext>) -> SharedOutput {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let current = running.take().filter(|current| !current.taken[partition]);
        let mut current = current.unwrap_or_else(|| Running {
            output: self.compute(context),
            taken: vec![false; self.partitions()],
        });
        current.taken[partition] = true;
        let output = current.output.clone();
        if !current.taken.iter().all(|taken| *taken) {
            *running = Some(current);
        }
        output
    }

    fn compute(&self, context: &Arc<TaskContext>) -> SharedOutput {
        let name = self.call.name();
        let pool = Arc::clone(context.memory_pool());
        let reservation = Arc::new(MemoryConsumer::new(name).register(&pool));
        let config = context.session_config();
        let execution = Execution {
            threads: config.target_partitions(),
            cancel: Cancel::default(),
            options: Arc::clone(config.options()),
            progress: config.get_extension(),
        };
        let stop = StopOnDrop(execution.cancel.clone());
        let computation = Computation {
            call: Arc::clone(&self.call),
            inputs: self.inputs.clone(),
            wanted: self.wanted.clone(),
            schema: Arc::clone(&self.schema),
            execution,
            context: Arc::clone(context),
            reservation: Arc::clone(&reservation),
        };
        let elapsed = MetricBuilder::new(&self.metrics).elapsed_compute(0);
        let scores = MetricBuilder::new(&self.metrics).counter("scores_computed", 0);
        let output = async move {
            let _stop = stop;
            let output = SpawnedTask::spawn(async move {
                computation.run(elapsed, |computed| scores.add(computed)).await
            });
            let output = match output.join().await {
                Ok(output) => output,
                Err(error) => exec_err!("{name}: the computation was aborted: {error}"),
            };
            let output = output.map_err(|error| {
                let what = "the panel and what is made of it";
                Arc::new(exhausted(error, name, what, pool.as_ref()))
            })?;
            Ok(Arc::new(Computed { output, _reservation: reservation }))
        };
        output.boxed().shared()
    }
}

/// Rows are in the order of units and periods, where they have these columns. That of texts is the one
/// of time, of which the engine knows nothing.
fn order(call: &IndexCall, schema: &SchemaRef) -> Option<Vec<PhysicalSortExpr>> {
    let columns = call.function.spec().columns.iter().copied();
    let keys = columns.take_while(|(_, of, _)| matches!(of, ColumnType::Unit | ColumnType::Period));
    let known = keys.map_while(|(name, of, _)| {
        let at = schema.index_of(name).ok()?;
        let is_in_time =
            of == ColumnType::Period && plain(schema.field(at).data_type()).is_string();
        (!is_in_time).then_some((name, at))
    });
    let ascending = SortOptions { descending: false, nulls_first: false };
    let order: Vec<_> = known
        .map(|(name, at)| PhysicalSortExpr::new(Arc::new(Column::new(name, at)), ascending))
        .collect();
    (call.function.spec().is_by_unit() && !order.is_empty()).then_some(order)
}

impl Debug for IndexExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_as(DisplayFormatType::Default, f)
    }
}

impl DisplayAs for IndexExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let described = IndexNode::describe(&self.call, self.schema.fields(), &self.wanted);
        write!(f, "IndexExec: {described}")
    }
}

impl ExecutionPlan for IndexExec {
    fn name(&self) -> &str {
        "IndexExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let mut next = TreeNodeRecursion::Continue;
        for filter in self.wanted.nodes.iter().chain(&self.wanted.periods) {
            next = f(filter)?;
            if next == TreeNodeRecursion::Stop {
                break;
            }
        }
        Ok(next)
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![Distribution::SinglePartition; self.inputs.len()])
    }

    // As engines ask that do not know the above.
    fn required_input_distribution(&self) -> Vec<Distribution> {
        self.input_distribution_requirements().into_per_child()
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn with_new_children(
        self: Arc<Self>,
        inputs: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if inputs.len() != self.inputs.len() {
            return exec_err!(
                "IndexExec: must have {} inputs, found {}",
                self.inputs.len(),
                inputs.len()
            );
        }
        let (wanted, schema) = (self.wanted.clone(), Arc::clone(&self.schema));
        let call = Arc::clone(&self.call);
        Ok(Arc::new(Self::new(call, inputs, wanted, schema, self.partitions())))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let (output, step) = (self.output(partition, &context), self.partitions());
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let batches = stream::once(async move {
            let computed = output.await.map_err(DataFusionError::Shared)?;
            let blocks = (partition..computed.output.number()).step_by(step);
            Ok::<_, DataFusionError>(stream::iter(blocks).map(move |block| {
                let _timer = metrics.elapsed_compute().timer();
                let batch = computed.output.batch(block)?;
                metrics.output_rows().add(batch.num_rows());
                Ok(batch)
            }))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches.try_flatten())))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

/// Whoever no longer reads the rows no longer wants them computed.
struct StopOnDrop(Cancel);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}
