//! `agg_harmonic(score, weight)`: weighted harmonic mean of scores.

use datafusion::common::Result;

use super::parameters::{COVERAGE_BY, MIN_COVERAGE, POSITIVE_SCORE};
use super::weighted_mean::Aggregation;
use crate::arguments::constants::Constants;
use crate::functions::parameters::WEIGHT;
use crate::kernel;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: agg_harmonic,
        family: Aggregation,
        syntax: ["agg_harmonic(score, weight => 1, min_coverage => 0, coverage_by => 'weight')"],
        summary: "Weighted harmonic mean of scores.",
        formula: "Σ w / Σ (w / x)",
        parameters: &[POSITIVE_SCORE, WEIGHT, MIN_COVERAGE, COVERAGE_BY],
        returns: "DOUBLE, on the scale of the scores; NULL if no row has a score and a weight \
                  above 0, or if less than min_coverage of the weight (or number) has a score.",
        notes: "Compensability: partial, lower than that of the geometric mean.",
        errors: "A score that is NaN, infinite, 0 or negative (unless its weight is 0); a weight that is NaN, infinite or negative; DISTINCT.",
        example: "SELECT agg_harmonic(score, weight)\n\
                  FROM (VALUES (1, 1), (4, 1), (NULL, 1)) AS t(score, weight)",
        example_result: ["1.6"],
        reference: "Hardy, Littlewood and Polya (1934), Inequalities, chapter 2. Not in the \
                    handbook (OECD/JRC 2008), whose step 6 has the arithmetic and the geometric \
                    mean.",
    };
}

pub struct Harmonic;

impl Aggregation for Harmonic {
    type Mean = kernel::Harmonic;
    const PAGE: &'static Page = &PAGE;

    fn mean(_: &Constants) -> Result<kernel::Harmonic> {
        Ok(kernel::Harmonic)
    }

    fn power(_: &Self::Mean) -> Option<f64> {
        Some(-1.0)
    }
}
