//! What the methods of an index make use of: arguments of the call and columns of the framework.

use std::collections::BTreeSet;

use super::call::Step;
use crate::page::Role;

/// An argument of the call that means something only where some method makes use of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Argument {
    Imputation,
    ImputationGroup,
    Treatment,
    TreatmentReference,
    Normalisation,
    Reference,
    Base,
    Lower,
    Upper,
    Target,
    Direction,
    Weighting,
    WeightingScope,
    Aggregation,
    MinCoverage,
    MinChildren,
    CoverageBy,
}

impl Argument {
    pub const ALL: [Self; 17] = [
        Self::Imputation,
        Self::ImputationGroup,
        Self::Treatment,
        Self::TreatmentReference,
        Self::Normalisation,
        Self::Reference,
        Self::Base,
        Self::Lower,
        Self::Upper,
        Self::Target,
        Self::Direction,
        Self::Weighting,
        Self::WeightingScope,
        Self::Aggregation,
        Self::MinCoverage,
        Self::MinChildren,
        Self::CoverageBy,
    ];

    /// The one for the method of a step, if a call can name it.
    pub fn of(step: Step) -> Option<Self> {
        match step {
            Step::Imputation => Some(Self::Imputation),
            Step::Treatment => Some(Self::Treatment),
            Step::Transformation => None,
            Step::Normalisation => Some(Self::Normalisation),
            Step::Weighting => Some(Self::Weighting),
            Step::Aggregation => Some(Self::Aggregation),
        }
    }

    /// Why nothing uses it, if nothing does.
    pub fn unused(self) -> &'static str {
        match self {
            Self::Imputation => "nothing is imputed here",
            Self::ImputationGroup => "no imputation learns from other units",
            Self::Treatment => "nothing is treated here",
            Self::TreatmentReference => "no imputation or treatment learns from a reference set",
            Self::Normalisation => "no indicator is normalised by it: their rows name their own",
            Self::Reference => "no method learns from a reference set or compares units within one",
            Self::Base => "no normalisation takes a base period from the call",
            Self::Lower | Self::Upper => "no normalisation takes it from the call",
            Self::Target => "no normalisation takes a target from the call",
            Self::Direction => "the rows of all indicators state their own",
            Self::Weighting => "the rows state all weights",
            Self::WeightingScope => "no weights are learned",
            Self::Aggregation => "no node is aggregated by it: their rows name their own",
            Self::MinChildren | Self::MinCoverage => {
                "no node is judged by it: rows state their own, and a sum or product has no score \
                 where one is missing"
            }
            Self::CoverageBy => "no min_coverage is above 0",
        }
    }
}

/// What a row of the framework can state for the normalisation of its indicator.
pub const OF_ROWS: [Role; 4] =
    [Role::LowerGoalpost, Role::UpperGoalpost, Role::Target, Role::BasePeriod];

/// Arguments of the call that methods make use of, and columns of the framework's rows: the place
/// of an indicator among the leaves, and the role of what its row states.
#[derive(Debug, Clone, Default)]
pub struct Used {
    pub arguments: BTreeSet<Argument>,
    pub rows: BTreeSet<(usize, Role)>,
    /// What stands in the parentheses of a normalisation of the call, and no row says otherwise.
    pub parentheses: BTreeSet<(String, Role)>,
    /// Nodes whose own way to count coverage counts.
    pub coverage_by: BTreeSet<usize>,
}

impl Used {
    pub fn add(&mut self, argument: Argument) {
        self.arguments.insert(argument);
    }

    /// This and what another makes use of.
    pub fn and(mut self, other: &Self) -> Self {
        self.arguments.extend(&other.arguments);
        self.rows.extend(&other.rows);
        self.parentheses.extend(other.parentheses.iter().cloned());
        self.coverage_by.extend(&other.coverage_by);
        self
    }
}
