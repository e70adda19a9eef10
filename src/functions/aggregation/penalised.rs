//! `agg_penalised(score, weight)`: mean of scores, lowered by the ratio of the lowest to the highest.

use datafusion::common::{Result, plan_err};

use super::parameters::{COVERAGE_BY, MIN_COVERAGE, SCORE};
use crate::arguments::constants::Constants;
use crate::functions::parameters::{SETTING, WEIGHT};
use crate::functions::weighted::Statistic;
use crate::kernel::{self, Domain};
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: agg_penalised,
        family: Aggregation,
        syntax: ["agg_penalised(score, weight => 1, alpha => 0.5, top => NULL, min_coverage => 0, coverage_by => 'weight')"],
        summary: "Penalised mean: the mean of the scores of a unit, lowered by how far its lowest \
                  score is below its highest, or below the top of the scale.",
        formula: "M (1 - alpha (1 - min / max)) with M = Σ w x / Σ w; max: the highest score of the \
                  unit, or top",
        parameters: &[SCORE_FROM_0, WEIGHT, ALPHA, TOP, MIN_COVERAGE, COVERAGE_BY],
        returns: "DOUBLE, on the scale of the scores; NULL if no row has a score and a weight \
                  above 0, or if less than min_coverage of the weight (or number) has a score.",
        notes: "Compensability: full at alpha 0 (the arithmetic mean), partial above it. At alpha 1 a \
                unit with a score of 0 has an index of 0. Where all scores are 0, so is the index. \
                Alternatives: agg_mean_min deducts the gap itself, agg_mpi the variation.",
        errors: "A score that is NaN, infinite or negative, or above top; a weight that is NaN, \
                 infinite or negative; alpha outside 0 to 1; a top that is not above 0; DISTINCT.",
        example: "SELECT agg_penalised(score, top => 100), agg_penalised(score)\n\
                  FROM (VALUES (40), (80), (NULL)) AS t(score)",
        example_result: ["42.0 45.0"],
        reference: "A definition of this program, not of the literature: a mean with a penalty for imbalance, as \
                    those of Mazziotta, M. and Pareto, A. (2016), On a generalized non-compensatory \
                    composite index for measuring socio-economic phenomena, Social Indicators Research \
                    127(3), 983-1003, and of Casadio Tarabusi, E. and Guarini, G. (2013), An unbalance \
                    adjustment method for development indicators, Social Indicators Research 112(1), \
                    19-45, with another measure of imbalance.",
    };
}

const SCORE_FROM_0: Parameter = Parameter { meaning: "normalised score; finite, >= 0", ..SCORE };

const ALPHA: Parameter = Parameter {
    name: "alpha",
    kind: Kind::Constant,
    meaning: "share of the mean that is deducted where the lowest score is 0; 0 to 1",
    default: DefaultValue::Number(0.5),
    ..SETTING
};

const TOP: Parameter = Parameter {
    name: "top",
    kind: Kind::Constant,
    meaning: "top of the scale, which the lowest score is compared with; above 0",
    null: Null::Means("the highest score of the unit"),
    default: DefaultValue::Null,
    ..SETTING
};

/// The penalised mean.
#[derive(Debug)]
pub struct Penalised {
    alpha: f64,
    top: Option<f64>,
}

impl Statistic for Penalised {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        let alpha = constants.number(ALPHA.name)?;
        let top = constants.optional(TOP.name)?;
        if !(0.0..=1.0).contains(&alpha) {
            return plan_err!("{}: alpha must be between 0 and 1, got {alpha}", PAGE.name);
        }
        if let Some(top) = top.filter(|top| !(top.is_finite() && *top > 0.0)) {
            return plan_err!("{}: top must be finite and > 0, got {top}", PAGE.name);
        }
        Ok(Self { alpha, top })
    }

    fn check(&self, x: f64) -> Result<(), Domain> {
        (x >= 0.0).then_some(()).ok_or(Domain { must_be: "finite and >= 0", hint: "" })
    }

    fn answer(&self, rows: &[(f64, f64)]) -> Result<Option<f64>, String> {
        let highest = rows.last().map_or(0.0, |row| row.0);
        match self.top {
            Some(top) if highest > top => {
                Err(format!("score must be <= top ({top}), got {highest}"))
            }
            top => Ok(kernel::penalised_mean(rows, self.alpha, top.unwrap_or(highest))),
        }
    }
}
