//! `agg_mpi(score, weight)`: Mazziotta-Pareto index.

use datafusion::common::{Result, plan_err};

use super::parameters::{COVERAGE_BY, MIN_COVERAGE, SCORE};
use crate::arguments::constants::Constants;
use crate::functions::parameters::{SETTING, WEIGHT};
use crate::functions::weighted::Statistic;
use crate::kernel;
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: agg_mpi,
        family: Aggregation,
        syntax: ["agg_mpi(score, weight => 1, penalty => -1, sample => false, min_coverage => 0, coverage_by => 'weight')"],
        summary: "Mazziotta-Pareto index: the mean of the scores of a unit minus a penalty for \
                  their imbalance.",
        formula: "M + penalty S cv with cv = S / M, M = Σ w x / Σ w, S² = Σ w (x - M)² / Σ w; sample: S² n / (n - 1)",
        parameters: &[SCORE, WEIGHT, PENALTY, SAMPLE, MIN_COVERAGE, COVERAGE_BY],
        returns: "DOUBLE, on the scale of the scores; NULL if no row has a score and a weight \
                  above 0, if less than min_coverage of the weight (or number) has a score, or for \
                  one score with sample => true.",
        notes: "Compensability: partial; of two units with the same mean, the more balanced one \
                scores higher. Scores should be z-scores with mean 100 and standard deviation 10: \
                norm_zscore(value, mean => 100, sd => 10, sample => false) OVER (PARTITION BY \
                indicator). sample => false standardises with the divisor n, as Mazziotta and \
                Pareto do; without it the divisor is n - 1. S, the standard deviation of the \
                scores of one unit, has the divisor n as well; the R package Compind has n - 1 \
                there, which is sample => true of this function. With weights, M and S are \
                weighted as in Mazziotta and Pareto (2022).",
        errors: "A score that is NaN or infinite; a mean of scores that is not above 0; a weight \
                 that is NaN, infinite or negative; a penalty other than -1 or 1; DISTINCT.",
        example: "SELECT agg_mpi(score) FROM (VALUES (90), (110), (NULL)) AS t(score)",
        example_result: ["99.0"],
        reference: "Mazziotta, M. and Pareto, A. (2016), On a generalized non-compensatory composite \
                    index for measuring socio-economic phenomena, Social Indicators Research 127(3), \
                    983-1003; with weights: Mazziotta, M. and Pareto, A. (2022), RIEDS - Rivista Italiana di \
                    Economia, Demografia e Statistica 76(4).",
    };
}

pub const PENALTY: Parameter = Parameter {
    name: "penalty",
    kind: Kind::Constant,
    meaning: "-1: a high index is good, and imbalance lowers it; 1: a high index is bad (poverty), \
              and imbalance raises it",
    default: DefaultValue::Number(-1.0),
    ..SETTING
};

const SAMPLE: Parameter = Parameter {
    name: "sample",
    kind: Kind::Switch,
    meaning: "true: S has the divisor n - 1 instead of n",
    default: DefaultValue::Switch(false),
    ..SETTING
};

pub fn penalty(name: &str, constants: &Constants) -> Result<f64> {
    let penalty = constants.number(PENALTY.name)?;
    if penalty.abs() != 1.0 {
        return plan_err!("{name}: penalty must be -1 or 1, got {penalty}");
    }
    Ok(penalty)
}

pub fn index(rows: &[(f64, f64)], penalty: f64, sample: bool) -> Result<Option<f64>, String> {
    kernel::mazziotta_pareto(rows, penalty, sample)
        .map_err(|mean| format!("the mean of the scores must be above 0, got {mean}"))
}

/// The index of z-scores.
#[derive(Debug)]
pub struct Mpi {
    penalty: f64,
    sample: bool,
}

impl Statistic for Mpi {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        let penalty = penalty(PAGE.name, constants)?;
        Ok(Self { penalty, sample: constants.switch(SAMPLE.name)? })
    }

    fn answer(&self, rows: &[(f64, f64)]) -> Result<Option<f64>, String> {
        index(rows, self.penalty, self.sample)
    }
}
