//! The methods of an index: what the framework says of each node, else what the call says, bound to
//! the functions of SQL that have their names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::{DataFusionError, Result, ScalarValue, plan_err};
use datafusion::logical_expr::WindowUDF;

use super::call::{Call, Step};
use super::options::{Argument, OF_ROWS, Reference, Steps, Used};
use super::panel::Panel;
use super::place::{Span, named, placed};
use crate::framework::{Faults, Framework, Node, Row, list};
use crate::functions::engine::columns::{self, Combine};
use crate::functions::engine::constants::Constants;
use crate::functions::engine::normalise::{Entry, Over};
use crate::functions::page::Role;
use crate::functions::registry;
use crate::hint::with_place;
use crate::kernel::{Coverage, CoverageBy};

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
    /// Whether an indicator that has nothing to learn from is an error.
    pub strict: bool,
    /// What of the call and of the framework's rows these methods make use of.
    pub used: Used,
}

/// How the children of a node are combined.
#[derive(Debug, Clone)]
pub(super) struct Aggregation {
    pub call: Call,
    pub combine: Arc<dyn Combine>,
    pub coverage: Coverage,
}

/// A function of whole partitions with its constants: an imputation or a treatment.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    pub call: Call,
    pub function: &'static WindowUDF,
    pub constants: Constants,
    /// Whether what it does to a value depends on other values.
    learns: bool,
    /// Whether its values are in another unit of measurement.
    changes_measure: bool,
}

/// A normalisation with its constants.
#[derive(Debug, Clone)]
pub(super) struct Normaliser {
    pub call: Call,
    pub entry: &'static Entry,
    pub constants: Constants,
    /// Whether a base period in which nobody has a value is an error.
    pub strict: bool,
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
    pub(super) fn new(framework: &Framework, steps: &Steps) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut used = Used::default();
        let nodes = framework.nodes();
        let leaves = || framework.leaves().iter().map(|&leaf| &nodes[leaf]);
        let mut normalisation = Vec::with_capacity(framework.leaves().len());
        for leaf in leaves() {
            let method = Normaliser::of(leaf, steps, &mut used);
            normalisation.push(noted(&mut faults, leaf, method));
        }
        let mut aggregation = Vec::with_capacity(nodes.len());
        for (position, node) in nodes.iter().enumerate() {
            let method = Aggregation::of((position, node), steps, &mut used);
            aggregation.push(noted(&mut faults, node, method));
        }
        let mut whole = |call: &Option<Call>| {
            call.clone().map(Whole::new).transpose().unwrap_or_else(|error| {
                faults.push(crate::error::describe(&error));
                None
            })
        };
        let (imputation, treatment) = (whole(&steps.imputation), whole(&steps.treatment));
        if framework.leaves().iter().any(|&leaf| !nodes[leaf].has_own_direction) {
            used.add(Argument::Direction);
        }
        let mut methods = Self {
            name: steps.name,
            imputation,
            treatment,
            normalisation,
            directions: leaves().map(|leaf| leaf.direction).collect(),
            weighting: steps.weighting.clone(),
            aggregation,
            reference: steps.reference.clone(),
            treatment_reference: steps.treatment_reference.clone(),
            strict: steps.strict,
            used,
        };
        methods.note_used(framework, steps);
        faults.extend(methods.faults_of_reference(steps));
        if steps.normalises {
            faults.extend(methods.faults_of_measure(framework));
        }
        if faults.is_empty() { Ok(methods) } else { Err(Faults(faults)) }
    }

    /// What the methods make use of together.
    fn note_used(&mut self, framework: &Framework, steps: &Steps) {
        let nodes = framework.nodes();
        let mut used = std::mem::take(&mut self.used);
        for (argument, is_used) in [
            (Argument::Imputation, self.imputation.is_some()),
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
    fn learners(&self) -> impl Iterator<Item = &Whole> {
        let along_units = |whole: &&Whole| {
            ![Role::Period, Role::Indicator].iter().any(|&role| whole.call.sees(role))
        };
        let imputation = self.imputation.iter().filter(along_units);
        self.treatment.iter().chain(imputation).filter(|whole| whole.learns)
    }

    /// Whether periods are treated each by itself, but those of an indicator share a scale: a
    /// transformation here and none there would be mixed in it.
    pub(super) fn may_mix(&self, leaf: usize) -> bool {
        let is_series = self.normalisation[leaf].as_ref().is_some_and(Normaliser::is_series);
        self.treatment_reference == Reference::Period
            && self.treatment.as_ref().is_some_and(|t| t.learns && t.changes_measure)
            && (is_series || self.reference != Reference::Period)
    }

    /// What a reference set cannot be for these methods.
    fn faults_of_reference(&self, steps: &Steps) -> Vec<String> {
        let mut faults = Vec::new();
        if let (Some(learner), Reference::At(period)) =
            (self.learners().next(), &self.treatment_reference)
        {
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
        if let Reference::At(period) = &self.reference {
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
                || (self.treatment_reference == other.treatment_reference
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
        let children = &nodes[position].children;
        self.weighting.is_some()
            && !children.is_empty()
            && children.iter().all(|&child| nodes[child].given_weight.is_none())
    }

    /// Whether the scores of a node depend on those of other units in the reference set.
    pub(super) fn compares_units(&self, position: usize) -> bool {
        self.aggregation[position].as_ref().is_some_and(|a| a.combine.compares_units())
    }

    /// The outcome of what is computed from the columns of an indicator, one a period; an error has
    /// its place.
    pub(super) fn of_indicator<T>(
        &self,
        framework: &Framework,
        leaf: usize,
        panel: &Panel,
        columns: &[ArrayRef],
        compute: impl Fn(&[ArrayRef]) -> Result<T>,
    ) -> Result<T> {
        let node = framework.leaves()[leaf];
        compute(columns).map_err(|error| {
            placed(self.name, error, columns, compute, |cell| match cell {
                Some((period, unit)) => {
                    Span { panel, period: Some(period) }.cell(unit, framework, node)
                }
                None => named(framework, node),
            })
        })
    }
}

/// What is given, by the call or by the rows of the framework, and used by none of the variants of
/// an index: one fault each. `only` are the arguments that the function has a use for at all.
pub(super) fn unused(
    framework: &Framework,
    variants: &[(&Steps, &Methods)],
    only: Option<&[Argument]>,
) -> Vec<String> {
    let used = variants.iter().fold(Used::default(), |used, (_, methods)| used.and(&methods.used));
    let methods: Vec<&Methods> = variants.iter().map(|(_, methods)| *methods).collect();
    let mut faults = Vec::new();
    if only.is_none() {
        faults.extend(unused_columns(framework, &methods));
    }
    for (steps, _) in variants {
        for fault in steps.unused(&used, only) {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    faults
}

/// What the rows of a framework state and none of these methods uses, one fault a column.
pub(super) fn unused_columns(framework: &Framework, methods: &[&Methods]) -> Vec<String> {
    let nodes = framework.nodes();
    let mut of_column: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (i, &leaf) in framework.leaves().iter().enumerate() {
        for (column, roles, is_stated) in stated(&nodes[leaf]) {
            let is_used = |methods: &&Methods| {
                roles.iter().any(|role| methods.used.rows.contains(&(i, *role)))
            };
            if is_stated && !methods.iter().any(is_used) {
                of_column.entry(column).or_default().push(format!("'{}'", nodes[leaf].code));
            }
        }
    }
    let fault = |(column, codes): (&str, Vec<String>)| {
        format!(
            "framework: {column} must be NULL where the normalisation takes none, found one for {} \
             (name a normalisation that takes it, as in normalisation => '{}', or leave the column \
             out)",
            list(codes.into_iter()),
            match column {
                "target" => "distance_target",
                "base" => "base",
                _ => "goalposts",
            }
        )
    };
    let mut faults: Vec<String> = of_column.into_iter().map(fault).collect();
    let is_unused = |(position, node): &(usize, &Node)| {
        node.coverage_by.is_some()
            && !methods.iter().any(|methods| methods.used.coverage_by.contains(position))
    };
    let without: Vec<String> = nodes
        .iter()
        .enumerate()
        .filter(is_unused)
        .map(|(_, node)| format!("'{}'", node.code))
        .collect();
    if !without.is_empty() {
        faults.push(format!(
            "framework: coverage_by must be NULL where min_coverage is 0, found one for {} (give \
             min_coverage in the row or the call, or leave the column out)",
            list(without.into_iter())
        ));
    }
    faults
}

/// What a row states for the normalisation of its indicator: column, roles, whether it does.
fn stated(leaf: &Node) -> [(&'static str, &'static [Role], bool); 4] {
    [
        ("lower", &[Role::LowerGoalpost], leaf.lower.is_some()),
        ("upper", &[Role::UpperGoalpost], leaf.upper.is_some()),
        ("target", &[Role::Target], leaf.target.is_some()),
        ("base", &[Role::BasePeriod], leaf.base.is_some()),
    ]
}

/// That all arguments which a method needs are given; `by` says whence else they may come.
fn check_complete(call: &Call, by: &str) -> Result<()> {
    let missing = call.missing();
    match missing.is_empty() {
        true => Ok(()),
        false => plan_err!("{}: {} must be given{by}", call.page.name, missing.join(" and ")),
    }
}

impl Aggregation {
    /// That of a node; none for an indicator.
    fn of(
        (position, node): (usize, &Node),
        steps: &Steps,
        used: &mut Used,
    ) -> Result<Option<Self>> {
        if node.leaf.is_some() {
            return Ok(None);
        }
        let of_row = match node.aggregation.as_deref() {
            Some(text) => Call::parse(Step::Aggregation, text)?,
            None => None,
        };
        let call = of_row.unwrap_or_else(|| {
            used.add(Argument::Aggregation);
            steps.aggregation.clone()
        });
        let aggregators = &registry().aggregators;
        let Some(aggregator) = aggregators.iter().find(|known| known.page == call.page) else {
            return plan_err!("{}: must be an aggregation, found another function", call.page.name);
        };
        check_complete(&call, "")?;
        let combine = (aggregator.bind)(&call.constants())?;
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
        Ok(Some(Self { call, combine: Arc::from(combine), coverage: Coverage { min, by } }))
    }
}

impl Whole {
    fn new(call: Call) -> Result<Self> {
        let windows = &registry().windows;
        let is_it = |window: &&WindowUDF| columns::is_of_page(window, call.page);
        let Some(function) = windows.iter().find(is_it) else {
            return plan_err!(
                "{}: must be a function of whole partitions, found another",
                call.page.name
            );
        };
        check_complete(&call, "")?;
        let constants = call.constants();
        let bound = columns::whole(function, &constants)?; // wrong constants are known at once
        let (learns, changes_measure) = (bound.learns(), bound.changes_measure());
        Ok(Self { call, function, constants, learns, changes_measure })
    }

    fn are_same(a: &Option<Self>, b: &Option<Self>) -> bool {
        a.as_ref().map(|a| &a.call) == b.as_ref().map(|b| &b.call)
    }
}

impl Normaliser {
    /// That of an indicator, with the bounds, target and base that its row and the call state; none
    /// for 'none'.
    fn of(leaf: &Node, steps: &Steps, used: &mut Used) -> Result<Option<Self>> {
        let place = leaf.leaf.unwrap_or_default();
        let call = match leaf.normalisation.as_deref() {
            Some(text) => Call::parse(Step::Normalisation, text)?,
            None => {
                used.add(Argument::Normalisation);
                steps.normalisation.clone()
            }
        };
        let Some(mut call) = call else { return Ok(None) };
        if leaf.normalisation.is_some() {
            steps.check_not_twice(&call, |_| true)?;
        }
        let number = |x: Option<f64>| x.map(ScalarValue::from);
        let of_row = [
            ("lower", Role::LowerGoalpost, number(leaf.lower)),
            ("upper", Role::UpperGoalpost, number(leaf.upper)),
            ("target", Role::Target, number(leaf.target)),
            ("base", Role::BasePeriod, leaf.base.clone()),
        ];
        let said = |role: &Role| call.get(*role).is_some();
        let mut in_parentheses: BTreeSet<Role> = OF_ROWS.into_iter().filter(said).collect();
        for (column, role, value) in of_row {
            let Some(value) = value.filter(|_| call.takes(role)) else { continue };
            let is_twice = leaf.normalisation.is_some() && call.get(role).is_some();
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
        let bound = |x: Option<f64>| number(x).filter(|_| leaf.normalisation.is_none());
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
        check_complete(
            &call,
            match takes_bounds && leaf.normalisation.is_some() {
                true => " (by the framework)",
                false => " (by the framework or the call)",
            },
        )?;
        let normalisations = &registry().normalisations;
        let Some(entry) = normalisations.iter().find(|known| known.page == call.page) else {
            return plan_err!(
                "{}: must be a normalisation, found another function",
                call.page.name
            );
        };
        let constants = call.constants();
        if let Over::Whole { window, .. } = &entry.over {
            columns::whole(window, &constants)?; // wrong constants are known at once
        }
        Ok(Some(Self { call, entry, constants, strict: steps.strict }))
    }

    /// Whether scores depend on a reference set of units.
    pub(super) fn has_reference(&self) -> bool {
        !matches!(self.entry.over, Over::Scalar) && !self.is_series()
    }

    /// Whether scores depend on the periods of a unit.
    pub(super) fn is_series(&self) -> bool {
        self.call.sees(Role::Period)
    }
}
