//! `agg_mpi(score, weight)`: Mazziotta-Pareto index.

use datafusion::common::{Result, plan_err};

use super::{MIN_COVERAGE, SCORE, WEIGHT};
use crate::functions::engine::arguments::Constants;
use crate::functions::page::{Kind, Page, Parameter, page};
use crate::functions::weighted::Statistic;
use crate::kernel;

page! {
    /// What `agg_mpi` is and does.
    pub static PAGE = Page {
        name: "agg_mpi",
        family: Aggregation,
        syntax: ["agg_mpi(score, weight => 1, penalty => -1, sample => false, min_coverage => 0)"],
        summary: "Mazziotta-Pareto index: the mean of a unit's scores, less a penalty for their being uneven.",
        formula: "M + penalty S cv with cv = S / M, M = Σ w x / Σ w, S² = Σ w (x - M)² / Σ w; sample: S² n / (n - 1)",
        parameters: [SCORE, WEIGHT, PENALTY, SAMPLE, MIN_COVERAGE],
        over_parameters: None,
        returns: "DOUBLE in the unit of the scores; NULL when no row with a score and a weight \
                  above 0 is left, or less than min_coverage of the weight has a score, or with \
                  sample of one score.",
        notes: "Compensability: partial; of two units with the same mean the more balanced one is \
                better. Scores are meant to be z-scores with mean 100 and standard deviation 10: \
                norm_zscore(value, to_mean => 100, to_sd => 10) OVER (...). S divides by n, as in \
                the paper; the R package Compind divides by n - 1, which is sample => true.",
        errors: "A score that is NaN or infinite; a mean of scores that is not above 0; a weight \
                 that is NaN, infinite or negative; a penalty other than -1 or 1; DISTINCT.",
        example: "SELECT agg_mpi(score) FROM (VALUES (90), (110), (NULL)) AS t(score)",
        example_result: ["99.0"],
        reference: "Mazziotta, M. and Pareto, A. (2016), On a generalized non-compensatory composite \
                    index for measuring socio-economic phenomena, Social Indicators Research 127(3), \
                    983-1003.",
    };
}

pub(super) const PENALTY: Parameter = Parameter {
    name: "penalty",
    kind: Kind::Constant,
    meaning: "-1: a high index is good, unevenness lowers it; 1: a high index is bad (poverty), \
              unevenness raises it",
    null: "error",
    default: Some("-1"),
};

const SAMPLE: Parameter = Parameter {
    name: "sample",
    kind: Kind::Switch,
    meaning: "true: the standard deviation of a sample, n - 1 in the place of n",
    null: "error",
    default: Some("false"),
};

pub(super) fn penalty(name: &str, constants: &Constants<'_>) -> Result<f64> {
    let penalty = constants.number(PENALTY.name)?;
    if penalty.abs() != 1.0 {
        return plan_err!("{name}: penalty must be -1 or 1, got {penalty}");
    }
    Ok(penalty)
}

pub(super) fn index(
    rows: &[(f64, f64)],
    penalty: f64,
    sample: bool,
) -> Result<Option<f64>, String> {
    kernel::mazziotta_pareto(rows, penalty, sample)
        .map_err(|mean| format!("the mean of the scores must be above 0, got {mean}"))
}

/// The index of z-scores.
#[derive(Debug)]
pub(crate) struct Mpi {
    penalty: f64,
    sample: bool,
}

impl Statistic for Mpi {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants<'_>) -> Result<Self> {
        let penalty = penalty(PAGE.name, constants)?;
        Ok(Self { penalty, sample: constants.switch(SAMPLE.name)? })
    }

    fn answer(&self, rows: &[(f64, f64)]) -> Result<Option<f64>, String> {
        index(rows, self.penalty, self.sample)
    }
}
