//! The table functions as tables and operators of the engine.
//!
//! A call becomes a table whose scan reads the two inputs and computes. The engine can leave out
//! columns, and rows by what the framework alone decides (`code`, `parent`, `level`); no other
//! filter is ever moved below, so reference sets are those of the inputs, whatever is asked on top.

use std::fmt::{self, Debug};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, HashMap, Result, exec_err, plan_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::expr_rewriter::unnormalize_col;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, LogicalPlan, TableProviderFilterPushDown, TableType};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{
    BaselineMetrics, ExecutionPlanMetricsSet, MetricBuilder, MetricsSet,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties, collect,
    collect_partitioned,
};
use futures::{StreamExt, TryStreamExt, stream};

use super::methods::check_methods;
use super::options::{Arguments, Reference, Steps};
use super::panel::{Panel, Reader};
use super::rows::Labels;
use super::workshop::{Cancel, Workshop};
use super::{Asked, Batches, Index, TableFunction, schema};
use crate::framework::{self, Defaults, Faults, Framework};
use crate::functions::engine::memory::exhausted;

/// The inputs of a call, planned: each with the columns in the order that the function reads them.
#[derive(Debug, Clone)]
pub(super) struct Inputs {
    pub framework: LogicalPlan,
    pub panel: LogicalPlan,
    pub has_period: bool,
    /// Other tables, in the order of the page.
    pub others: Vec<LogicalPlan>,
}

/// A call as a table.
pub(super) struct Called {
    function: Arc<dyn TableFunction>,
    inputs: Inputs,
    schema: SchemaRef,
}

impl Called {
    pub(super) fn new(function: Arc<dyn TableFunction>, inputs: Inputs) -> Self {
        let field = |i: usize| inputs.panel.schema().field(i).data_type().clone();
        let unit = plain(&field(0));
        let period = if inputs.has_period { plain(&field(1)) } else { DataType::Int64 };
        let schema = function.schema(&unit, &period);
        Self { function, inputs, schema }
    }
}

fn plain(data_type: &DataType) -> DataType {
    crate::functions::engine::arguments::plain(data_type).clone()
}

impl Debug for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function.page().name)
    }
}

/// Columns that the framework alone decides, beside the code of the node.
const OF_FRAMEWORK: [&str; 2] = ["parent", "level"];

#[async_trait]
impl TableProvider for Called {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        let decides = |filter: &&Expr| {
            let columns = filter.column_refs();
            let decides =
                |name: &str| name == self.function.code_column() || OF_FRAMEWORK.contains(&name);
            let is_ours = !columns.is_empty() && columns.iter().all(|column| decides(&column.name));
            match self.function.filters_nodes() && is_ours && !filter.is_volatile() {
                true => TableProviderFilterPushDown::Exact,
                false => TableProviderFilterPushDown::Unsupported,
            }
        };
        Ok(filters.iter().map(decides).collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let nodes = nodes_schema(self.function.code_column());
        let filter = match conjunction(filters.iter().cloned().map(unnormalize_col)) {
            Some(filter) => {
                let schema = datafusion::common::DFSchema::try_from(nodes.as_ref().clone())?;
                Some(state.create_physical_expr(filter, &schema)?)
            }
            None => None,
        };
        let mut children = vec![
            state.create_physical_plan(&self.inputs.framework).await?,
            state.create_physical_plan(&self.inputs.panel).await?,
        ];
        for other in &self.inputs.others {
            children.push(state.create_physical_plan(other).await?);
        }
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => Arc::clone(&self.schema),
        };
        Ok(Arc::new(Exec::new(
            Arc::clone(&self.function),
            children,
            self.inputs.has_period,
            filter,
            schema,
        )))
    }
}

/// What a filter on nodes sees.
fn nodes_schema(code: &str) -> SchemaRef {
    schema(&[
        (code, &DataType::Utf8View, false),
        ("parent", &DataType::Utf8View, true),
        ("level", &DataType::Int64, false),
    ])
}

/// The operator: framework, panel and what else the function takes in, its rows out.
pub(super) struct Exec {
    function: Arc<dyn TableFunction>,
    children: Vec<Arc<dyn ExecutionPlan>>,
    has_period: bool,
    filter: Option<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl Exec {
    fn new(
        function: Arc<dyn TableFunction>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        has_period: bool,
        filter: Option<Arc<dyn PhysicalExpr>>,
        schema: SchemaRef,
    ) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        let (properties, metrics) = (Arc::new(properties), ExecutionPlanMetricsSet::new());
        Self { function, children, has_period, filter, schema, properties, metrics }
    }
}

impl Debug for Exec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_as(DisplayFormatType::Default, f)
    }
}

impl DisplayAs for Exec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<_> =
            self.schema.fields().iter().map(|field| field.name().as_str()).collect();
        write!(
            f,
            "IndexExec: {}: check framework, read panel, {}, columns=[{}]",
            self.function.page().name,
            self.function.describe(),
            columns.join(", ")
        )?;
        match &self.filter {
            Some(filter) => write!(f, ", nodes={filter}"),
            None => Ok(()),
        }
    }
}

impl ExecutionPlan for Exec {
    fn name(&self) -> &str {
        "IndexExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.children.iter().collect()
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        match &self.filter {
            Some(filter) => f(filter),
            None => Ok(TreeNodeRecursion::Continue),
        }
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; self.children.len()]
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if children.len() != self.children.len() {
            return exec_err!(
                "IndexExec: must have {} inputs, found another number",
                self.children.len()
            );
        }
        Ok(Arc::new(Self::new(
            Arc::clone(&self.function),
            children,
            self.has_period,
            self.filter.clone(),
            Arc::clone(&self.schema),
        )))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let name = self.function.page().name;
        let pool = Arc::clone(context.memory_pool());
        let reservation = Arc::new(MemoryConsumer::new(name).register(&pool));
        let config = context.session_config();
        let work = Work {
            function: Arc::clone(&self.function),
            children: self.children.clone(),
            has_period: self.has_period,
            filter: self.filter.clone(),
            schema: Arc::clone(&self.schema),
            workshop: Workshop {
                threads: config.target_partitions(),
                cancel: Cancel::default(),
                options: Arc::clone(config.options()),
                progress: config.get_extension(),
            },
            context: Arc::clone(&context),
            reservation: Arc::clone(&reservation),
        };
        let stop = StopOnDrop(work.workshop.cancel.clone());
        let baseline = BaselineMetrics::new(&self.metrics, partition);
        let rows_read = MetricBuilder::new(&self.metrics).counter("scores_computed", partition);
        let batches = stream::once(async move {
            let batches = work.all(&baseline, &rows_read).await.map_err(|error| {
                exhausted(error, name, "the panel and what is made of it", pool.as_ref())
            })?;
            Ok::<_, DataFusionError>(stream::iter(batches).map(move |batch| {
                let _held = (&stop, &reservation);
                if let Ok(batch) = &batch {
                    baseline.output_rows().add(batch.num_rows());
                }
                batch
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

struct Work {
    function: Arc<dyn TableFunction>,
    children: Vec<Arc<dyn ExecutionPlan>>,
    has_period: bool,
    filter: Option<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
    workshop: Workshop,
    context: Arc<TaskContext>,
    reservation: Arc<MemoryReservation>,
}

impl Work {
    async fn all(
        self,
        metrics: &BaselineMetrics,
        scores: &datafusion::physical_plan::metrics::Count,
    ) -> Result<Batches> {
        let name = self.function.page().name;
        let framework = self.framework().await?;
        let mut others = Vec::new();
        for child in &self.children[2..] {
            let schema = child.schema();
            let batches = collect(Arc::clone(child), Arc::clone(&self.context)).await?;
            others.push(datafusion::arrow::compute::concat_batches(&schema, &batches)?);
        }
        let second = self.function.second(&others)?;
        let mut indicators = HashMap::new();
        let mut position = |code: &str| {
            let next = indicators.len() as u32;
            *indicators.entry(code.to_owned()).or_insert(next)
        };
        let frameworks = std::iter::once(&framework).chain(&second).map(|framework| {
            let code = |&leaf: &usize| framework.nodes()[leaf].code.as_str();
            framework.leaves().iter().map(code).map(&mut position).collect()
        });
        let frameworks = frameworks.collect();
        let indicators = Arc::new(indicators);
        let reader = Reader { name, has_period: self.has_period, indicators, frameworks };
        let panel = Arc::clone(&self.children[1]);
        let (panels, unknown) =
            reader.read(panel, Arc::clone(&self.context), Arc::clone(&self.reservation)).await?;
        let mut panels = panels.into_iter();
        let Some(panel) = panels.next() else {
            return exec_err!("{name}: the panel was not read");
        };
        let second = second.zip(panels.next());
        let _timer = metrics.elapsed_compute().timer();
        if self.function.steps().strict {
            check_same(name, &framework, &panel, unknown)?;
            if let Some((framework, panel)) = &second {
                check_same(name, framework, panel, Vec::new())?;
            }
        }
        scores.add(panel.columns.iter().map(|column| column.len()).sum());
        // Beside the indicators, whose columns were accounted as they were read: the nodes above.
        let above = framework.nodes().len() - framework.leaves().len();
        self.reservation.try_grow(above * bytes_of_column(&panel))?;
        let work = self.reservation.new_empty();
        work.try_grow(bytes_of_steps(self.function.steps(), &framework, &panel, &self.workshop))?;
        let Self { function, workshop, filter, schema, reservation, .. } = self;
        let computed = SpawnedTask::spawn_blocking(move || {
            let nodes = wanted(&framework, filter.as_ref())?;
            let asked = Asked { schema, nodes };
            function
                .compute(Index { framework, panel, second, others, workshop, reservation }, asked)
        });
        let computed = computed.join().await;
        drop(work);
        match computed {
            Ok(batches) => batches,
            Err(error) if error.is_panic() => {
                exec_err!("{name}: the computation was aborted: {error}")
            }
            Err(_) => exec_err!("{name}: the query was cancelled"),
        }
    }

    /// The framework, checked as a whole before anything of the panel is read.
    async fn framework(&self) -> Result<Framework> {
        let name = self.function.page().name;
        let child = &self.children[0];
        // Partition by partition: the order of a framework is that of the rows of the result.
        let partitions = collect_partitioned(Arc::clone(child), Arc::clone(&self.context)).await?;
        let batches: Vec<RecordBatch> = partitions.into_iter().flatten().collect();
        let rows = framework::rows(&child.schema(), &batches)?;
        match checked(rows, self.function.steps(), |framework| self.function.check(framework)) {
            Ok(framework) => Ok(framework),
            Err(faults) => plan_err!("{name}: {faults}"),
        }
    }
}

/// Bytes of a column of numbers for all periods: with a bit for each that says whether it is there.
fn bytes_of_column(panel: &Panel) -> usize {
    let cells = panel.units.len() * panel.periods.len();
    cells * size_of::<f64>() + cells.div_ceil(8)
}

/// Bytes that the steps of an index take on the way, beside values and scores: copies of the
/// values, and what each thread works with.
fn bytes_of_steps(
    steps: &Steps,
    framework: &Framework,
    panel: &Panel,
    workshop: &Workshop,
) -> usize {
    /// Of a cell in a function of whole partitions: its arguments, its answer, and how it is sorted.
    const OF_CELL: usize = 16 * size_of::<f64>();
    /// Of a unit in an aggregation: its state, and each child with its weight.
    const OF_STATE: usize = 8 * size_of::<f64>();
    const OF_CHILD: usize = 4 * size_of::<f64>();
    let (units, periods) = (panel.units.len(), panel.periods.len());
    let children = framework.nodes().iter().map(|node| node.children.len()).max().unwrap_or(0);
    let is_prepared = steps.imputation.is_some() || steps.treatment.is_some();
    let copies = if is_prepared { framework.leaves().len() * bytes_of_column(panel) } else { 0 };
    // An indicator with all of its periods, or the siblings of one period.
    let one = units * periods.max(if is_prepared { children } else { 1 }) * OF_CELL;
    let is_pooled = steps.weighting.is_some() && steps.reference != Reference::Period;
    let state = units * (OF_STATE + children * OF_CHILD);
    let pooled = if is_pooled { children * units * periods * OF_CHILD } else { 0 };
    copies + workshop.threads * one.max(state) + pooled
}

/// The framework of these rows, checked as a tree, with its methods, and then by `check`.
pub(super) fn checked(
    rows: Vec<framework::Row>,
    steps: &Steps,
    check: impl FnOnce(&Framework) -> Result<(), Faults>,
) -> Result<Framework, Faults> {
    let mut faults = check_methods(&rows);
    let defaults = Defaults { direction: steps.direction };
    let checked = match Framework::new(rows, &defaults) {
        Ok(checked) if faults.is_empty() => Ok(checked),
        Ok(_) => Err(Faults(faults)),
        Err(Faults(of_tree)) => {
            faults.splice(0..0, of_tree);
            Err(Faults(faults))
        }
    };
    let framework = checked?;
    check(&framework)?;
    Ok(framework)
}

/// The nodes that a filter lets through; all without one.
fn wanted(framework: &Framework, filter: Option<&Arc<dyn PhysicalExpr>>) -> Result<Vec<usize>> {
    let nodes = framework.nodes();
    let Some(filter) = filter else { return Ok((0..nodes.len()).collect()) };
    let Labels { codes, parents, levels } = Labels::of_all(framework);
    // The filter knows the columns by position.
    let batch = RecordBatch::try_new(nodes_schema("code"), vec![codes, parents, levels])?;
    let chosen = filter.evaluate(&batch)?.into_array(nodes.len())?;
    let chosen = chosen.as_boolean().iter().enumerate();
    Ok(chosen.filter(|(_, is_in)| *is_in == Some(true)).map(|(i, _)| i).collect())
}

/// Panel and framework have the same indicators, or an error says which only one of them has.
fn check_same(
    name: &str,
    framework: &Framework,
    panel: &Panel,
    unknown: Vec<String>,
) -> Result<()> {
    let periods = panel.periods.len();
    let has_rows = |leaf: usize| (0..periods).any(|period| panel.has_rows[leaf * periods + period]);
    let nodes = framework.nodes();
    let leaves = framework.leaves().iter().enumerate();
    let unseen = leaves.filter(|(leaf, _)| !has_rows(*leaf)).map(|(_, &node)| &nodes[node].code);
    let unseen: Vec<&String> = unseen.collect();
    if unseen.is_empty() && unknown.is_empty() {
        return Ok(());
    }
    let mut parts = Vec::new();
    if !unknown.is_empty() {
        parts.push(format!("only the panel has {}", some(&unknown)));
    }
    if !unseen.is_empty() {
        parts.push(format!("only the framework has {}", some(&unseen)));
    }
    exec_err!(
        "{name}: panel and framework must have the same indicators, but {} (strict => false \
         allows it)",
        parts.join(", and ")
    )
}

/// Names in quotes, the first ten of them.
pub(super) fn some<T: AsRef<str>>(names: &[T]) -> String {
    framework::list(names.iter().map(|name| format!("'{}'", name.as_ref())))
}

/// The arguments of a call, turned into a table function.
pub(super) type Bind = fn(&Arguments) -> Result<Arc<dyn TableFunction>>;
