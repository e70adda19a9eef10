//! `agg_median(score, weight)`: weighted median of scores.

use datafusion::common::Result;

use super::{MIN_COVERAGE, SCORE, WEIGHT};
use crate::functions::engine::arguments::Constants;
use crate::functions::page::{Page, page};
use crate::functions::weighted::Statistic;
use crate::kernel;

page! {
    /// What `agg_median` is and does.
    pub static PAGE = Page {
        name: "agg_median",
        family: Aggregation,
        syntax: ["agg_median(score, weight => 1, min_coverage => 0)"],
        summary: "Weighted median of scores.",
        formula: "stat_quantile(x, 0.5, w): the middle score, or halfway between the two in the middle; \
                  with weights linear between the scores' weighted positions",
        parameters: [SCORE, WEIGHT, MIN_COVERAGE],
        over_parameters: None,
        returns: "DOUBLE in the unit of the scores; NULL when no row with a score and a weight \
                  above 0 is left, or less than min_coverage of the weight has a score.",
        notes: "Compensability: none beyond the middle; how far a score lies from it does not \
                matter. Holds all scores of a group in memory.",
        errors: "A score that is NaN or infinite; a weight that is NaN, infinite or negative; DISTINCT.",
        example: "SELECT agg_median(score) FROM (VALUES (60), (90), (70), (0), (NULL)) AS t(score)",
        example_result: ["65.0"],
        reference: "Hyndman, R. J. and Fan, Y. (1996), Sample quantiles in statistical packages, The American Statistician 50(4), type 7.",
    };
}

/// The median.
#[derive(Debug)]
pub(crate) struct Median;

impl Statistic for Median {
    const PAGE: &'static Page = &PAGE;

    fn bind(_: &Constants<'_>) -> Result<Self> {
        Ok(Self)
    }

    fn answer(&self, rows: &[(f64, f64)]) -> Result<Option<f64>, String> {
        Ok(kernel::weighted_quantile(rows, 0.5))
    }
}
