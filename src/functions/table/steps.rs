//! The steps of an index on the columns of a panel: impute, treat, normalise, aggregate. Each is
//! done by the function of SQL that has its name.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int64Array, UInt32Array, new_null_array,
};
use datafusion::arrow::compute::{concat, take};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, WindowUDF};

use super::call::{Call, Step, at};
use super::keys::text;
use super::options::{Reference, Steps};
use super::panel::Panel;
use crate::framework::{Faults, Framework, Node};
use crate::functions::engine::columns::{self, Combine, with_constants};
use crate::functions::engine::normalise::{Entry, Over};
use crate::functions::page::Page;
use crate::functions::registry;
use crate::kernel::{Sum, Work, covers};

/// Whether the answer is still wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub(super) fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn check(&self) -> Result<()> {
        match self.0.load(Ordering::Relaxed) {
            true => exec_err!("the query was cancelled"),
            false => Ok(()),
        }
    }
}

/// What all steps need to work with.
#[derive(Debug, Clone)]
pub(super) struct Workshop {
    pub threads: usize,
    pub cancel: Cancel,
    pub options: Arc<ConfigOptions>,
    pub progress: Option<Arc<Progress>>,
}

/// Whoever wants to know how far a long computation is: an extension of the session's
/// configuration.
///
/// Called with the name of the function, the work done and the work there is, now and then and from
/// any thread; at the end, whether it failed or not, with all of it done.
pub struct Progress(pub Box<Tell>);

/// Takes the name of a function, the work done and the work there is.
pub type Tell = dyn Fn(&str, usize, usize) + Send + Sync;

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Progress")
    }
}

impl Workshop {
    /// Says how far the work is.
    pub(super) fn tell(&self, what: &str, done: usize, all: usize) {
        if let Some(progress) = &self.progress {
            (progress.0)(what, done, all);
        }
    }

    /// Does jobs `0..number` on all threads. The answers come in the order of the jobs, and if some
    /// fail the error is that of the first.
    pub(super) fn each<R: Send>(
        &self,
        number: usize,
        job: impl Fn(usize) -> Result<R> + Sync,
    ) -> Result<Vec<R>> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let i = next.fetch_add(1, Ordering::Relaxed);
                if i >= number {
                    return done;
                }
                let answer = self.cancel.check().and_then(|()| job(i));
                let failed = answer.is_err();
                done.push((i, answer));
                if failed {
                    next.fetch_add(number, Ordering::Relaxed); // no more jobs
                    return done;
                }
            }
        };
        let threads = self.threads.clamp(1, number.max(1));
        let mut all: Vec<(usize, Result<R>)> = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut all = work();
            for other in others {
                match other.join() {
                    Ok(done) => all.extend(done),
                    Err(_) => all.push((0, exec_err!("a thread of the computation stopped"))),
                }
            }
            all
        });
        all.sort_by_key(|(i, _)| *i);
        all.into_iter().map(|(_, answer)| answer).collect()
    }
}

impl Work for Workshop {
    type Error = DataFusionError;

    fn each<R: Send>(&self, number: usize, job: impl Fn(usize) -> R + Sync) -> Result<Vec<R>> {
        self.each(number, |i| Ok(job(i)))
    }
}

/// The methods of an index: what the framework says of each node, else what the call says.
#[derive(Debug, Clone)]
pub(super) struct Methods {
    pub name: &'static str,
    imputation: Option<Whole>,
    treatment: Option<Whole>,
    /// Per indicator.
    normalisation: Vec<Option<Normaliser>>,
    directions: Vec<f64>,
    weighting: Option<Call>,
    /// Per node; none for indicators.
    pub aggregation: Vec<Option<Aggregation>>,
    reference: Reference,
    treatment_reference: Reference,
}

/// How the children of a node are combined.
#[derive(Debug, Clone)]
pub(super) struct Aggregation {
    pub call: Call,
    combine: Arc<dyn Combine>,
    pub min_coverage: f64,
}

/// A function of whole partitions with its constants.
#[derive(Debug, Clone)]
struct Whole {
    call: Call,
    function: &'static WindowUDF,
    constants: Vec<ScalarValue>,
}

#[derive(Debug, Clone)]
struct Normaliser {
    call: Call,
    entry: &'static Entry,
    constants: Vec<ScalarValue>,
}

/// The methods that rows of a framework name, checked; one fault a row that names none.
pub(super) fn check_methods(rows: &[crate::framework::Row]) -> Vec<String> {
    let mut faults = Vec::new();
    for row in rows {
        let code = row.code.as_deref().unwrap_or_default();
        let methods =
            [(Step::Normalisation, &row.normalisation), (Step::Aggregation, &row.aggregation)];
        for (step, text) in methods {
            if let Some(text) = text
                && let Err(error) = Call::parse(step, text)
            {
                faults.push(format!("framework: '{code}': {}", crate::error::describe(&error)));
            }
        }
    }
    faults
}

impl Methods {
    pub(super) fn new(framework: &Framework, steps: &Steps) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut fault = |code: &str, error: DataFusionError| {
            faults.push(format!("framework: '{code}': {}", crate::error::describe(&error)));
        };
        let nodes = framework.nodes();
        let mut normalisation = Vec::new();
        let mut directions = Vec::new();
        for &leaf in framework.leaves() {
            let node = &nodes[leaf];
            directions.push(node.direction);
            let of_row =
                node.normalisation.as_deref().map(|text| Call::parse(Step::Normalisation, text));
            let is_of_row = of_row.is_some();
            let call = match of_row.transpose() {
                Ok(call) => call.unwrap_or_else(|| steps.normalisation.clone()),
                Err(error) => {
                    fault(&node.code, error);
                    None
                }
            };
            let Some(mut call) = call else {
                normalisation.push(None);
                continue;
            };
            // Bounds and targets of a row are in the unit of measure of its indicator; the range of
            // scores of min-max is another thing.
            let in_measure = ["norm_goalposts", "norm_scaled"].contains(&call.page.name);
            let number = |x: Option<f64>| x.map(ScalarValue::from);
            let of_node = [
                ("lower", number(node.lower).filter(|_| in_measure)),
                ("upper", number(node.upper).filter(|_| in_measure)),
                ("target", number(node.target)),
                ("base", node.base.clone()),
                ("target", number(steps.target)),
                ("base", steps.base.clone()),
            ];
            for (name, value) in of_node {
                if let Some(value) = value
                    && call.takes(name)
                {
                    // What the row says comes before what the call says in its method.
                    let outcome = match !is_of_row && in_measure {
                        true => call.replace(name, value),
                        false => call.set_default(name, value),
                    };
                    if let Err(error) = outcome {
                        fault(&node.code, error);
                    }
                }
            }
            let missing = call.missing();
            if !missing.is_empty() {
                let error = plan_err!(
                    "{} must be given {}, by the framework or the call",
                    call.page.name,
                    missing.join(" and ")
                );
                if let Err::<(), _>(error) = error {
                    fault(&node.code, error);
                }
                normalisation.push(None);
                continue;
            }
            match Normaliser::new(call) {
                Ok(method) => normalisation.push(Some(method)),
                Err(error) => {
                    fault(&node.code, error);
                    normalisation.push(None);
                }
            }
        }
        let mut aggregation = Vec::new();
        for node in nodes {
            if node.leaf.is_some() {
                aggregation.push(None);
                continue;
            }
            let call = match node.aggregation.as_deref() {
                Some(text) => Call::parse(Step::Aggregation, text)
                    .map(|call| call.unwrap_or_else(|| steps.aggregation.clone())),
                None => Ok(steps.aggregation.clone()),
            };
            let min_coverage = node.min_coverage.unwrap_or(steps.min_coverage);
            match call.and_then(|call| Aggregation::new(call, min_coverage)) {
                Ok(method) => aggregation.push(Some(method)),
                Err(error) => {
                    fault(&node.code, error);
                    aggregation.push(None);
                }
            }
        }
        let mut whole = |call: &Option<Call>| match call.clone().map(Whole::new).transpose() {
            Ok(whole) => whole,
            Err(error) => {
                faults.push(crate::error::describe(&error));
                None
            }
        };
        let (imputation, treatment) = (whole(&steps.imputation), whole(&steps.treatment));
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        Ok(Self {
            name: steps.name,
            imputation,
            treatment,
            normalisation,
            directions,
            weighting: steps.weighting.clone(),
            aggregation,
            reference: steps.reference.clone(),
            treatment_reference: steps.treatment_reference.clone(),
        })
    }

    pub(super) fn imputes(&self) -> bool {
        self.imputation.is_some()
    }

    /// Whether indicators are imputed and treated alike: those of `other`, each with the one of
    /// ours in its place.
    pub(super) fn prepares_as(&self, other: &Self, ours: &[usize]) -> bool {
        let is_prepared = self.imputation.is_some() || self.treatment.is_some();
        let turned = |(&ours, direction): (&usize, &f64)| self.directions[ours] == *direction;
        Whole::are_same(&self.imputation, &other.imputation)
            && Whole::are_same(&self.treatment, &other.treatment)
            && (!is_prepared
                || (self.reference == other.reference
                    && ours.iter().zip(&other.directions).all(turned)))
    }

    /// The same of their normalisation.
    pub(super) fn normalises_as(&self, other: &Self, ours: &[usize]) -> bool {
        let call = |method: &Option<Normaliser>| method.as_ref().map(|method| method.call.clone());
        self.reference == other.reference
            && ours.iter().enumerate().all(|(theirs, &ours)| {
                self.directions[ours] == other.directions[theirs]
                    && call(&self.normalisation[ours]) == call(&other.normalisation[theirs])
            })
    }

    /// Imputes and treats.
    pub(super) fn prepare(
        &self,
        framework: &Framework,
        panel: Panel,
        workshop: &Workshop,
    ) -> Result<Panel> {
        let panel = match &self.imputation {
            Some(method) => self.impute(method, framework, panel, workshop)?,
            None => panel,
        };
        match &self.treatment {
            Some(method) => self.treat(method, framework, panel, workshop),
            None => Ok(panel),
        }
    }

    /// Where the reference set of a period lies.
    fn within(&self, reference: &Reference, panel: &Panel) -> Result<Within> {
        Ok(match reference {
            Reference::All => Within::All,
            Reference::Period => Within::Period,
            Reference::At(period) => match position(&panel.periods, period) {
                Some(at) => Within::At(at),
                None => {
                    return exec_err!(
                        "{}: reference must be 'all', 'period' or a period of the panel, got {period}",
                        self.name
                    );
                }
            },
        })
    }

    fn at_indicator(
        &self,
        framework: &Framework,
        leaf: usize,
        error: DataFusionError,
    ) -> DataFusionError {
        let code = &framework.nodes()[framework.leaves()[leaf]].code;
        at(&format!("{}: indicator '{code}'", self.name), error)
    }

    fn impute(
        &self,
        method: &Whole,
        framework: &Framework,
        mut panel: Panel,
        workshop: &Workshop,
    ) -> Result<Panel> {
        let (units, periods) = (panel.units.len(), panel.periods.len());
        let leaves = framework.leaves().len();
        let by_series = method.call.sees("period");
        let filled: Vec<Vec<ArrayRef>> = if method.call.sees("indicator") {
            // From the unit's other indicators: siblings of one period at a time.
            let nodes = framework.nodes();
            let families: Vec<Vec<usize>> = nodes
                .iter()
                .map(|node| node.children.iter().filter_map(|&child| nodes[child].leaf).collect())
                .filter(|family: &Vec<usize>| !family.is_empty())
                .collect();
            let answers = workshop.each(periods, |period| {
                let mut of_leaf = vec![new_null_array(&DataType::Float64, 0); leaves];
                for family in &families {
                    let columns: Vec<ArrayRef> =
                        family.iter().map(|&leaf| Arc::clone(panel.column(leaf, period))).collect();
                    let filled =
                        method.siblings(&columns, family, &self.directions).map_err(|error| {
                            at(
                                &format!(
                                    "{}: siblings of indicator '{}'",
                                    self.name,
                                    nodes[framework.leaves()[family[0]]].code
                                ),
                                error,
                            )
                        })?;
                    for (&leaf, column) in family.iter().zip(filled) {
                        of_leaf[leaf] = column;
                    }
                }
                Ok(of_leaf)
            })?;
            (0..leaves)
                .map(|leaf| answers.iter().map(|of_leaf| Arc::clone(&of_leaf[leaf])).collect())
                .collect()
        } else {
            let within = self.within(&self.treatment_reference, &panel)?;
            workshop.each(leaves, |leaf| {
                let columns = &panel.columns[leaf * periods..(leaf + 1) * periods];
                let filled = match by_series {
                    true => method.series(columns, &panel, self.directions[leaf]),
                    false => method.columns(columns, &within, self.directions[leaf]),
                };
                filled.map_err(|error| self.at_indicator(framework, leaf, error))
            })?
        };
        for (leaf, columns) in filled.into_iter().enumerate() {
            for (period, column) in columns.into_iter().enumerate() {
                let present = &mut panel.present[period * units..(period + 1) * units];
                let column = column.as_primitive::<Float64Type>();
                // Along a series a gap between two rows is filled as well; otherwise only units
                // that were observed at all in the period are.
                let cells = column.iter().zip(present.iter_mut()).map(|(x, present)| {
                    *present |= by_series && x.is_some();
                    x.filter(|_| *present)
                });
                panel.columns[leaf * periods + period] = Arc::new(cells.collect::<Float64Array>());
            }
        }
        Ok(panel)
    }

    fn treat(
        &self,
        method: &Whole,
        framework: &Framework,
        mut panel: Panel,
        workshop: &Workshop,
    ) -> Result<Panel> {
        let periods = panel.periods.len();
        let within = self.within(&self.treatment_reference, &panel)?;
        let treated = workshop.each(framework.leaves().len(), |leaf| {
            let columns = &panel.columns[leaf * periods..(leaf + 1) * periods];
            method
                .columns(columns, &within, self.directions[leaf])
                .map_err(|error| self.at_indicator(framework, leaf, error))
        })?;
        panel.columns = treated.into_iter().flatten().collect();
        Ok(panel)
    }

    /// The scores of the indicators, in the place of their values.
    pub(super) fn normalise(
        &self,
        framework: &Framework,
        panel: &Panel,
        workshop: &Workshop,
    ) -> Result<Vec<ArrayRef>> {
        self.normalise_columns(framework, panel, panel.columns.clone(), workshop)
    }

    /// The same of columns that are given away: those of an indicator are let go as soon as it has
    /// its scores.
    pub(super) fn normalise_columns(
        &self,
        framework: &Framework,
        panel: &Panel,
        mut columns: Vec<ArrayRef>,
        workshop: &Workshop,
    ) -> Result<Vec<ArrayRef>> {
        let periods = panel.periods.len();
        let within = self.within(&self.reference, panel)?;
        let mut of_leaf = Vec::with_capacity(framework.leaves().len());
        while !columns.is_empty() {
            let rest = columns.split_off(periods.min(columns.len()));
            of_leaf.push(Mutex::new(std::mem::replace(&mut columns, rest)));
        }
        let scores = workshop.each(framework.leaves().len(), |leaf| {
            let columns = match of_leaf.get(leaf) {
                Some(columns) => {
                    std::mem::take(&mut *columns.lock().unwrap_or_else(PoisonError::into_inner))
                }
                None => Vec::new(),
            };
            let direction = self.directions[leaf];
            let scores = match &self.normalisation[leaf] {
                Some(method) => method.scores(&columns, panel, &within, direction, workshop),
                None if direction < 0.0 => Ok(columns.iter().map(negated).collect()),
                None => Ok(columns),
            };
            scores.map_err(|error| self.at_indicator(framework, leaf, error))
        })?;
        Ok(scores.into_iter().flatten().collect())
    }

    /// The scores of all nodes, from those of the indicators.
    pub(super) fn aggregate(
        &self,
        framework: &Framework,
        leaves: &[ArrayRef],
        periods: usize,
        workshop: &Workshop,
    ) -> Result<Scores> {
        let nodes = framework.nodes();
        let pooled = self.weighting.is_some() && !matches!(self.reference, Reference::Period);
        let answers = if pooled {
            // Weights learned from all periods at once: node by node, then period by period.
            vec![self.aggregate_pooled(framework, leaves, periods)?]
        } else {
            workshop.each(periods, |period| {
                let of_leaf = |leaf: usize| Arc::clone(&leaves[leaf * periods + period]);
                let mut scores: Vec<Option<ArrayRef>> = vec![None; nodes.len()];
                let mut weights = stated(framework);
                for &position in framework.bottom_up() {
                    let node = &nodes[position];
                    if let Some(leaf) = node.leaf {
                        scores[position] = Some(of_leaf(leaf));
                        continue;
                    }
                    let children: Vec<ArrayRef> =
                        node.children.iter().filter_map(|&child| scores[child].clone()).collect();
                    if let Some(learned) = self.weigh(framework, position, &children)? {
                        for (&child, weight) in node.children.iter().zip(learned) {
                            weights[child] = weight;
                        }
                    }
                    let of_children: Vec<f64> =
                        node.children.iter().map(|&child| weights[child]).collect();
                    scores[position] =
                        Some(self.combine(framework, position, &children, &of_children)?);
                }
                Ok((vec![scores.into_iter().flatten().collect::<Vec<_>>()], weights))
            })?
        };
        let mut columns = vec![new_null_array(&DataType::Float64, 0); nodes.len() * periods];
        let mut relative = vec![0.0; nodes.len() * periods];
        let mut period = 0;
        for (of_periods, of_nodes) in answers {
            for scores in of_periods {
                for (node, (column, weight)) in scores.into_iter().zip(&of_nodes).enumerate() {
                    columns[node * periods + period] = column;
                    relative[node * periods + period] = *weight;
                }
                period += 1;
            }
        }
        let mut weights = vec![1.0; nodes.len() * periods];
        for node in nodes {
            for period in 0..periods {
                let at = |child: usize| child * periods + period;
                let mut all = Sum::default();
                node.children.iter().for_each(|&child| all.add(relative[at(child)]));
                let is_as_stated =
                    |&child: &usize| relative[at(child)] == stated_weight(&nodes[child]);
                let is_stated = node.children.iter().all(is_as_stated);
                for &child in &node.children {
                    weights[at(child)] = match all.value() > 0.0 {
                        _ if is_stated => nodes[child].weight,
                        true => relative[at(child)] / all.value(),
                        false => 0.0,
                    };
                }
            }
        }
        Ok(Scores { periods, columns, weights, relative })
    }

    fn aggregate_pooled(
        &self,
        framework: &Framework,
        leaves: &[ArrayRef],
        periods: usize,
    ) -> Result<(Vec<Vec<ArrayRef>>, Vec<f64>)> {
        let nodes = framework.nodes();
        let mut scores: Vec<Vec<ArrayRef>> = vec![Vec::new(); nodes.len()];
        let mut weights = stated(framework);
        for &position in framework.bottom_up() {
            let node = &nodes[position];
            if let Some(leaf) = node.leaf {
                scores[position] = leaves[leaf * periods..(leaf + 1) * periods].to_vec();
                continue;
            }
            let whole: Result<Vec<ArrayRef>> = match self.learns_weights(framework, position) {
                true => node.children.iter().map(|&child| pooled(&scores[child])).collect(),
                false => Ok(Vec::new()),
            };
            if let Some(learned) = self.weigh(framework, position, &whole?)? {
                for (&child, weight) in node.children.iter().zip(learned) {
                    weights[child] = weight;
                }
            }
            let of_children: Vec<f64> = node.children.iter().map(|&child| weights[child]).collect();
            for period in 0..periods {
                let children: Vec<ArrayRef> =
                    node.children.iter().map(|&child| Arc::clone(&scores[child][period])).collect();
                let combined = self.combine(framework, position, &children, &of_children)?;
                scores[position].push(combined);
            }
        }
        let by_period = (0..periods)
            .map(|period| scores.iter().map(|of_node| Arc::clone(&of_node[period])).collect());
        Ok((by_period.collect(), weights))
    }

    /// Whether the weights of a node's children come from their scores.
    pub(super) fn learns_weights(&self, framework: &Framework, position: usize) -> bool {
        let nodes = framework.nodes();
        self.weighting.is_some()
            && nodes[position].children.iter().all(|&child| nodes[child].given_weight.is_none())
    }

    /// Weights of the children of a node, if they are to be learned.
    fn weigh(
        &self,
        framework: &Framework,
        position: usize,
        children: &[ArrayRef],
    ) -> Result<Option<Vec<f64>>> {
        let Some(call) =
            self.weighting.as_ref().filter(|_| self.learns_weights(framework, position))
        else {
            return Ok(None);
        };
        let Some(weigher) = registry().weighers.iter().find(|weigher| weigher.page == call.page)
        else {
            return exec_err!("{}: must be a weighting", call.page.name);
        };
        let matrix = columns::matrix(children, &vec![1.0; children.len()]);
        let constants = call.constants()?;
        let weights = with_constants(call.page, call.page.parameters, &constants, |constants| {
            (weigher.weigh)(constants, &matrix)
        });
        let node = &framework.nodes()[position].code;
        let weights =
            weights.map_err(|error| at(&format!("{}: children of '{node}'", self.name), error))?;
        Ok(Some(weights.into_iter().map(|weight| weight.unwrap_or(0.0)).collect()))
    }

    /// The scores of a node from those of its children.
    pub(super) fn combine(
        &self,
        framework: &Framework,
        position: usize,
        children: &[ArrayRef],
        weights: &[f64],
    ) -> Result<ArrayRef> {
        let node = &framework.nodes()[position];
        let Some(aggregation) = &self.aggregation[position] else {
            return exec_err!("{}: '{}' has no children", self.name, node.code);
        };
        let scores = aggregation
            .combine
            .combine(children, weights)
            .map_err(|error| at(&format!("{}: '{}'", self.name, node.code), error))?;
        if aggregation.min_coverage <= 0.0 || children.iter().all(|child| child.null_count() == 0) {
            return Ok(Arc::new(scores));
        }
        let covered = (0..scores.len()).map(|unit| {
            let (mut observed, mut missing) = (Sum::default(), Sum::default());
            for (child, &weight) in children.iter().zip(weights) {
                if child.is_valid(unit) { &mut observed } else { &mut missing }.add(weight);
            }
            let is_covered = covers(observed, missing, aggregation.min_coverage);
            scores.is_valid(unit).then(|| scores.value(unit)).filter(|_| is_covered)
        });
        Ok(Arc::new(covered.collect::<Float64Array>()))
    }
}

/// Scores and weights of all nodes.
#[derive(Debug, Clone)]
pub(super) struct Scores {
    pub periods: usize,
    /// `node * periods + period`: a score per unit.
    pub columns: Vec<ArrayRef>,
    /// `node * periods + period`: the share of a node's weight in its parent; the root's is 1.
    pub weights: Vec<f64>,
    /// The same before they are made to sum to 1: as stated, so that shares of whole numbers come
    /// out as such.
    relative: Vec<f64>,
}

/// The weights that the framework states, 1 where it states none.
fn stated(framework: &Framework) -> Vec<f64> {
    framework.nodes().iter().map(stated_weight).collect()
}

fn stated_weight(node: &Node) -> f64 {
    node.given_weight.unwrap_or(1.0)
}

impl Scores {
    pub(super) fn column(&self, node: usize, period: usize) -> &Float64Array {
        self.columns[node * self.periods + period].as_primitive()
    }

    pub(super) fn weight(&self, node: usize, period: usize) -> f64 {
        self.weights[node * self.periods + period]
    }

    /// The weight of a node as it is given to the aggregation of its parent.
    pub(super) fn relative(&self, node: usize, period: usize) -> f64 {
        self.relative[node * self.periods + period]
    }

    /// Share of the weight of a node's children that has a score, per unit; for an indicator 1 or 0.
    pub(super) fn coverage(&self, framework: &Framework, node: usize, period: usize) -> Vec<f64> {
        let children = &framework.nodes()[node].children;
        let units = self.column(node, period).len();
        if children.is_empty() {
            let column = self.column(node, period);
            return (0..units).map(|unit| f64::from(u8::from(column.is_valid(unit)))).collect();
        }
        let relative = |child: usize| self.relative(child, period);
        let is_whole = |&child: &usize| self.column(child, period).null_count() == 0;
        if children.iter().all(|child| relative(*child) == 0.0 || is_whole(child)) {
            return vec![1.0; units];
        }
        let mut observed = vec![Sum::default(); units];
        let mut all = Sum::default();
        for &child in children {
            let (weight, column) = (relative(child), self.column(child, period));
            all.add(weight);
            for (unit, observed) in observed.iter_mut().enumerate() {
                if column.is_valid(unit) {
                    observed.add(weight);
                }
            }
        }
        let share = |observed: Sum| match all.value() > 0.0 {
            true => observed.value() / all.value(),
            false => 0.0,
        };
        observed.into_iter().map(share).collect()
    }
}

/// Where the reference set of a column lies.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Within {
    All,
    Period,
    At(usize),
}

/// The columns of all periods, one after the other.
fn pooled(columns: &[ArrayRef]) -> Result<ArrayRef> {
    if columns.is_empty() {
        return Ok(new_null_array(&DataType::Float64, 0)); // a panel without rows has no periods
    }
    let columns: Vec<&dyn Array> = columns.iter().map(AsRef::as_ref).collect();
    Ok(concat(&columns)?)
}

fn negated(column: &ArrayRef) -> ArrayRef {
    let values = column.as_primitive::<Float64Type>();
    Arc::new(values.unary::<_, Float64Type>(|x| -x + 0.0))
}

/// The number column of an answer: itself, or the field `value` of a STRUCT.
fn numbers(answer: &ArrayRef) -> Result<Float64Array> {
    if let Some(numbers) = answer.as_primitive_opt::<Float64Type>() {
        return Ok(numbers.clone());
    }
    let value = answer.as_struct_opt().and_then(|answer| answer.column_by_name("value"));
    match value.and_then(|value| value.as_primitive_opt::<Float64Type>()) {
        Some(numbers) => Ok(numbers.clone()),
        None => exec_err!("a number must be the answer, found {}", answer.data_type()),
    }
}

/// Where a period stands among those of the panel; none if it is not there.
pub(super) fn position(periods: &ArrayRef, period: &ScalarValue) -> Option<usize> {
    let wanted = as_key(periods.data_type(), period)?;
    (0..periods.len())
        .find(|&i| ScalarValue::try_from_array(periods, i).is_ok_and(|period| period == wanted))
}

/// A constant in the type of a key, if nothing is lost by it: 2014.5 is no year.
pub(super) fn as_key(data_type: &DataType, constant: &ScalarValue) -> Option<ScalarValue> {
    let key = constant.cast_to(data_type).ok().filter(|key| !key.is_null())?;
    let back = key.cast_to(&constant.data_type()).ok()?;
    (back == *constant).then_some(key)
}

impl Aggregation {
    fn new(call: Call, min_coverage: f64) -> Result<Self> {
        let aggregator =
            registry().aggregators.iter().find(|aggregator| aggregator.page == call.page);
        let Some(aggregator) = aggregator else {
            return plan_err!("{}: must be an aggregation", call.page.name);
        };
        let missing = call.missing();
        if !missing.is_empty() {
            return plan_err!("{} must be given {}", call.page.name, missing.join(" and "));
        }
        let constants = call.constants()?;
        let combine = with_constants(call.page, call.page.parameters, &constants, aggregator.bind)?;
        Ok(Self { call, combine: Arc::from(combine), min_coverage })
    }
}

impl Whole {
    fn new(call: Call) -> Result<Self> {
        let Some(function) =
            registry().windows.iter().find(|window| window.name() == call.page.name)
        else {
            return plan_err!("{}: must be a function of whole partitions", call.page.name);
        };
        let missing = call.missing();
        if !missing.is_empty() {
            return plan_err!("{} must be given {}", call.page.name, missing.join(" and "));
        }
        let constants = call.constants()?;
        let whole = Self { call, function, constants };
        columns::whole(function, &whole.constants)?; // wrong constants are known at once
        Ok(whole)
    }

    fn are_same(a: &Option<Self>, b: &Option<Self>) -> bool {
        a.as_ref().map(|a| &a.call) == b.as_ref().map(|b| &b.call)
    }

    /// The answers for rows of partitions; `column` gives the arguments that are columns.
    fn run(
        &self,
        rows: usize,
        partitions: &[Range<usize>],
        column: impl Fn(&str) -> Option<Result<ArrayRef>>,
    ) -> Result<Float64Array> {
        run(self.function, self.call.page, &self.constants, rows, partitions, column)
    }

    /// Period by period, within the reference set.
    fn columns(
        &self,
        columns: &[ArrayRef],
        within: &Within,
        direction: f64,
    ) -> Result<Vec<ArrayRef>> {
        over_columns(columns, within, |values, partitions| {
            self.run(values.len(), partitions, |name| match name {
                "value" => Some(Ok(Arc::clone(values))),
                "direction" => Some(Ok(constant_column(direction, values.len()))),
                _ => None,
            })
        })
    }

    /// Along the periods of each unit.
    fn series(&self, columns: &[ArrayRef], panel: &Panel, direction: f64) -> Result<Vec<ArrayRef>> {
        over_series(columns, panel, |values, periods, partitions| {
            self.run(values.len(), partitions, |name| match name {
                "value" => Some(Ok(Arc::clone(values))),
                "period" => Some(Ok(Arc::clone(periods))),
                "direction" => Some(Ok(constant_column(direction, values.len()))),
                _ => None,
            })
        })
    }

    /// Across the indicators of one parent at one period.
    fn siblings(
        &self,
        columns: &[ArrayRef],
        leaves: &[usize],
        directions: &[f64],
    ) -> Result<Vec<ArrayRef>> {
        let units = columns.first().map_or(0, |column| column.len());
        let rows = units * columns.len();
        let values = pooled(columns)?;
        let of_leaf = |f: &dyn Fn(usize) -> f64| -> ArrayRef {
            let each = leaves.iter().flat_map(|&leaf| std::iter::repeat_n(f(leaf), units));
            Arc::new(each.collect::<Float64Array>())
        };
        let answer = self.run(rows, std::slice::from_ref(&(0..rows)), |name| match name {
            "value" => Some(Ok(Arc::clone(&values))),
            "unit" => Some(Ok(Arc::new(
                (0..rows as i64).map(|row| row % units.max(1) as i64).collect::<Int64Array>(),
            ))),
            "indicator" => Some(Ok(Arc::new(
                leaves
                    .iter()
                    .flat_map(|&leaf| std::iter::repeat_n(leaf as i64, units))
                    .collect::<Int64Array>(),
            ))),
            "direction" => Some(Ok(of_leaf(&|leaf| directions[leaf]))),
            _ => None,
        })?;
        Ok((0..columns.len())
            .map(|i| Arc::new(answer.slice(i * units, units)) as ArrayRef)
            .collect())
    }
}

fn run(
    function: &WindowUDF,
    page: &'static Page,
    constants: &[ScalarValue],
    rows: usize,
    partitions: &[Range<usize>],
    column: impl Fn(&str) -> Option<Result<ArrayRef>>,
) -> Result<Float64Array> {
    let arguments = page.parameters_of(true).iter().zip(constants).map(|(parameter, constant)| {
        column(parameter.name).unwrap_or_else(|| constant.to_array_of_size(rows))
    });
    let arguments = arguments.collect::<Result<Vec<_>>>()?;
    numbers(&columns::whole(function, constants)?.run(&arguments, partitions)?)
}

/// Calls `f` with the values of all periods and the partitions they fall into.
fn over_columns(
    columns: &[ArrayRef],
    within: &Within,
    f: impl Fn(&ArrayRef, &[Range<usize>]) -> Result<Float64Array>,
) -> Result<Vec<ArrayRef>> {
    let units = columns.first().map_or(0, |column| column.len());
    let values = pooled(columns)?;
    let partitions: Vec<Range<usize>> = match within {
        Within::Period => (0..columns.len()).map(|i| i * units..(i + 1) * units).collect(),
        _ => std::iter::once(0..values.len()).collect(),
    };
    let answer = f(&values, &partitions)?;
    Ok((0..columns.len()).map(|i| Arc::new(answer.slice(i * units, units)) as ArrayRef).collect())
}

/// Calls `f` with values and periods of all units, one unit after the other.
fn over_series(
    columns: &[ArrayRef],
    panel: &Panel,
    f: impl Fn(&ArrayRef, &ArrayRef, &[Range<usize>]) -> Result<Float64Array>,
) -> Result<Vec<ArrayRef>> {
    let (units, periods) = (panel.units.len(), columns.len());
    let by_unit =
        (0..units * periods).map(|i| (i % periods.max(1) * units + i / periods.max(1)) as u32);
    let values = take(&pooled(columns)?, &by_unit.collect::<UInt32Array>(), None)?;
    let of_row = (0..units * periods).map(|i| (i % periods.max(1)) as u32);
    let times = take(&panel.periods, &of_row.collect::<UInt32Array>(), None)?;
    let partitions: Vec<_> = (0..units).map(|unit| unit * periods..(unit + 1) * periods).collect();
    let answer = f(&values, &times, &partitions)?;
    let column = |period: usize| -> Result<ArrayRef> {
        let rows = (0..units).map(|unit| (unit * periods + period) as u32);
        Ok(take(&answer, &rows.collect::<UInt32Array>(), None)?)
    };
    (0..periods).map(column).collect()
}

fn constant_column(x: f64, rows: usize) -> ArrayRef {
    Arc::new(Float64Array::from_value(x, rows))
}

impl Normaliser {
    fn new(call: Call) -> Result<Self> {
        let entry = registry().normalisations.iter().find(|entry| entry.page == call.page);
        let Some(entry) = entry else {
            return plan_err!("{}: must be a normalisation", call.page.name);
        };
        let constants = call.constants()?;
        if let Over::Whole { window, .. } = &entry.over {
            columns::whole(window, &constants)?; // wrong constants are known at once
        }
        Ok(Self { call, entry, constants })
    }

    /// A constant of the call by its name.
    fn constant(&self, name: &str) -> ScalarValue {
        let parameters = self.entry.page.parameters_of(true);
        let position = parameters.iter().position(|parameter| parameter.name == name);
        position.map_or(ScalarValue::Null, |i| self.constants[i].clone())
    }

    /// The scores of the values of one period, given what was learned.
    fn apply(
        &self,
        values: &ArrayRef,
        fit: Option<ColumnarValue>,
        direction: f64,
        workshop: &Workshop,
    ) -> Result<ArrayRef> {
        use crate::functions::page::Kind;
        let arguments = self.entry.page.parameters.iter().map(|parameter| {
            Ok(match (parameter.name, parameter.kind) {
                ("value", _) => ColumnarValue::Array(Arc::clone(values)),
                ("direction", _) => ColumnarValue::Scalar(ScalarValue::from(direction)),
                (_, Kind::Fit(_) | Kind::FitList(_)) => match &fit {
                    Some(fit) => fit.clone(),
                    None => return exec_err!("{}: nothing was learned", self.entry.page.name),
                },
                (name, _) => ColumnarValue::Scalar(self.constant(name)),
            })
        });
        let arguments = arguments.collect::<Result<Vec<_>>>()?;
        let scores =
            columns::score(&self.entry.scalar, arguments, values.len(), &workshop.options)?;
        Ok(Arc::new(scores))
    }

    fn scores(
        &self,
        columns: &[ArrayRef],
        panel: &Panel,
        within: &Within,
        direction: f64,
        workshop: &Workshop,
    ) -> Result<Vec<ArrayRef>> {
        let apply = |values: &ArrayRef, fit: Option<ColumnarValue>| {
            self.apply(values, fit, direction, workshop)
        };
        let scalar = |fit: &ArrayRef| -> Result<ColumnarValue> {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(fit, 0)?))
        };
        let is_series = self.call.sees("period");
        match &self.entry.over {
            Over::Scalar => columns.iter().map(|values| apply(values, None)).collect(),
            Over::Fit { takes, learn, .. } => {
                let chunk = |period: usize| self.fit_arguments(columns, period, panel, *takes);
                if is_series {
                    // One scale per unit, from all of its periods.
                    let chunks: Result<Vec<_>> = (0..columns.len()).map(chunk).collect();
                    let fit = learn(&chunks?, Some(panel.units.len()))?;
                    let fitted =
                        |values| apply(values, Some(ColumnarValue::Array(Arc::clone(&fit))));
                    return columns.iter().map(fitted).collect();
                }
                let periods = 0..columns.len();
                match within {
                    Within::Period => periods
                        .map(|i| {
                            let fit = learn(&[chunk(i)?], None)?;
                            apply(&columns[i], Some(scalar(&fit)?))
                        })
                        .collect(),
                    Within::All => {
                        let fit = learn(&periods.map(chunk).collect::<Result<Vec<_>>>()?, None)?;
                        columns.iter().map(|values| apply(values, Some(scalar(&fit)?))).collect()
                    }
                    Within::At(i) => {
                        let fit = learn(&[chunk(*i)?], None)?;
                        columns.iter().map(|values| apply(values, Some(scalar(&fit)?))).collect()
                    }
                }
            }
            Over::Whole { window, learn } => {
                if let (Within::At(i), Some(learn)) = (within, learn) {
                    let fit = learn(&[vec![Arc::clone(&columns[*i])]], None)?;
                    return columns
                        .iter()
                        .map(|values| apply(values, Some(scalar(&fit)?)))
                        .collect();
                }
                let call =
                    |values: &ArrayRef, periods: Option<&ArrayRef>, partitions: &[Range<usize>]| {
                        run(
                            window,
                            self.entry.page,
                            &self.constants,
                            values.len(),
                            partitions,
                            |name| match name {
                                "value" => Some(Ok(Arc::clone(values))),
                                "period" => periods.map(|periods| Ok(Arc::clone(periods))),
                                "direction" => Some(Ok(constant_column(direction, values.len()))),
                                _ => None,
                            },
                        )
                    };
                match is_series {
                    true => over_series(columns, panel, |values, periods, partitions| {
                        call(values, Some(periods), partitions)
                    }),
                    false => over_columns(columns, within, |values, partitions| {
                        call(values, None, partitions)
                    }),
                }
            }
        }
    }

    /// What the fit is called with at one period: the value and so many arguments after it.
    fn fit_arguments(
        &self,
        columns: &[ArrayRef],
        period: usize,
        panel: &Panel,
        takes: usize,
    ) -> Result<Vec<ArrayRef>> {
        let values = &columns[period];
        let rows = values.len();
        let parameters = self.entry.page.parameters_of(true).iter().zip(&self.constants);
        let mut arguments: Vec<ArrayRef> = Vec::with_capacity(takes + 1);
        for (parameter, constant) in parameters.take(takes + 1) {
            arguments.push(match parameter.name {
                "value" => Arc::clone(values),
                "unit" => Arc::clone(&panel.units),
                "period" => {
                    let here = UInt32Array::from_value(period as u32, rows);
                    take(&panel.periods, &here, None)?
                }
                name => {
                    // A key of the panel, in the place after the column it is one of.
                    let of_unit = parameters_before(self.entry.page, name) == Some("unit");
                    let keys = if of_unit { &panel.units } else { &panel.periods };
                    match position(keys, constant) {
                        Some(at) => {
                            ScalarValue::try_from_array(keys, at)?.to_array_of_size(rows)?
                        }
                        None => {
                            let like = match keys.is_empty() {
                                true => String::new(),
                                false => format!(" such as {}", text(keys, 0)),
                            };
                            return exec_err!(
                                "{}: {name} must be one of the panel's{like}, got {constant}",
                                self.entry.page.name
                            );
                        }
                    }
                }
            });
        }
        Ok(arguments)
    }
}

/// The parameter of a window form that stands before another.
fn parameters_before(page: &Page, name: &str) -> Option<&'static str> {
    let parameters = page.parameters_of(true);
    let at = parameters.iter().position(|parameter| parameter.name == name)?;
    Some(parameters.get(at.checked_sub(1)?)?.name)
}
