//! `agg_median(score, weight)`: weighted median of scores.

use datafusion::common::Result;

use super::parameters::{COVERAGE_BY, MIN_COVERAGE, SCORE};
use crate::arguments::constants::Constants;
use crate::functions::parameters::WEIGHT;
use crate::functions::weighted::Statistic;
use crate::kernel;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: agg_median,
        family: Aggregation,
        syntax: ["agg_median(score, weight => 1, min_coverage => 0, coverage_by => 'weight')"],
        summary: "Weighted median of scores.",
        formula: "stat_quantile(x, 0.5, w): the x with at most half of the weight below it and at most half \
                  above; where every x from x_k to x_(k+1) is one, (x_k + x_(k+1)) / 2",
        parameters: &[SCORE, WEIGHT, MIN_COVERAGE, COVERAGE_BY],
        returns: "DOUBLE, on the scale of the scores; NULL if no row has a score and a weight \
                  above 0, or if less than min_coverage of the weight (or number) has a score.",
        notes: "Compensability: none beyond the middle; how far a score lies from it does not \
                matter. With equal weights it is the ordinary median: the middle score, or the \
                mean of the two middle scores. A score with more than half of the weight is the \
                median, regardless of the other scores; of two scores with different weights it \
                is the one with the larger weight. A row of weight 2 is equivalent to two rows \
                of weight 1. All scores of a group are held in memory.",
        errors: "A score that is NaN or infinite; a weight that is NaN, infinite or negative; DISTINCT.",
        example: "SELECT agg_median(score) FROM (VALUES (60), (90), (70), (0), (NULL)) AS t(score)",
        example_result: ["65.0"],
        reference: "The weighted median of the R package spatstat (weighted.median, type 2): at \
                    most half of the weight on either side.",
    };
}

/// The median.
#[derive(Debug)]
pub struct Median;

impl Statistic for Median {
    const PAGE: &'static Page = &PAGE;

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn answer(&self, rows: &[(f64, f64)]) -> Result<Option<f64>, String> {
        Ok(kernel::weighted_quantile(rows, 0.5))
    }
}
