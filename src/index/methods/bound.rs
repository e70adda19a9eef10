//! The methods of an index: what the framework names for each node, else what the call names, bound
//! to the functions that have their names. Only these run.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::common::{DataFusionError, Result, ScalarValue, plan_err};
use datafusion::logical_expr::WindowUDF;

use super::call::MethodCall;
use super::denomination::Denomination;
use super::reference::ReferenceSet;
use super::rows::RowMethods;
use super::steps::Steps;
use super::transform::Transformation;
use super::used::{Argument, OF_ROWS, Used};
use crate::arguments::constants::Constants;
use crate::engine::normalise::{Entry, Over};
use crate::engine::on_columns::{self as columns, Combine, Weigher};
use crate::framework::{Faults, Framework, Node, list};
use crate::hint::with_place;
use crate::index::panel::Panel;
use crate::index::place::{named, placed, placed_in_row, unit_at};
use crate::kernel::rounding::Rounding;
use crate::kernel::{Coverage, CoverageBy};
use crate::page::{Page, Role};

/// The methods of an index.
#[derive(Debug, Clone)]
pub struct Methods {
    pub name: &'static str,
    pub imputation: Option<BoundWindow>,
    pub treatment: Option<BoundWindow>,
    /// Per indicator.
    pub denominations: Vec<Option<Denomination>>,
    /// Per indicator.
    pub transformations: Vec<Option<Transformation>>,
    pub normalisation: Vec<Option<Normaliser>>,
    /// Whether more of the values as they were measured is better.
    pub directions: Vec<f64>,
    /// Per node.
    pub rounding: Vec<Option<Rounding>>,
    pub weighting: Option<Weighting>,
    /// Per node; none for indicators.
    pub aggregation: Vec<Option<Aggregation>>,
    pub reference: ReferenceSet,
    pub treatment_reference: ReferenceSet,
    /// Whether an indicator that has nothing to learn from is an error.
    pub strict: bool,
    /// What of the call and of the framework's rows these methods make use of.
    pub used: Used,
}

/// How the children of a node are combined.
#[derive(Debug, Clone)]
pub struct Aggregation {
    pub call: MethodCall,
    pub combine: Arc<dyn Combine>,
    pub coverage: Coverage,
    /// How many children must have a score.
    pub min_children: usize,
}

/// How the weights of siblings are learned from their scores.
#[derive(Debug, Clone)]
pub struct Weighting {
    pub call: MethodCall,
    pub constants: Constants,
    pub weigher: Weigher,
    /// Whether they are learned from all indicators at once, and added up the tree.
    pub is_of_tree: bool,
}

impl Weighting {
    fn new(call: MethodCall, steps: &Steps) -> Result<Self> {
        let mut weighers = steps.registry.weighers.iter();
        let Some(weigher) = weighers.find(|weigher| weigher.page == call.page) else {
            return plan_err!("{}: must be a weighting, found another function", call.page.name);
        };
        let is_of_tree = steps.weights_tree;
        Ok(Self { constants: call.constants(), weigher: *weigher, call, is_of_tree })
    }
}

/// A function of whole partitions with its constants: an imputation or a treatment.
#[derive(Debug, Clone)]
pub struct BoundWindow {
    pub call: MethodCall,
    pub function: &'static WindowUDF,
    pub constants: Constants,
    /// Whether what it does to a value depends on other values.
    learns: bool,
    /// Whether its values are in another unit of measurement.
    changes_measure: bool,
    /// Whether it sees all indicators of a reference set at once.
    pub crosses: bool,
}

/// A normalisation with its constants.
#[derive(Debug, Clone)]
pub struct Normaliser {
    pub call: MethodCall,
    pub entry: &'static Entry,
    pub constants: Constants,
    /// Whether a base period in which nobody has a value is an error.
    pub strict: bool,
}

/// What is wrong with the method of a row.
pub fn fault(code: &str, error: &DataFusionError) -> String {
    format!("framework: {}", with_place(&crate::error::describe(error), &format!("row '{code}'")))
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
    pub fn new(framework: &Framework, rows: &RowMethods, steps: &Steps) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut used = Used::default();
        let nodes = framework.nodes();
        let leaves = || framework.leaves().iter().map(|&leaf| &nodes[leaf]);
        let mut normalisation = Vec::with_capacity(framework.leaves().len());
        let mut transformations = Vec::with_capacity(framework.leaves().len());
        let mut denominations = Vec::with_capacity(framework.leaves().len());
        for leaf in leaves() {
            let denomination = Denomination::of(leaf, steps.registry);
            denominations.push(noted(&mut faults, leaf, denomination));
            let transformation = Transformation::of(&leaf.code, rows, steps.registry);
            let transformation = noted(&mut faults, leaf, transformation);
            let method = Normaliser::of(leaf, rows, steps, transformation.as_ref(), &mut used);
            transformations.push(transformation);
            normalisation.push(noted(&mut faults, leaf, method));
        }
        let mut aggregation = Vec::with_capacity(nodes.len());
        for (position, node) in nodes.iter().enumerate() {
            let method = Aggregation::of((position, node), rows, steps, &mut used);
            aggregation.push(noted(&mut faults, node, method));
        }
        let mut whole = |call: &Option<MethodCall>| {
            call.clone().map(|call| BoundWindow::new(call, steps)).transpose().unwrap_or_else(
                |error| {
                    faults.push(crate::error::describe(&error));
                    None
                },
            )
        };
        let (imputation, treatment) = (whole(&steps.imputation), whole(&steps.treatment));
        let weighting = steps.weighting.clone().map(|call| Weighting::new(call, steps));
        let weighting = weighting.transpose().unwrap_or_else(|error| {
            faults.push(crate::error::describe(&error));
            None
        });
        if framework.leaves().iter().any(|&leaf| !nodes[leaf].has_own_direction) {
            used.add(Argument::Direction);
        }
        let mut methods = Self {
            name: steps.name,
            imputation,
            treatment,
            denominations,
            transformations,
            normalisation,
            directions: leaves().map(|leaf| leaf.direction).collect(),
            rounding: nodes.iter().map(|node| node.rounding).collect(),
            weighting,
            aggregation,
            reference: steps.reference.clone(),
            treatment_reference: steps.treatment_reference.clone(),
            strict: steps.strict,
            used,
        };
        methods.note_used(framework, steps);
        faults.extend(methods.faults_of_weights(framework));
        faults.extend(methods.faults_of_reference(steps));
        if steps.normalises {
            faults.extend(methods.faults_of_measure(framework));
        }
        if faults.is_empty() { Ok(methods) } else { Err(Faults(faults)) }
    }

    /// Weights that are learned are shares. Those of the whole tree leave none to be stated, and know of
    /// no node on the way that turns what its indicators count for.
    fn faults_of_weights(&self, framework: &Framework) -> Vec<String> {
        let Some(weighting) = &self.weighting else { return Vec::new() };
        let mut faults = Vec::new();
        let nodes = framework.nodes();
        let named = |is_in: &dyn Fn(usize) -> bool| -> Vec<String> {
            let found = (0..nodes.len()).filter(|&node| is_in(node));
            found.map(|node| format!("'{}'", nodes[node].code)).collect()
        };
        let as_stated =
            named(&|node| self.learns_weights(framework, node) && self.weighs_as_stated(node));
        if !as_stated.is_empty() {
            faults.push(format!(
                "framework: weights must be stated for the children of a sum or product, which takes \
                 them as they stand, not learned, found none for {} ({}; state 1 for each, or weighting => \
                 'none')",
                list(as_stated.into_iter()),
                weighting.call.page.name
            ));
        }
        if !weighting.is_of_tree {
            return faults;
        }
        let stated =
            named(&|node| nodes[node].parent.is_some() && nodes[node].given_weight.is_some());
        if !stated.is_empty() {
            faults.push(format!(
                "framework: weights must be NULL with weighting_scope => 'tree', found one for {}",
                list(stated.into_iter())
            ));
        }
        let turned = named(&|node| framework.is_turned(node));
        if !turned.is_empty() {
            faults.push(format!(
                "framework: direction of a node must be 1 or NULL with weighting_scope => 'tree', got \
                 -1 for {} (give it to the indicators below)",
                list(turned.into_iter())
            ));
        }
        faults
    }

    /// What the methods make use of together.
    fn note_used(&mut self, framework: &Framework, steps: &Steps) {
        let nodes = framework.nodes();
        let mut used = std::mem::take(&mut self.used);
        for (argument, is_used) in [
            (Argument::Imputation, self.imputation.is_some()),
            (Argument::ImputationGroup, self.learning_imputation().is_some()),
            (Argument::Treatment, self.treatment.is_some()),
            (Argument::TreatmentReference, self.learners().next().is_some()),
            (
                Argument::Weighting,
                (0..nodes.len()).any(|node| self.learns_weights(framework, node)),
            ),
        ] {
            if is_used {
                used.add(argument);
            }
        }
        if self.weighting.is_some() {
            used.add(Argument::WeightingScope);
        }
        let learned = (0..nodes.len()).any(|node| self.learns_weights(framework, node));
        let prepares = !steps.given.contains_key(&Argument::TreatmentReference)
            && self.learners().next().is_some();
        let compares = self.aggregation.iter().flatten().any(|a| a.combine.compares_units());
        let normalises = self.normalisation.iter().flatten().any(Normaliser::has_reference);
        if prepares || (steps.normalises && (learned || compares || normalises)) {
            used.add(Argument::Reference);
        }
        self.used = used;
    }

    /// The methods before the normalisation whose outcome depends on a reference set.
    fn learners(&self) -> impl Iterator<Item = &BoundWindow> {
        let treatment = self.treatment.iter().filter(|whole| whole.learns);
        treatment.chain(self.learning_imputation())
    }

    /// The imputation, if it learns from other units.
    fn learning_imputation(&self) -> Option<&BoundWindow> {
        let from_others = |whole: &&BoundWindow| {
            whole.crosses
                || ![Role::Period, Role::Indicator].iter().any(|&role| whole.call.sees(role))
        };
        self.imputation.as_ref().filter(from_others).filter(|whole| whole.learns)
    }

    /// Whether periods are treated each by itself, but those of an indicator share a scale: a
    /// transformation here and none there would be mixed in it.
    pub fn may_mix(&self, leaf: usize) -> bool {
        let is_series = self.normalisation[leaf].as_ref().is_some_and(Normaliser::is_series);
        self.treatment_reference == ReferenceSet::Period
            && self.treatment.as_ref().is_some_and(|t| t.learns && t.changes_measure)
            && (is_series || self.reference != ReferenceSet::Period)
    }

    /// What a reference set cannot be for these methods.
    fn faults_of_reference(&self, steps: &Steps) -> Vec<String> {
        let mut faults = Vec::new();
        if let (Some(learner), ReferenceSet::At(_)) =
            (self.learners().next(), &self.treatment_reference)
        {
            let period = self.treatment_reference.text();
            let method = learner.call.page.name;
            faults.push(match steps.given.get(&Argument::TreatmentReference) {
                Some((name, _)) => format!(
                    "{name} must be 'all' or 'period' for {method}, which changes the values it \
                     learns from, got {period}"
                ),
                None => format!(
                    "treatment_reference must be 'all' or 'period' for {method}, which changes the \
                     values it learns from, got {period} (not given, it is that of reference)"
                ),
            });
        }
        if let ReferenceSet::At(_) = &self.reference {
            let period = self.reference.text();
            let methods = self.aggregation.iter().flatten();
            let refuses =
                |a: &&Aggregation| a.combine.compares_units() && !a.combine.takes_reference();
            if let Some(aggregation) = methods.clone().find(refuses) {
                faults.push(format!(
                    "reference must be 'all' or 'period' for {}, which compares each unit with all \
                     others, got {period}",
                    aggregation.call.page.name
                ));
            }
        }
        faults
    }

    /// Bounds and targets are in the unit of measurement of an indicator: a treatment that changes it
    /// makes them meaningless.
    fn faults_of_measure(&self, framework: &Framework) -> Vec<String> {
        let Some(treatment) = self.treatment.as_ref().filter(|whole| whole.changes_measure) else {
            return Vec::new();
        };
        let in_measure = |_: usize, method: &Option<Normaliser>| {
            let parameters = method.iter().flat_map(|method| method.call.page.parameters_of(true));
            parameters.into_iter().any(|parameter| parameter.role.is_in_measure())
        };
        let leaves = self.leaves_with(framework, in_measure);
        if leaves.is_empty() {
            return Vec::new();
        }
        vec![format!(
            "{} must not be used with bounds or targets in the unit of measurement, which it changes, \
             found {} (winsorise keeps it; or transform values and bounds before the call)",
            treatment.call.page.name,
            list(leaves.into_iter())
        )]
    }

    /// The codes of the indicators with such a method, in quotes.
    fn leaves_with(
        &self,
        framework: &Framework,
        is_in: impl Fn(usize, &Option<Normaliser>) -> bool,
    ) -> Vec<String> {
        let leaves = framework.leaves().iter().zip(&self.normalisation).enumerate();
        leaves
            .filter(|(i, (_, method))| is_in(*i, method))
            .map(|(_, (&leaf, _))| format!("'{}'", framework.nodes()[leaf].code))
            .collect()
    }

    pub fn imputes(&self) -> bool {
        self.imputation.is_some()
    }

    /// Whether indicators are denominated, imputed, transformed and treated alike: those of `other`,
    /// each with the one of ours in its place.
    pub fn prepares_as(&self, other: &Self, ours: &[usize]) -> bool {
        let is_prepared = self.imputation.is_some() || self.treatment.is_some();
        let call =
            |method: &Option<Transformation>| method.as_ref().map(|method| method.call.clone());
        let transformed = |(&ours, theirs): (&usize, &Option<Transformation>)| {
            call(&self.transformations[ours]) == call(theirs)
        };
        let denominated =
            |(&ours, theirs): (&usize, &Option<Denomination>)| self.denominations[ours] == *theirs;
        let turned = |(&ours, direction): (&usize, &f64)| self.directions[ours] == *direction;
        BoundWindow::are_same(&self.imputation, &other.imputation)
            && BoundWindow::are_same(&self.treatment, &other.treatment)
            && ours.iter().zip(&other.denominations).all(denominated)
            && ours.iter().zip(&other.transformations).all(transformed)
            && (!is_prepared
                || (self.treatment_reference == other.treatment_reference
                    && ours.iter().zip(&other.directions).all(turned)))
    }

    /// The same of their normalisation.
    pub fn normalises_as(&self, other: &Self, ours: &[usize]) -> bool {
        if self.rounding.iter().chain(&other.rounding).any(Option::is_some) {
            return false;
        }
        let call = |method: &Option<Normaliser>| method.as_ref().map(|method| method.call.clone());
        self.reference == other.reference
            && ours.iter().enumerate().all(|(theirs, &ours)| {
                self.directions[ours] == other.directions[theirs]
                    && call(&self.normalisation[ours]) == call(&other.normalisation[theirs])
            })
    }

    /// Whether more of the values of an indicator is better once they have been transformed.
    pub fn direction(&self, leaf: usize) -> f64 {
        match &self.transformations[leaf] {
            Some(method) if method.is_decreasing => -self.directions[leaf],
            _ => self.directions[leaf],
        }
    }

    /// Whether the weights of a node's children come from their scores.
    pub fn learns_weights(&self, framework: &Framework, position: usize) -> bool {
        let nodes = framework.nodes();
        let children = &nodes[position].children;
        self.weighting.is_some()
            && !children.is_empty()
            && children.iter().all(|&child| nodes[child].given_weight.is_none())
    }

    /// Whether the weights of a node's children count as they stand, not as shares.
    pub fn weighs_as_stated(&self, position: usize) -> bool {
        self.aggregation[position].as_ref().is_some_and(|a| a.combine.weighs_as_stated())
    }

    /// Whether the scores of a node depend on those of other units in the reference set.
    pub fn compares_units(&self, position: usize) -> bool {
        self.aggregation[position].as_ref().is_some_and(|a| a.combine.compares_units())
    }

    /// The mean that the score of a node is of those of its children as they stand, if it is one and
    /// not rounded.
    pub fn power(&self, framework: &Framework, node: usize) -> Option<f64> {
        let children = &framework.nodes()[node].children;
        let is_turned = children.iter().any(|&child| framework.is_turned(child));
        self.power_of_entering(node).filter(|_| !is_turned)
    }

    /// The same of those of its children as they enter it.
    pub fn power_of_entering(&self, node: usize) -> Option<f64> {
        let aggregation = self.aggregation[node].as_ref();
        aggregation.filter(|_| self.rounding[node].is_none())?.combine.power()
    }

    /// Scores as their node rounds them.
    pub fn rounded(&self, node: usize, scores: Float64Array) -> Float64Array {
        match self.rounding[node] {
            // In their place, where nobody else has them.
            Some(rounding) => scores
                .unary_mut(|score| rounding.of(score))
                .unwrap_or_else(|shared| shared.unary(|score| rounding.of(score))),
            None => scores,
        }
    }

    /// The outcome of what is computed from the columns of an indicator, one a period; an error has
    /// its place. What is of a `series` computes each unit by itself.
    pub fn of_indicator<T>(
        &self,
        framework: &Framework,
        leaf: usize,
        panel: &Panel,
        columns: &[ArrayRef],
        series: Option<&Page>,
        compute: impl Fn(&[ArrayRef]) -> Result<T>,
    ) -> Result<T> {
        let node = || named(framework, framework.leaves()[leaf]);
        compute(columns).map_err(|error| match series {
            Some(page) => {
                placed_in_row(self.name, error, page, columns, compute, |found| match found {
                    Some((period, unit)) => unit_at(panel, unit, period, node()),
                    None => node(),
                })
            }
            None => placed(self.name, error, columns, compute, |cell| match cell {
                Some((period, unit)) => unit_at(panel, unit, Some(period), node()),
                None => node(),
            }),
        })
    }
}

impl Aggregation {
    /// That of a node; none for an indicator.
    fn of(
        (position, node): (usize, &Node),
        rows: &RowMethods,
        steps: &Steps,
        used: &mut Used,
    ) -> Result<Option<Self>> {
        if node.leaf.is_some() {
            return Ok(None);
        }
        let call = rows.aggregation(&node.code).cloned().unwrap_or_else(|| {
            used.add(Argument::Aggregation);
            steps.aggregation.clone()
        });
        let mut aggregators = steps.registry.aggregators.iter();
        let Some(aggregator) = aggregators.find(|known| known.page == call.page) else {
            return plan_err!("{}: must be an aggregation, found another function", call.page.name);
        };
        call.check_complete("")?;
        let combine = (aggregator.bind)(&call.constants())?;
        if combine.weighs_as_stated() {
            // A missing score leaves none: there is no share to ask for.
            for (option, given) in [
                ("min_coverage", node.min_coverage),
                ("min_children", node.min_children.map(|least| least as f64)),
            ] {
                if let Some(given) = given.filter(|given| *given > 0.0) {
                    let name = call.page.name;
                    return plan_err!(
                        "{name}: {option} must be NULL, got {given} (a missing score leaves none)"
                    );
                }
            }
            // Nothing asked for is no mistake.
            if steps.coverage.min == 0.0 {
                used.add(Argument::MinCoverage);
            }
            if steps.min_children == 0 {
                used.add(Argument::MinChildren);
            }
            let (coverage, min_children) = (Coverage::default(), 0);
            return Ok(Some(Self { call, combine: Arc::from(combine), coverage, min_children }));
        }
        let min = node.min_coverage.unwrap_or_else(|| {
            used.add(Argument::MinCoverage);
            steps.coverage.min
        });
        let by = match node.coverage_by.as_deref().and_then(CoverageBy::of_word) {
            Some(by) => {
                if min > 0.0 {
                    used.coverage_by.insert(position);
                }
                by
            }
            None => {
                if min > 0.0 {
                    used.add(Argument::CoverageBy);
                }
                steps.coverage.by
            }
        };
        let min_children = node.min_children.unwrap_or_else(|| {
            used.add(Argument::MinChildren);
            steps.min_children.min(node.children.len())
        });
        let coverage = Coverage { min, by };
        Ok(Some(Self { call, combine: Arc::from(combine), coverage, min_children }))
    }
}

impl BoundWindow {
    fn new(call: MethodCall, steps: &Steps) -> Result<Self> {
        let windows = &steps.registry.windows;
        let is_it = |window: &&WindowUDF| columns::is_of_page(window, call.page);
        let Some(function) = windows.iter().find(is_it) else {
            return plan_err!(
                "{}: must be a function of whole partitions, found another",
                call.page.name
            );
        };
        call.check_complete("")?;
        let constants = call.constants();
        let bound = columns::whole(function, &constants)?; // wrong constants are known at once
        let (learns, changes_measure) = (bound.learns(), bound.changes_measure());
        let crosses = bound.crosses();
        Ok(Self { call, function, constants, learns, changes_measure, crosses })
    }

    fn are_same(a: &Option<Self>, b: &Option<Self>) -> bool {
        a.as_ref().map(|a| &a.call) == b.as_ref().map(|b| &b.call)
    }
}

impl Normaliser {
    /// That of an indicator, with the bounds, target and base that its row and the call state; none
    /// for 'none'.
    fn of(
        leaf: &Node,
        rows: &RowMethods,
        steps: &Steps,
        transformation: Option<&Transformation>,
        used: &mut Used,
    ) -> Result<Option<Self>> {
        let place = leaf.leaf.unwrap_or_default();
        let of_row = rows.normalisation(&leaf.code);
        let call = match of_row {
            Some(of_row) => of_row.clone(),
            None => {
                used.add(Argument::Normalisation);
                steps.normalisation.clone()
            }
        };
        let Some(mut call) = call else { return Ok(None) };
        if of_row.is_some() {
            steps.check_not_twice(&call, |_| true)?;
        }
        let number = |x: Option<f64>| x.map(ScalarValue::from);
        let stated = [
            ("lower", Role::LowerGoalpost, number(leaf.lower)),
            ("upper", Role::UpperGoalpost, number(leaf.upper)),
            ("target", Role::Target, number(leaf.target)),
            ("base", Role::BasePeriod, leaf.base.clone()),
        ];
        let said = |role: &Role| call.get(*role).is_some();
        let mut in_parentheses: BTreeSet<Role> = OF_ROWS.into_iter().filter(said).collect();
        for (column, role, value) in stated {
            let Some(value) = value.filter(|_| call.takes(role)) else { continue };
            let is_twice = of_row.is_some() && call.get(role).is_some();
            if is_twice {
                return plan_err!(
                    "{column} must be given once, found {value} beside '{}'",
                    call.text
                );
            }
            // What the row says comes before what the call says.
            in_parentheses.remove(&role);
            call.replace(role, value)?;
            used.rows.insert((place, role));
        }
        used.parentheses.extend(in_parentheses.into_iter().map(|role| (call.text.clone(), role)));
        // Bounds of the call are those of its own normalisation.
        let bound = |x: Option<f64>| number(x).filter(|_| of_row.is_none());
        let of_call = [
            (Argument::Lower, Role::LowerGoalpost, bound(steps.lower)),
            (Argument::Lower, Role::LowerScore, bound(steps.lower)),
            (Argument::Upper, Role::UpperGoalpost, bound(steps.upper)),
            (Argument::Upper, Role::UpperScore, bound(steps.upper)),
            (Argument::Target, Role::Target, number(steps.target)),
            (Argument::Base, Role::BasePeriod, steps.base.clone()),
        ];
        for (argument, role, value) in of_call {
            let Some(value) = value.filter(|_| call.takes(role)) else { continue };
            if call.get(role).is_none() {
                call.replace(role, value)?;
                used.add(argument);
            }
        }
        let takes_bounds = call.takes(Role::LowerGoalpost) || call.takes(Role::UpperGoalpost);
        call.check_complete(match takes_bounds && of_row.is_some() {
            true => " (by the framework)",
            false => " (by the framework or the call)",
        })?;
        if let Some(transformation) = transformation {
            transformation.move_bounds(&mut call)?;
        }
        let mut normalisations = steps.registry.normalisations.iter();
        let Some(entry) = normalisations.find(|known| known.page == call.page) else {
            return plan_err!(
                "{}: must be a normalisation, found another function",
                call.page.name
            );
        };
        if let (Over::Scalar, Some(lower), Some(upper)) =
            (&entry.over, call.get(Role::LowerGoalpost), call.get(Role::UpperGoalpost))
            && lower == upper
        {
            // Nothing lies between them to measure by.
            return plan_err!(
                "{}: lower must be below upper, got {lower} and {upper}",
                call.page.name
            );
        }
        if leaf.direction < 0.0 && !call.sees(Role::Direction) {
            return plan_err!(
                "{}: direction must be 1, got {} (the method has no direction)",
                call.page.name,
                leaf.direction
            );
        }
        let constants = call.constants();
        if let Over::Whole { window, .. } = &entry.over {
            columns::whole(window, &constants)?; // wrong constants are known at once
        }
        Ok(Some(Self { call, entry, constants, strict: steps.strict }))
    }

    /// Whether scores depend on a reference set of units.
    pub fn has_reference(&self) -> bool {
        !matches!(self.entry.over, Over::Scalar) && !self.is_series()
    }

    /// Whether scores depend on the periods of a unit.
    pub fn is_series(&self) -> bool {
        self.call.sees(Role::Period)
    }
}
