//! `agg_arithmetic(score, weight)`: weighted arithmetic mean of scores.

use datafusion::common::Result;

use super::parameters::{COVERAGE_BY, MIN_COVERAGE, SCORE};
use super::weighted_mean::Aggregation;
use crate::arguments::constants::Constants;
use crate::functions::parameters::WEIGHT;
use crate::kernel;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: agg_arithmetic,
        family: Aggregation,
        syntax: ["agg_arithmetic(score, weight => 1, min_coverage => 0, coverage_by => 'weight')"],
        summary: "Weighted arithmetic mean of scores.",
        formula: "Σ w x / Σ w",
        parameters: &[SCORE, WEIGHT, MIN_COVERAGE, COVERAGE_BY],
        returns: "DOUBLE, on the scale of the scores; NULL if no row has a score and a weight \
                  above 0, or if less than min_coverage of the weight (or number) has a score.",
        notes: "Compensability: full; a low score is fully offset by an equally high one of the \
                same weight. Sums are computed in twice the precision of DOUBLE.",
        errors: "A score that is NaN or infinite; a weight that is NaN, infinite or negative; DISTINCT.",
        example: "SELECT agg_arithmetic(score, weight)\n\
                  FROM (VALUES (60, 1), (90, 2), (NULL, 1)) AS t(score, weight)",
        example_result: ["80.0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6.",
    };
}

pub struct Arithmetic;

impl Aggregation for Arithmetic {
    type Mean = kernel::Arithmetic;
    const PAGE: &'static Page = &PAGE;

    fn mean(_: &Constants) -> Result<kernel::Arithmetic> {
        Ok(kernel::Arithmetic)
    }

    fn power(_: &Self::Mean) -> Option<f64> {
        Some(1.0)
    }
}
