//! From the inputs of a call, as they are executed, to the rows of its result.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{HashMap, Result, exec_err, plan_err};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::metrics::Time;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use futures::TryStreamExt;

use super::call::{IndexCall, nodes_schema, periods_schema};
use super::wanted::Wanted;
use crate::framework::{self, Framework, Node, list, some};
use crate::functions::table::check::{Checked, checked};
use crate::functions::table::function::{First, Inputs, Variant};
use crate::functions::table::output::{NodeLabels, Output};
use crate::functions::table::request::Request;
use crate::hint::did_you_mean;
use crate::index::execution::Execution;
use crate::index::input::IndexInput;
use crate::index::methods::bound::Methods;
use crate::index::methods::reference::ReferenceSet;
use crate::index::methods::steps::Steps;
use crate::index::panel::Panel;
use crate::index::reader::Reader;

/// All that one computation needs.
pub struct Computation {
    pub call: Arc<IndexCall>,
    /// Framework, panel, further tables.
    pub inputs: Vec<Arc<dyn ExecutionPlan>>,
    pub wanted: Wanted<Arc<dyn PhysicalExpr>>,
    /// Of the columns that are wanted.
    pub schema: SchemaRef,
    pub execution: Execution,
    pub context: Arc<TaskContext>,
    pub reservation: Arc<MemoryReservation>,
}

impl Computation {
    /// Reads the inputs and computes. `note` is told the number of scores.
    pub async fn run(self, elapsed: Time, note: impl FnOnce(usize)) -> Result<Output> {
        let Self { call, inputs, wanted, schema, execution, context, reservation } = self;
        let (function, name) = (Arc::clone(&call.function), call.name());
        let read = |input: &Arc<dyn ExecutionPlan>| streams(input, &context);
        // The framework is checked as a whole before anything of the panel is read.
        let framework = framework::rows(&inputs[0].schema(), &collect(read(&inputs[0])?).await?)?;
        let steps = function.spec().steps.clone();
        let bind = |framework: &Framework, rows: &_| function.methods(framework, rows);
        let Checked { framework, row_methods, methods } =
            checked(framework, &steps, bind).or_else(|faults| plan_err!("{name}: {faults}"))?;
        let mut extra = Vec::new();
        for input in &inputs[2..] {
            extra.push(concat_batches(&input.schema(), &collect(read(input)?).await?)?);
        }
        let first = First { framework: &framework, row_methods: &row_methods, methods: &methods };
        let second = function.second(first, &extra)?;
        let trees: Vec<&Framework> =
            std::iter::once(&framework).chain(second.iter().map(|b| &b.framework)).collect();
        let reader = reader(&call, &trees);
        let (panels, unknown) = reader.read(read(&inputs[1])?, Arc::clone(&reservation)).await?;
        let mut panels = panels.into_iter();
        let Some(panel) = panels.next() else {
            return exec_err!("{name}: the panel was not read");
        };
        let second: Option<(Variant, Panel)> = second.zip(panels.next());
        let _timer = elapsed.timer();
        let both = second.iter().map(|(Variant { framework, .. }, panel)| (framework, panel));
        let both = std::iter::once((&framework, &panel)).chain(both);
        for (table, (framework, panel)) in ["framework", "framework_b"].iter().zip(both.clone()) {
            check_denominators((name, table), framework, panel, &unknown)?;
        }
        if steps.strict {
            for ((framework, panel), unknown) in both.zip([unknown.as_slice(), &[]]) {
                check_same(name, framework, panel, unknown)?;
            }
        }
        note(panel.columns.iter().map(|column| column.len()).sum());
        // Beside the indicators, whose columns were accounted as they were read: the nodes above.
        let above = framework.nodes().len() - framework.leaves().len();
        reservation.try_grow(above * bytes_of_column(&panel))?;
        let work = reservation.new_empty();
        work.try_grow(bytes_of_steps(&steps, &methods, &framework, &panel, &execution))?;
        let computed = SpawnedTask::spawn_blocking(move || {
            let nodes = nodes(&framework, wanted.nodes.as_ref())?;
            let periods = periods(&panel, &schema, wanted.periods.as_ref())?;
            let request = Request { schema, nodes, periods };
            let index =
                IndexInput { framework, row_methods, methods, panel, execution, reservation };
            function.compute(Inputs { index, second, extra }, request)
        });
        let computed = computed.join().await;
        drop(work);
        match computed {
            Ok(output) => output,
            Err(error) if error.is_panic() => {
                exec_err!("{name}: the computation was aborted: {error}")
            }
            Err(_) => exec_err!("{name}: the query was cancelled"),
        }
    }
}

/// The partitions of an input in their order. Where the plan merges partitions only to have one,
/// they are read side by side: what is made of them does not depend on how they are merged.
fn streams(
    input: &Arc<dyn ExecutionPlan>,
    context: &Arc<TaskContext>,
) -> Result<Vec<SendableRecordBatchStream>> {
    let input = match input.downcast_ref::<CoalescePartitionsExec>() {
        Some(merge) if merge.fetch().is_none() => merge.input(),
        _ => input,
    };
    let partitions = 0..input.output_partitioning().partition_count();
    partitions.map(|partition| input.execute(partition, Arc::clone(context))).collect()
}

/// All rows, partition by partition: the order of a framework is that of the rows of the result.
async fn collect(streams: Vec<SendableRecordBatchStream>) -> Result<Vec<RecordBatch>> {
    let mut batches = Vec::new();
    for stream in streams {
        batches.extend(stream.try_collect::<Vec<_>>().await?);
    }
    Ok(batches)
}

/// What reads the indicators of these frameworks.
fn reader(call: &IndexCall, frameworks: &[&Framework]) -> Reader {
    let mut indicators = HashMap::new();
    let mut position = |code: &str| {
        let next = indicators.len() as u32;
        *indicators.entry(code.to_owned()).or_insert(next)
    };
    let frameworks = frameworks.iter().map(|framework| {
        let of_leaves: Vec<u32> = leaves_of(framework).map(|node| position(&node.code)).collect();
        let denominators = leaves_of(framework).filter_map(|node| node.denominator.as_deref());
        (of_leaves, denominators.map(&mut position).collect::<Vec<u32>>())
    });
    let (frameworks, denominators) = frameworks.unzip();
    Reader {
        name: call.name(),
        has_period: call.has_period,
        groups: call.groups(),
        indicators: Arc::new(indicators),
        frameworks,
        denominators,
    }
}

fn leaves_of(framework: &Framework) -> impl Iterator<Item = &Node> {
    framework.leaves().iter().map(|&leaf| &framework.nodes()[leaf])
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
    methods: &Methods,
    framework: &Framework,
    panel: &Panel,
    execution: &Execution,
) -> usize {
    /// Of a cell in a function of whole partitions: its arguments, its answer, and how it is sorted.
    const OF_CELL: usize = 16 * size_of::<f64>();
    /// Of a unit in an aggregation: its state, and each child with its weight.
    const OF_STATE: usize = 8 * size_of::<f64>();
    const OF_CHILD: usize = 4 * size_of::<f64>();
    let (units, periods) = (panel.units.len(), panel.periods.len());
    let children = framework.nodes().iter().map(|node| node.children.len()).max().unwrap_or(0);
    let is_prepared = steps.imputation.is_some()
        || steps.treatment.is_some()
        || methods.denominations.iter().any(Option::is_some)
        || methods.transformations.iter().any(Option::is_some);
    let copies = if is_prepared { framework.leaves().len() * bytes_of_column(panel) } else { 0 };
    // All indicators of all periods, which are worked on once; an indicator with all of its periods,
    // or the siblings of one period.
    let crosses = methods.imputation.as_ref().is_some_and(|method| method.crosses);
    let all = if crosses { framework.leaves().len() * units * periods * OF_CELL } else { 0 };
    let one = units * periods.max(if is_prepared { children } else { 1 }) * OF_CELL;
    let is_pooled = steps.weighting.is_some() && steps.reference != ReferenceSet::Period;
    let state = units * (OF_STATE + children * OF_CHILD);
    let weighed = if steps.weights_tree { framework.leaves().len() } else { children };
    let pooled = if is_pooled { weighed * units * periods * OF_CHILD } else { 0 };
    copies + all + execution.threads * one.max(state) + pooled
}

/// The nodes that a filter lets through; all without one.
fn nodes(framework: &Framework, filter: Option<&Arc<dyn PhysicalExpr>>) -> Result<Vec<usize>> {
    let nodes = framework.nodes();
    let Some(filter) = filter else { return Ok((0..nodes.len()).collect()) };
    let NodeLabels { codes, parents, levels } = NodeLabels::of_all(framework);
    // The filter knows the columns by position.
    let batch = RecordBatch::try_new(nodes_schema("code"), vec![codes, parents, levels])?;
    let chosen = filter.evaluate(&batch)?.into_array(nodes.len())?;
    let chosen = chosen.as_boolean().iter().enumerate();
    Ok(chosen.filter(|(_, is_in)| *is_in == Some(true)).map(|(i, _)| i).collect())
}

/// Whether a filter lets a period through; none without one.
fn periods(
    panel: &Panel,
    schema: &SchemaRef,
    filter: Option<&Arc<dyn PhysicalExpr>>,
) -> Result<Option<Vec<bool>>> {
    let Some(filter) = filter else { return Ok(None) };
    let batch = RecordBatch::try_new(periods_schema(schema)?, vec![Arc::clone(&panel.periods)])?;
    // Where it fails, the filter above says so, if it comes to that.
    let Ok(chosen) = filter.evaluate(&batch) else { return Ok(None) };
    let chosen = chosen.into_array(panel.periods.len())?;
    Ok(Some(chosen.as_boolean().iter().map(|is_in| is_in == Some(true)).collect()))
}

/// Indicators are divided by indicators of the panel, or an error says which is not there.
fn check_denominators(
    (name, table): (&str, &str),
    framework: &Framework,
    panel: &Panel,
    unknown: &[String],
) -> Result<()> {
    let divided = leaves_of(framework).filter_map(|node| Some((node, node.denominator.as_ref()?)));
    let (found, missing): (Vec<_>, Vec<_>) =
        divided.zip(&panel.has_denominators).partition(|(_, is_there)| **is_there);
    let missing: Vec<(&Node, &String)> = missing.into_iter().map(|(divided, _)| divided).collect();
    let Some((_, denominator)) = missing.first().filter(|_| !panel.units.is_empty()) else {
        return Ok(());
    };
    let codes = missing.iter().filter(|(_, other)| other == denominator);
    let codes: Vec<String> = codes.map(|(node, _)| format!("'{}'", node.code)).collect();
    let seen = leaves_of(framework).enumerate().filter(|(leaf, _)| has_rows(panel, *leaf));
    let seen = seen.map(|(_, node)| node.code.as_str());
    let seen = seen.chain(found.iter().map(|((_, denominator), _)| denominator.as_str()));
    exec_err!(
        "{name}: {table}: denominator of {} must be an indicator of the panel, got '{denominator}'{}",
        list(codes.into_iter()),
        did_you_mean(denominator, unknown.iter().map(String::as_str).chain(seen))
    )
}

/// Whether the panel has rows of an indicator.
fn has_rows(panel: &Panel, leaf: usize) -> bool {
    let periods = panel.periods.len();
    panel.has_rows[leaf * periods..(leaf + 1) * periods].contains(&true)
}

/// Panel and framework have the same indicators, or an error says which only one of them has.
fn check_same(name: &str, framework: &Framework, panel: &Panel, unknown: &[String]) -> Result<()> {
    let leaves = leaves_of(framework).enumerate();
    let unseen = leaves.filter(|(leaf, _)| !has_rows(panel, *leaf));
    let unseen: Vec<&String> = unseen.map(|(_, node)| &node.code).collect();
    if unseen.is_empty() && unknown.is_empty() {
        return Ok(());
    }
    let mut parts = Vec::new();
    if !unknown.is_empty() {
        parts.push(format!("only the panel has {}", some(unknown)));
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
