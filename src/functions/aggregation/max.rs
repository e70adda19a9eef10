//! `agg_max(score, weight)`: the largest score.

use datafusion::common::Result;

use super::parameters::{COVERAGE_BY, MIN_COVERAGE, SCORE};
use super::weighted_mean::Aggregation;
use crate::arguments::constants::Constants;
use crate::functions::parameters::WEIGHT;
use crate::kernel;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: agg_max,
        family: Aggregation,
        syntax: ["agg_max(score, weight => 1, min_coverage => 0, coverage_by => 'weight')"],
        summary: "Maximum: a unit is rated by its highest score.",
        formula: "max(x)",
        parameters: &[SCORE, WEIGHT, MIN_COVERAGE, COVERAGE_BY],
        returns: "DOUBLE, on the scale of the scores; NULL if no row has a score and a weight \
                  above 0, or if less than min_coverage of the weight (or number) has a score.",
        notes: "Compensability: the highest score offsets all others, as for a hazard that is as \
                great as the greatest of several. Weights above 0 only matter for min_coverage. \
                The limit of agg_power as p tends to infinity.",
        errors: "A score that is NaN or infinite; a weight that is NaN, infinite or negative; DISTINCT.",
        example: "SELECT agg_max(score, weight)\n\
                  FROM (VALUES (60, 1), (90, 2), (99, 0), (NULL, 1)) AS t(score, weight)",
        example_result: ["90.0"],
        reference: "The limit of the power means (Hardy, Littlewood and Polya 1934, Inequalities, \
                    chapter 2). Not in the handbook (OECD/JRC 2008), step 6.",
    };
}

pub struct Max;

impl Aggregation for Max {
    type Mean = kernel::Largest;
    const PAGE: &'static Page = &PAGE;

    fn mean(_: &Constants) -> Result<kernel::Largest> {
        Ok(kernel::Largest)
    }
}
