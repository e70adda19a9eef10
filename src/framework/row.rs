//! One row of a framework table, as it was read.

use datafusion::common::ScalarValue;

/// Code of the root of a framework without parents.
pub(super) const IMPLIED_ROOT: &str = "index";

/// One row of a framework table.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// Code of the node.
    pub code: Option<String>,
    /// Code of its parent; none for the root.
    pub parent: Option<String>,
    /// Weight among the children of its parent.
    pub weight: Option<f64>,
    /// 1: more is better, -1: less is better.
    pub direction: Option<f64>,
    /// Name to show.
    pub label: Option<String>,
    /// Lower goalpost.
    pub lower: Option<f64>,
    /// Upper goalpost.
    pub upper: Option<f64>,
    /// Value to be reached.
    pub target: Option<f64>,
    /// Period that is 100.
    pub base: Option<ScalarValue>,
    /// Of which indicator of the panel the values are divided.
    pub denominator: Option<String>,
    /// How much of the denominator the quotient is of, such as 1000 inhabitants.
    pub denominator_scale: Option<f64>,
    /// How the values are transformed before they become scores.
    pub transform: Option<String>,
    /// How the indicator becomes a score.
    pub normalisation: Option<String>,
    /// How the children become one score.
    pub aggregation: Option<String>,
    /// To how many decimals the score is rounded before it is used above.
    pub decimals: Option<f64>,
    /// Where the middle between two goes: `half_away` or `half_even`.
    pub rounding: Option<String>,
    /// Share of the children that must be present.
    pub min_coverage: Option<f64>,
    /// How many children must be present.
    pub min_children: Option<f64>,
    /// What that is a share of: `weight` or `count`.
    pub coverage_by: Option<String>,
}

/// What rows that say nothing get.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Defaults {
    /// Direction of an indicator: 1 or -1.
    pub direction: f64,
}

impl Default for Defaults {
    fn default() -> Self {
        Self { direction: 1.0 }
    }
}
