//! `agg_owa(score, weights)`: ordered weighted average of scores.

use datafusion::common::{Result, plan_err};

use super::parameters::{MIN_COVERAGE, SCORE};
use crate::arguments::constants::Constants;
use crate::functions::parameters::SETTING;
use crate::functions::weighted::Statistic;
use crate::kernel;
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: agg_owa,
        family: Aggregation,
        syntax: ["agg_owa(score, weights, min_coverage => 0)"],
        summary: "Ordered weighted average: weights belong to the ranks of the scores within a \
                  unit, the first to its best score.",
        formula: "Σ w_i x_(i) / Σ w_i with x_(1) >= x_(2) >= ... of a unit's scores",
        parameters: &[SCORE, WEIGHTS, MIN_COVERAGE],
        returns: "DOUBLE, on the scale of the scores; NULL if no row has a score, if less than \
                  min_coverage of the rows has one, or if the remaining ranks have weight 0.",
        notes: "Compensability: depends on the weights; [1, 0, 0] gives the best score, [0, 0, 1] \
                the worst, equal weights the arithmetic mean. Yager's orness measures where a list \
                of weights lies between these: Σ (n - i) w_i / ((n - 1) Σ w_i), 1 for the best \
                score, 0.5 for the mean, 0 for the worst: stat_orness. If the number n \
                of scores is not the number m of weights (missing scores), the i-th score has the \
                weight W(i/n) - W((i-1)/n), where W is the cumulative weight, linear between its \
                values at j/m. All scores of a group are held in memory.",
        errors: "A score that is NaN or infinite; weights that are NULL, empty, NaN, infinite, \
                 negative, all 0 or not constant; DISTINCT.",
        example: "SELECT agg_owa(score, [1.0, 1.0, 2.0]) FROM (VALUES (1), (2), (6)) AS t(score)",
        example_result: ["2.5"],
        reference: "Yager, R. R. (1988), On ordered weighted averaging aggregation operators in \
                    multicriteria decisionmaking, IEEE Transactions on Systems, Man, and Cybernetics \
                    18(1), 183-190.",
    };
}

const WEIGHTS: Parameter = Parameter {
    name: "weights",
    kind: Kind::Constants,
    meaning: "one weight per rank, the first for the best score; finite, >= 0, not all 0; rescaled \
              to sum to 1",
    default: DefaultValue::Required,
    ..SETTING
};

/// The average of ordered scores.
#[derive(Debug)]
pub struct Owa {
    weights: Vec<f64>,
}

impl Statistic for Owa {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        let name = PAGE.name;
        let Some(weights) = constants.numbers(WEIGHTS.name)? else {
            return plan_err!("{name}: weights must not be NULL");
        };
        if let Some(weight) = weights.iter().find(|&&weight| weight < 0.0) {
            return plan_err!("{name}: weights must be finite and >= 0, got {weight}");
        }
        if !weights.iter().any(|&weight| weight > 0.0) {
            return plan_err!("{name}: weights must hold one above 0, got {weights:?}");
        }
        Ok(Self { weights })
    }

    fn answer(&self, rows: &[(f64, f64)]) -> Result<Option<f64>, String> {
        Ok(kernel::ordered(rows, &self.weights))
    }
}
