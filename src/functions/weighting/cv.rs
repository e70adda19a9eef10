//! `weight_cv(unit, indicator, score)`: weights by coefficient of variation.

use super::from_scores::Weighting;
use crate::functions::parameters::{INDICATOR, SCORE, UNIT};
use crate::kernel::Matrix;
use crate::kernel::weights::{self, Part};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: weight_cv,
        family: Weighting,
        syntax: ["weight_cv(unit, indicator, score)"],
        summary: "Coefficient of variation weights: the weight of an indicator reflects its spread \
                  relative to its mean.",
        formula: "v_j = s_j / |mean_j|; w_j = v_j / sum_k v_k, s sample standard deviation",
        parameters: &[UNIT, INDICATOR, SCORE],
        returns: "LIST of STRUCT(indicator, weight DOUBLE), in the order of the indicators; the \
                  weights sum to 1; all are NULL if no indicator has a weight above 0; NULL \
                  without rows.",
        notes: "Independent of the unit of measurement; raw ratio-scale values can be used. \
                Depends on the zero of the scale. An indicator that is constant or has fewer than \
                two scores has weight 0 and does not affect the weights of the others.",
        errors: "An indicator whose mean is 0. A score that is NaN or infinite; a NULL unit or indicator; two rows of one \
                 unit and indicator; DISTINCT.",
        example: "SELECT w.indicator, round(w.weight, 4) AS weight\n\
                  FROM (SELECT unnest(weight_cv(unit, indicator, score)) AS w\n\
                        FROM (VALUES ('a', 'homes', 10), ('b', 'homes', 30), ('a', 'jobs', 2), ('b', 'jobs', 4))\n\
                             AS t(unit, indicator, score))",
        example_result: ["homes 0.6", "jobs 0.4"],
        reference: "A convention of applied studies, without a known first source; the coefficient \
                    as in stat_cv.",
    };
}

/// Coefficients of variation.
#[derive(Debug)]
pub struct Cv;

impl Weighting for Cv {
    const PAGE: &'static Page = &PAGE;

    const PART: Option<Part> = Some(weights::variation);

    fn weights(matrix: &Matrix) -> Result<Option<Vec<f64>>, String> {
        weights::by_column(matrix, weights::variation)
    }
}
