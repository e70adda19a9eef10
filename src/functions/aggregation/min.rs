//! `agg_min(score, weight)`: the smallest score.

use datafusion::common::Result;

use super::parameters::{COVERAGE_BY, MIN_COVERAGE, SCORE};
use super::weighted_mean::Aggregation;
use crate::arguments::constants::Constants;
use crate::functions::parameters::WEIGHT;
use crate::kernel;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: agg_min,
        family: Aggregation,
        syntax: ["agg_min(score, weight => 1, min_coverage => 0, coverage_by => 'weight')"],
        summary: "Minimum: a unit is rated by its lowest score.",
        formula: "min(x)",
        parameters: &[SCORE, WEIGHT, MIN_COVERAGE, COVERAGE_BY],
        returns: "DOUBLE, on the scale of the scores; NULL if no row has a score and a weight \
                  above 0, or if less than min_coverage of the weight (or number) has a score.",
        notes: "Compensability: none; the lowest score cannot be offset. Weights above 0 only \
                matter for min_coverage. The limit of agg_power as p tends to minus infinity.",
        errors: "A score that is NaN or infinite; a weight that is NaN, infinite or negative; DISTINCT.",
        example: "SELECT agg_min(score, weight)\n\
                  FROM (VALUES (60, 1), (90, 2), (10, 0), (NULL, 1)) AS t(score, weight)",
        example_result: ["60.0"],
        reference: "The limit of the power means (Hardy, Littlewood and Polya 1934, Inequalities, \
                    chapter 2). Not in the handbook (OECD/JRC 2008), step 6.",
    };
}

pub struct Min;

impl Aggregation for Min {
    type Mean = kernel::Smallest;
    const PAGE: &'static Page = &PAGE;

    fn mean(_: &Constants) -> Result<kernel::Smallest> {
        Ok(kernel::Smallest)
    }
}
