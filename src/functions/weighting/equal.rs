//! `weight_equal(unit, indicator, score)`: the same weight for each indicator.

use super::from_scores::Weighting;
use crate::functions::parameters::{INDICATOR, SCORE, UNIT};
use crate::kernel::Matrix;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: weight_equal,
        family: Weighting,
        syntax: ["weight_equal(unit, indicator, score)"],
        summary: "Equal weights: each indicator has the same weight.",
        formula: "w_j = 1 / m, with m indicators",
        parameters: &[UNIT, INDICATOR, SCORE],
        returns: "LIST of STRUCT(indicator, weight DOUBLE), in the order of the indicators; the \
                  weights sum to 1; NULL without rows.",
        notes: "An indicator with rows counts even if all its scores are NULL. Equal weights of \
                indicators are not equal weights of pillars: for those, group by pillar.",
        errors: "A score that is NaN or infinite; a NULL unit or indicator; two rows of one unit \
                 and indicator; DISTINCT.",
        example: "SELECT w['indicator'] AS indicator, w['weight'] AS weight\n\
                  FROM (SELECT unnest(weight_equal(unit, indicator, score)) AS w\n\
                        FROM (VALUES ('a', 'jobs', 1), ('a', 'homes', 0), ('b', 'jobs', 0)) AS t(unit, indicator, score))",
        example_result: ["homes 0.5", "jobs 0.5"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6.",
    };
}

/// Equal weights.
#[derive(Debug)]
pub struct Equal;

impl Weighting for Equal {
    const PAGE: &'static Page = &PAGE;

    fn weights(matrix: &Matrix) -> Result<Option<Vec<f64>>, String> {
        let m = matrix.columns();
        Ok(Some(vec![1.0 / m as f64; m]))
    }
}
