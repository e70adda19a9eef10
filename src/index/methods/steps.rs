//! The steps of an index as they are asked for, before a framework is known.

use std::collections::BTreeMap;
use std::fmt::Write;

use datafusion::common::{Result, ScalarValue, plan_err};

use super::call::MethodCall;
use super::reference::ReferenceSet;
use super::used::{Argument, OF_ROWS, Used};
use crate::engine::registry::Registry;
use crate::kernel::Coverage;
use crate::page::Role;

/// The steps of an index as the call has them. The framework may say otherwise, row by row.
#[derive(Debug, Clone)]
pub struct Steps {
    /// Who asks, for errors.
    pub name: &'static str,
    /// The functions that methods are.
    pub registry: &'static Registry,
    pub imputation: Option<MethodCall>,
    /// The column of the panel with the groups of units that an imputation learns within.
    pub imputation_group: Option<String>,
    pub treatment: Option<MethodCall>,
    pub normalisation: Option<MethodCall>,
    pub weighting: Option<MethodCall>,
    /// Whether weights are learned from all indicators at once.
    pub weights_tree: bool,
    pub aggregation: MethodCall,
    pub coverage: Coverage,
    pub min_children: usize,
    pub reference: ReferenceSet,
    pub treatment_reference: ReferenceSet,
    pub base: Option<ScalarValue>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    pub target: Option<f64>,
    pub direction: f64,
    pub strict: bool,
    /// Whether values become scores at all.
    pub normalises: bool,
    /// The arguments that the call gives, with their names and values as given.
    pub given: BTreeMap<Argument, (String, ScalarValue)>,
}

impl Steps {
    /// The same without a method for any step, for what needs the tree alone.
    pub fn without_methods(&self) -> Self {
        let none = (None, None, None, None);
        let (imputation, treatment, normalisation, weighting) = none;
        Self { imputation, treatment, normalisation, weighting, ..self.clone() }
    }

    /// That what stands in the parentheses of a normalisation is not given beside it as well.
    pub fn check_not_twice(&self, call: &MethodCall, counts: impl Fn(&str) -> bool) -> Result<()> {
        for argument in [Argument::Base, Argument::Lower, Argument::Upper, Argument::Target] {
            let Some((name, value)) = self.given.get(&argument).filter(|(name, _)| counts(name))
            else {
                continue;
            };
            let roles: &[Role] = match argument {
                Argument::Lower => &[Role::LowerGoalpost, Role::LowerScore],
                Argument::Upper => &[Role::UpperGoalpost, Role::UpperScore],
                Argument::Target => &[Role::Target],
                _ => &[Role::BasePeriod],
            };
            if !value.is_null() && roles.iter().any(|role| call.get(*role).is_some()) {
                return plan_err!(
                    "{}: {name} must be given once, found {name} => {value} and {}",
                    self.name,
                    call.text
                );
            }
        }
        Ok(())
    }

    /// What is given and has no use: one fault each. `only` are the arguments that the function has
    /// a use for at all.
    pub fn unused(&self, used: &Used, only: Option<&[Argument]>) -> Vec<String> {
        let mut faults = Vec::new();
        for (argument, (name, value)) in &self.given {
            let is_known = only.is_none_or(|only| only.contains(argument));
            // Nothing is imputed, treated or weighted without a method: to say so is no mistake.
            let is_none = match argument {
                Argument::Imputation => self.imputation.is_none(),
                Argument::Treatment => self.treatment.is_none(),
                Argument::Weighting => self.weighting.is_none(),
                _ => false,
            };
            if value.is_null() || is_none || (is_known && used.arguments.contains(argument)) {
                continue;
            }
            let why = match is_known {
                true => argument.unused().to_owned(),
                false => format!("{} has no use for it", self.name),
            };
            faults.push(format!("{name} must not be given, got {value} ({why})"));
        }
        if only.is_none() && used.arguments.contains(&Argument::Normalisation) {
            faults.extend(self.unused_parentheses(used));
        }
        faults
    }

    /// What stands in the parentheses of the normalisation and is said otherwise by all rows.
    fn unused_parentheses(&self, used: &Used) -> Vec<String> {
        let Some(call) = &self.normalisation else { return Vec::new() };
        let is_used = |role: Role| used.parentheses.contains(&(call.text.clone(), role));
        let parameters = OF_ROWS.into_iter().filter_map(|role| {
            call.argument(role).filter(|_| call.get(role).is_some() && !is_used(role))
        });
        parameters
            .map(|parameter| {
                format!(
                    "{} must not be given in {} (the rows of all indicators that it normalises state \
                     their own)",
                    parameter.name, call.text
                )
            })
            .collect()
    }

    /// The steps before the normalisation, for EXPLAIN.
    pub fn describe_preparation(&self) -> String {
        let by = self.imputation_group.as_ref();
        let by = by.map_or_else(String::new, |group| format!(" by {group}"));
        let impute = self.imputation.as_ref().map(|call| format!("impute {}{by}", call.text));
        let within = self.treatment_reference.describe();
        let treat =
            self.treatment.as_ref().map(|call| format!("treat {} within {within}", call.text));
        impute.into_iter().chain(treat).collect::<Vec<_>>().join(", ")
    }

    /// The steps in their order, for EXPLAIN.
    pub fn describe(&self) -> String {
        let within = self.reference.describe();
        let mut text = self.describe_preparation();
        if !text.is_empty() {
            text.push_str(", ");
        }
        match &self.normalisation {
            Some(call) => {
                let base = self.base.as_ref().filter(|_| call.takes(Role::BasePeriod));
                let base = base.map_or_else(String::new, |base| format!(" (base {base})"));
                let _ = write!(text, "normalise {}{base} within {within}, ", call.text);
            }
            None => text.push_str("normalise none, "),
        }
        let where_ = match self.weights_tree {
            true => "over all indicators",
            false => "where no weights are stated",
        };
        if let Some(call) = &self.weighting {
            let _ = write!(text, "weight {} {where_}, ", call.text);
        }
        let _ = write!(text, "aggregate {}", self.aggregation.text);
        if self.coverage.min > 0.0 {
            let _ = write!(text, " with min_coverage {}", self.coverage);
        }
        if self.min_children > 0 {
            let _ = write!(text, " with min_children {}", self.min_children);
        }
        text
    }
}
