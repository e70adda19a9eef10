//! `weight_sd(unit, indicator, score)`: weights by standard deviation.

use super::{INDICATOR, SCORE, UNIT, Weighting};
use crate::functions::page::{Page, page};
use crate::kernel::{Matrix, weights};

page! {
    /// What `weight_sd` is and does.
    pub static PAGE = Page {
        name: "weight_sd",
        family: Weighting,
        syntax: ["weight_sd(unit, indicator, score)"],
        summary: "Standard deviation weights: an indicator counts by the spread of its scores.",
        formula: "w_j = s_j / sum_k s_k, s sample standard deviation",
        parameters: [UNIT, INDICATOR, SCORE],
        over_parameters: None,
        returns: "LIST of STRUCT(indicator, weight DOUBLE), in the order of the indicators; the \
                  weights sum to 1; each is NULL where no indicator has one above 0; NULL without \
                  rows.",
        notes: "Scores must be on one scale (min-max) for their spreads to compare; on z-scores all weights \
                are equal. A constant indicator, or one with a score of fewer than two units (none at all, \
                say), has weight 0; the others have the weights that they have without it.",
        errors: "A score that is NaN or infinite; a NULL unit or indicator; two rows of one \
                 unit and indicator; DISTINCT.",
        example: "SELECT w.indicator, round(w.weight, 4) AS weight\n\
                  FROM (SELECT unnest(weight_sd(unit, indicator, score)) AS w\n\
                        FROM (VALUES ('a', 'homes', 1), ('b', 'homes', 2), ('a', 'jobs', 2), ('b', 'jobs', 5))\n\
                             AS t(unit, indicator, score))",
        example_result: ["homes 0.25", "jobs 0.75"],
        reference: "Diakoulaki, Mavrotas and Papayannakis (1995), Determining objective weights in multiple \
                    criteria problems: the CRITIC method.",
    };
}

/// Standard deviations.
pub(super) struct Sd;

impl Weighting for Sd {
    const PAGE: &'static Page = &PAGE;

    fn weights(matrix: &Matrix) -> Result<Option<Vec<f64>>, String> {
        weights::deviation(matrix)
    }
}
