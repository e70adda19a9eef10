//! `agg_geometric(score, weight)`: weighted geometric mean of scores.

use datafusion::common::Result;

use super::parameters::{COVERAGE_BY, MIN_COVERAGE, POSITIVE_SCORE};
use super::weighted_mean::Aggregation;
use crate::arguments::constants::Constants;
use crate::functions::parameters::WEIGHT;
use crate::kernel;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: agg_geometric,
        family: Aggregation,
        syntax: ["agg_geometric(score, weight => 1, min_coverage => 0, coverage_by => 'weight')"],
        summary: "Weighted geometric mean of scores.",
        formula: "exp(Σ w ln x / Σ w)",
        parameters: &[POSITIVE_SCORE, WEIGHT, MIN_COVERAGE, COVERAGE_BY],
        returns: "DOUBLE, on the scale of the scores; NULL if no row has a score and a weight \
                  above 0, or if less than min_coverage of the weight (or number) has a score.",
        notes: "Compensability: partial; the lower a score, the more it lowers the mean. A score \
                of 0 is not accepted, as it would set the mean to 0: normalise to a range above 0.",
        errors: "A score that is NaN, infinite, 0 or negative (unless its weight is 0); a weight that is NaN, infinite or negative; DISTINCT.",
        example: "SELECT round(agg_geometric(score, weight), 9)\n\
                  FROM (VALUES (8, 3), (1, 1), (NULL, 1)) AS t(score, weight)",
        example_result: ["4.75682846"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6.",
    };
}

pub struct Geometric;

impl Aggregation for Geometric {
    type Mean = kernel::Geometric;
    const PAGE: &'static Page = &PAGE;

    fn mean(_: &Constants) -> Result<kernel::Geometric> {
        Ok(kernel::Geometric)
    }

    fn power(_: &Self::Mean) -> Option<f64> {
        Some(0.0)
    }
}
