//! What a call of a table function says: named constants, tables, and the steps they ask for.

use std::collections::BTreeMap;

use datafusion::common::{Result, plan_err};

use super::method::parse;
use super::parameters::{
    AGGREGATION, BASE, COVERAGE_BY, DIRECTION, IMPUTATION, IMPUTATION_GROUP, LOWER, MIN_CHILDREN,
    MIN_COVERAGE, NORMALISATION, REFERENCE, SCOPES, SHARED, STRICT, TARGET, TREATMENT,
    TREATMENT_REFERENCE, UPPER, WEIGHTING, WEIGHTING_SCOPE,
};
use crate::arguments::constants::Constants;
use crate::engine::registry::Registry;
use crate::index::methods::call::{MethodCall, Step};
use crate::index::methods::reference::ReferenceSet;
use crate::index::methods::steps::Steps;
use crate::index::methods::used::Argument;
use crate::index::place::at;
use crate::kernel::{Coverage, CoverageBy};
use crate::page::{Page, Parameter};

/// What a call says, by name.
#[derive(Debug, Clone)]
pub struct Arguments {
    pub registry: &'static Registry,
    pub page: &'static Page,
    pub constants: Constants,
    /// The tables that are given.
    pub tables: Vec<&'static str>,
}

/// The parameters of a table function: those that all share, and its own.
pub fn parameters(page: &'static Page) -> Vec<&'static Parameter> {
    let is_own = |shared: &Parameter| page.parameters.iter().any(|own| own.name == shared.name);
    SHARED.iter().filter(|shared| !is_own(shared)).chain(page.parameters).collect()
}

/// The parameter that it is.
fn parameter(argument: Argument) -> &'static Parameter {
    match argument {
        Argument::Imputation => &IMPUTATION,
        Argument::ImputationGroup => &IMPUTATION_GROUP,
        Argument::Treatment => &TREATMENT,
        Argument::TreatmentReference => &TREATMENT_REFERENCE,
        Argument::Normalisation => &NORMALISATION,
        Argument::Reference => &REFERENCE,
        Argument::Base => &BASE,
        Argument::Lower => &LOWER,
        Argument::Upper => &UPPER,
        Argument::Target => &TARGET,
        Argument::Direction => &DIRECTION,
        Argument::Weighting => &WEIGHTING,
        Argument::WeightingScope => &WEIGHTING_SCOPE,
        Argument::Aggregation => &AGGREGATION,
        Argument::MinCoverage => &MIN_COVERAGE,
        Argument::MinChildren => &MIN_CHILDREN,
        Argument::CoverageBy => &COVERAGE_BY,
    }
}

impl Arguments {
    /// Whether a table is given.
    pub fn has_table(&self, name: &str) -> bool {
        self.tables.contains(&name)
    }

    /// A method of a step; none for 'none'.
    pub fn method(&self, step: Step, name: &str) -> Result<Option<MethodCall>> {
        let Some(text) = self.constants.text(name)? else { return Ok(None) };
        self.parse(step, &text)
    }

    /// A method of a step, from its text; none for 'none'.
    pub fn parse(&self, step: Step, text: &str) -> Result<Option<MethodCall>> {
        parse(self.registry, step, text).map_err(|error| at(self.page.name, error))
    }

    /// The steps that are asked for.
    pub fn steps(&self) -> Result<Steps> {
        self.steps_with("")
    }

    /// The steps with those arguments that are given under their name and this suffix.
    pub fn steps_with(&self, suffix: &str) -> Result<Steps> {
        let function = self.page.name;
        let constants = &self.constants;
        let named = |name: &str| {
            let other = format!("{name}{suffix}");
            if constants.is_given(&other) { other } else { name.to_owned() }
        };
        let Some(aggregation) = self.method(Step::Aggregation, &named(AGGREGATION.name))? else {
            return plan_err!("{function}: aggregation must not be NULL");
        };
        let normalisation = self.method(Step::Normalisation, &named(NORMALISATION.name))?;
        let Some(reference) = constants.get(&named(REFERENCE.name))?.map(ReferenceSet::new) else {
            return plan_err!("{function}: reference must not be NULL");
        };
        let of_treatment = constants.get(&named(TREATMENT_REFERENCE.name))?.map(ReferenceSet::new);
        let min = constants.number(&named(MIN_COVERAGE.name))?;
        if !(0.0..=1.0).contains(&min) {
            return plan_err!("{function}: min_coverage must be between 0 and 1, got {min}");
        }
        let min_children = constants.number(&named(MIN_CHILDREN.name))?;
        if min_children < 0.0 || min_children.fract() != 0.0 {
            return plan_err!(
                "{function}: min_children must be a whole number >= 0, got {min_children}"
            );
        }
        let direction = constants.number(DIRECTION.name)?;
        if direction.abs() != 1.0 {
            return plan_err!("{function}: direction must be 1 or -1, got {direction}");
        }
        // Bounds of the call are those of its own normalisation, not of one with a suffix.
        let is_own = suffix.is_empty() || named(NORMALISATION.name) == NORMALISATION.name;
        let bound = |name| match is_own {
            true => constants.optional(name),
            false => Ok(None),
        };
        let mut given = BTreeMap::new();
        for argument in Argument::ALL {
            let name = named(parameter(argument).name);
            let is_bound = matches!(argument, Argument::Lower | Argument::Upper);
            if let Some((_, value)) = constants.given().find(|(p, _)| p.name == name)
                && (is_own || !is_bound)
            {
                given.insert(argument, (name, value.clone()));
            }
        }
        let steps = Steps {
            name: function,
            registry: self.registry,
            imputation: self.method(Step::Imputation, &named(IMPUTATION.name))?,
            imputation_group: constants.text(IMPUTATION_GROUP.name)?,
            treatment: self.method(Step::Treatment, &named(TREATMENT.name))?,
            normalisation,
            weighting: self.method(Step::Weighting, &named(WEIGHTING.name))?,
            weights_tree: SCOPES[constants.choice(&named(WEIGHTING_SCOPE.name))?] == "tree",
            aggregation,
            coverage: Coverage {
                min,
                by: CoverageBy::ALL[constants.choice(&named(COVERAGE_BY.name))?],
            },
            min_children: min_children as usize,
            treatment_reference: of_treatment.unwrap_or_else(|| reference.clone()),
            reference,
            base: constants.get(&named(BASE.name))?,
            lower: bound(LOWER.name)?,
            upper: bound(UPPER.name)?,
            target: constants.optional(&named(TARGET.name))?,
            direction,
            strict: constants.switch(STRICT.name)?,
            normalises: true,
            given,
        };
        if let Some(call) = &steps.normalisation {
            // What is given for the first variant is not given against the second one's method.
            let is_its = |name: &str| is_own || name.ends_with(suffix);
            steps.check_not_twice(call, is_its)?;
        }
        Ok(steps)
    }
}
