//! `agg_mean_min(score, weight)`: mean-min function of scores.

use datafusion::common::{Result, plan_err};

use super::parameters::{COVERAGE_BY, MIN_COVERAGE, SCORE};
use crate::arguments::constants::Constants;
use crate::functions::parameters::{SETTING, WEIGHT};
use crate::functions::weighted::Statistic;
use crate::kernel;
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: agg_mean_min,
        family: Aggregation,
        syntax: ["agg_mean_min(score, weight => 1, alpha => 1, beta => 0, min_coverage => 0, coverage_by => 'weight')"],
        summary: "Mean-min function: the mean of the scores of a unit, lowered towards its lowest \
                  score.",
        formula: "M - alpha (sqrt((M - min)² + beta²) - beta) with M = Σ w x / Σ w",
        parameters: &[SCORE, WEIGHT, ALPHA, BETA, MIN_COVERAGE, COVERAGE_BY],
        returns: "DOUBLE, on the scale of the scores; NULL if no row has a score and a weight \
                  above 0, or if less than min_coverage of the weight (or number) has a score.",
        notes: "Compensability: full at alpha 0 (the arithmetic mean), none at alpha 1 and beta 0 \
                (the lowest score), partial in between. The larger beta, the larger the gap that \
                is tolerated. Scores are not standardised here (the R package Compind standardises \
                them): normalise the indicators beforehand.",
        errors: "A score that is NaN or infinite; a weight that is NaN, infinite or negative; alpha \
                 outside 0 to 1; beta below 0; DISTINCT.",
        example: "SELECT agg_mean_min(score, alpha => 0.5, beta => 4)\n\
                  FROM (VALUES (2), (8), (NULL)) AS t(score)",
        example_result: ["4.5"],
        reference: "Casadio Tarabusi, E. and Guarini, G. (2013), An unbalance adjustment method for \
                    development indicators, Social Indicators Research 112(1), 19-45.",
    };
}

const ALPHA: Parameter = Parameter {
    name: "alpha",
    kind: Kind::Constant,
    meaning: "share of the gap between mean and lowest score that is deducted; 0 to 1",
    default: DefaultValue::Number(1.0),
    ..SETTING
};

const BETA: Parameter = Parameter {
    name: "beta",
    kind: Kind::Constant,
    meaning: "gap up to which little is deducted, on the scale of the scores; >= 0",
    default: DefaultValue::Number(0.0),
    ..SETTING
};

/// The mean-min function.
#[derive(Debug)]
pub struct MeanMin {
    alpha: f64,
    beta: f64,
}

impl Statistic for MeanMin {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        let (alpha, beta) = (constants.number(ALPHA.name)?, constants.number(BETA.name)?);
        if !(0.0..=1.0).contains(&alpha) {
            return plan_err!("{}: alpha must be between 0 and 1, got {alpha}", PAGE.name);
        }
        if beta < 0.0 {
            return plan_err!("{}: beta must be >= 0, got {beta}", PAGE.name);
        }
        Ok(Self { alpha, beta })
    }

    fn answer(&self, rows: &[(f64, f64)]) -> Result<Option<f64>, String> {
        Ok(kernel::mean_min(rows, self.alpha, self.beta))
    }
}
