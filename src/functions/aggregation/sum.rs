//! `agg_sum(score, weight)`: weighted sum of scores.

use datafusion::common::Result;

use super::parameters::SCORE;
use super::weighted_mean::Aggregation;
use crate::arguments::constants::Constants;
use crate::functions::parameters::WEIGHT;
use crate::kernel;
use crate::page::{Null, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: agg_sum,
        family: Aggregation,
        syntax: ["agg_sum(score, weight => 1)"],
        summary: "Weighted sum of scores; the weights are not scaled to sum to 1.",
        formula: "Σ w x",
        parameters: &[EACH_SCORE, WEIGHT],
        returns: "DOUBLE, in units of score times weight; NULL if a row with a weight above 0 has no \
                  score, or if there is none.",
        notes: "Compensability: full. A sum of fewer scores is another sum, so a missing score \
                leaves none: impute it, or take agg_arithmetic, which scales the weights of what is \
                there. min_coverage of an index has no effect on it.",
        errors: "A score that is NaN or infinite; a weight that is NaN, infinite or negative; DISTINCT.",
        example: "SELECT agg_sum(score, weight)\n\
                  FROM (VALUES (1, 1), (4, 0.5), (9, 0)) AS t(score, weight)",
        example_result: ["3.0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6 (additive \
                    aggregation).",
    };
}

const EACH_SCORE: Parameter =
    Parameter { null: Null::Means("result is NULL, unless the weight is 0"), ..SCORE };

pub struct Sum;

impl Aggregation for Sum {
    type Mean = kernel::Total;
    const PAGE: &'static Page = &PAGE;

    fn mean(_: &Constants) -> Result<kernel::Total> {
        Ok(kernel::Total)
    }
}
