//! The methods of an index: what the framework says of each node, else what the call says, bound to
//! the functions of SQL that have their names.

use std::sync::Arc;

use datafusion::common::{DataFusionError, Result, ScalarValue, plan_err};
use datafusion::logical_expr::WindowUDF;

use super::call::{Call, Step, at};
use super::options::{Reference, Steps};
use crate::framework::{Faults, Framework, Node, Row};
use crate::functions::engine::columns::{self, Combine, with_constants};
use crate::functions::engine::normalise::{Entry, Over};
use crate::functions::registry;

/// The methods of an index.
#[derive(Debug, Clone)]
pub(super) struct Methods {
    pub name: &'static str,
    pub imputation: Option<Whole>,
    pub treatment: Option<Whole>,
    /// Per indicator.
    pub normalisation: Vec<Option<Normaliser>>,
    pub directions: Vec<f64>,
    pub weighting: Option<Call>,
    /// Per node; none for indicators.
    pub aggregation: Vec<Option<Aggregation>>,
    pub reference: Reference,
    pub treatment_reference: Reference,
}

/// How the children of a node are combined.
#[derive(Debug, Clone)]
pub(super) struct Aggregation {
    pub call: Call,
    pub combine: Arc<dyn Combine>,
    pub min_coverage: f64,
}

/// A function of whole partitions with its constants: an imputation or a treatment.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    pub call: Call,
    pub function: &'static WindowUDF,
    pub constants: Vec<ScalarValue>,
}

/// A normalisation with its constants.
#[derive(Debug, Clone)]
pub(super) struct Normaliser {
    pub call: Call,
    pub entry: &'static Entry,
    pub constants: Vec<ScalarValue>,
}

/// The methods that rows of a framework name, checked; one fault a row that names none.
pub(super) fn check_methods(rows: &[Row]) -> Vec<String> {
    let mut faults = Vec::new();
    for row in rows {
        let methods =
            [(Step::Normalisation, &row.normalisation), (Step::Aggregation, &row.aggregation)];
        for (step, text) in methods {
            if let Some(text) = text
                && let Err(error) = Call::parse(step, text)
            {
                faults.push(fault(row.code.as_deref().unwrap_or_default(), &error));
            }
        }
    }
    faults
}

fn fault(code: &str, error: &DataFusionError) -> String {
    format!("framework: '{code}': {}", crate::error::describe(error))
}

/// The method of a node; none, and a fault more, if it is wrong.
fn noted<T>(faults: &mut Vec<String>, node: &Node, method: Result<Option<T>>) -> Option<T> {
    method.unwrap_or_else(|error| {
        faults.push(fault(&node.code, &error));
        None
    })
}

impl Methods {
    /// The methods for a framework, or all that is wrong with them.
    pub(super) fn new(framework: &Framework, steps: &Steps) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let nodes = framework.nodes();
        let leaves = || framework.leaves().iter().map(|&leaf| &nodes[leaf]);
        let normalisation =
            leaves().map(|leaf| noted(&mut faults, leaf, Normaliser::of(leaf, steps))).collect();
        let aggregation =
            nodes.iter().map(|node| noted(&mut faults, node, Aggregation::of(node, steps)));
        let aggregation = aggregation.collect();
        let mut whole = |call: &Option<Call>| {
            call.clone().map(Whole::new).transpose().unwrap_or_else(|error| {
                faults.push(crate::error::describe(&error));
                None
            })
        };
        let (imputation, treatment) = (whole(&steps.imputation), whole(&steps.treatment));
        let along_units =
            |call: &&Call| !["period", "indicator"].iter().any(|column| call.sees(column));
        let learns = steps.treatment.as_ref().or(steps.imputation.as_ref().filter(along_units));
        if let (Some(call), Reference::At(period)) = (learns, &steps.treatment_reference) {
            faults.push(format!(
                "treatment_reference must be 'all' or 'period' for {}, which changes the values it \
                 learns from, got {period}",
                call.page.name
            ));
        }
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        Ok(Self {
            name: steps.name,
            imputation,
            treatment,
            normalisation,
            directions: leaves().map(|leaf| leaf.direction).collect(),
            weighting: steps.weighting.clone(),
            aggregation,
            reference: steps.reference.clone(),
            treatment_reference: steps.treatment_reference.clone(),
        })
    }

    /// The same of a framework that was checked: what is wrong is an error of the plan.
    pub(super) fn checked(framework: &Framework, steps: &Steps) -> Result<Self> {
        match Self::new(framework, steps) {
            Ok(methods) => Ok(methods),
            Err(faults) => plan_err!("{}: {faults}", steps.name),
        }
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

    /// Whether the weights of a node's children come from their scores.
    pub(super) fn learns_weights(&self, framework: &Framework, position: usize) -> bool {
        let nodes = framework.nodes();
        self.weighting.is_some()
            && nodes[position].children.iter().all(|&child| nodes[child].given_weight.is_none())
    }

    /// An error with the indicator that it is of.
    pub(super) fn at_indicator(
        &self,
        framework: &Framework,
        leaf: usize,
        error: DataFusionError,
    ) -> DataFusionError {
        let code = &framework.nodes()[framework.leaves()[leaf]].code;
        at(&format!("{}: indicator '{code}'", self.name), error)
    }
}

/// That all arguments which a method needs are given; `by` says whence else they may come.
fn check_complete(call: &Call, by: &str) -> Result<()> {
    let missing = call.missing();
    match missing.is_empty() {
        true => Ok(()),
        false => plan_err!("{} must be given {}{by}", call.page.name, missing.join(" and ")),
    }
}

impl Aggregation {
    /// That of a node; none for an indicator.
    fn of(node: &Node, steps: &Steps) -> Result<Option<Self>> {
        if node.leaf.is_some() {
            return Ok(None);
        }
        let of_row = match node.aggregation.as_deref() {
            Some(text) => Call::parse(Step::Aggregation, text)?,
            None => None,
        };
        let call = of_row.unwrap_or_else(|| steps.aggregation.clone());
        let aggregators = &registry().aggregators;
        let Some(aggregator) = aggregators.iter().find(|known| known.page == call.page) else {
            return plan_err!("{}: must be an aggregation", call.page.name);
        };
        check_complete(&call, "")?;
        let constants = call.constants()?;
        let combine = with_constants(call.page, call.page.parameters, &constants, aggregator.bind)?;
        let min_coverage = node.min_coverage.unwrap_or(steps.min_coverage);
        Ok(Some(Self { call, combine: Arc::from(combine), min_coverage }))
    }
}

impl Whole {
    fn new(call: Call) -> Result<Self> {
        let windows = &registry().windows;
        let Some(function) = windows.iter().find(|window| window.name() == call.page.name) else {
            return plan_err!("{}: must be a function of whole partitions", call.page.name);
        };
        check_complete(&call, "")?;
        let constants = call.constants()?;
        columns::whole(function, &constants)?; // wrong constants are known at once
        Ok(Self { call, function, constants })
    }

    fn are_same(a: &Option<Self>, b: &Option<Self>) -> bool {
        a.as_ref().map(|a| &a.call) == b.as_ref().map(|b| &b.call)
    }
}

impl Normaliser {
    /// That of an indicator, with the bounds, target and base that its row and the call state; none
    /// for 'none'.
    fn of(leaf: &Node, steps: &Steps) -> Result<Option<Self>> {
        let of_row = match leaf.normalisation.as_deref() {
            Some(text) => Some(Call::parse(Step::Normalisation, text)?),
            None => None,
        };
        let is_of_row = of_row.is_some();
        let call = of_row.unwrap_or_else(|| steps.normalisation.clone());
        let Some(mut call) = call else { return Ok(None) };
        // Bounds and targets of a row are in the unit of measure of its indicator; the range of
        // scores of min-max is another thing.
        let in_measure = ["norm_goalposts", "norm_scaled"].contains(&call.page.name);
        let number = |x: Option<f64>| x.map(ScalarValue::from);
        let of_row = [
            ("lower", number(leaf.lower).filter(|_| in_measure)),
            ("upper", number(leaf.upper).filter(|_| in_measure)),
            ("target", number(leaf.target)),
            ("base", leaf.base.clone()),
        ];
        for (name, value) in of_row {
            let Some(value) = value.filter(|_| call.takes(name)) else { continue };
            // What the row says comes before what the call says in its method.
            match is_of_row {
                true => call.set_default(name, value)?,
                false => call.replace(name, value)?,
            }
        }
        for (name, value) in [("target", number(steps.target)), ("base", steps.base.clone())] {
            let Some(value) = value.filter(|_| call.takes(name)) else { continue };
            call.set_default(name, value)?;
        }
        check_complete(&call, ", by the framework or the call")?;
        let normalisations = &registry().normalisations;
        let Some(entry) = normalisations.iter().find(|known| known.page == call.page) else {
            return plan_err!("{}: must be a normalisation", call.page.name);
        };
        let constants = call.constants()?;
        if let Over::Whole { window, .. } = &entry.over {
            columns::whole(window, &constants)?; // wrong constants are known at once
        }
        Ok(Some(Self { call, entry, constants }))
    }
}
