//! `weight_sd(unit, indicator, score)`: weights by standard deviation.

use super::from_scores::Weighting;
use crate::functions::parameters::{INDICATOR, SCORE, UNIT};
use crate::kernel::Matrix;
use crate::kernel::weights::{self, Part};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: weight_sd,
        family: Weighting,
        syntax: ["weight_sd(unit, indicator, score)"],
        summary: "Standard deviation weights: the weight of an indicator reflects the spread of \
                  its scores.",
        formula: "w_j = s_j / sum_k s_k, s sample standard deviation",
        parameters: &[UNIT, INDICATOR, SCORE],
        returns: "LIST of STRUCT(indicator, weight DOUBLE), in the order of the indicators; the \
                  weights sum to 1; all are NULL if no indicator has a weight above 0; NULL \
                  without rows.",
        notes: "Scores must be on a common scale (min-max) for their spreads to be comparable; \
                with z-scores all weights are equal. An indicator that is constant or has fewer \
                than two scores has weight 0 and does not affect the weights of the others.",
        errors: "A score that is NaN or infinite; a NULL unit or indicator; two rows of one \
                 unit and indicator; DISTINCT.",
        example: "SELECT w.indicator, round(w.weight, 4) AS weight\n\
                  FROM (SELECT unnest(weight_sd(unit, indicator, score)) AS w\n\
                        FROM (VALUES ('a', 'homes', 1), ('b', 'homes', 2), ('a', 'jobs', 2), ('b', 'jobs', 5))\n\
                             AS t(unit, indicator, score))",
        example_result: ["homes 0.25", "jobs 0.75"],
        reference: "Diakoulaki, Mavrotas and Papayannakis (1995), Determining objective weights in \
                    multiple criteria problems: the CRITIC method, Computers and Operations \
                    Research 22(7), 763-770.",
    };
}

/// Standard deviations.
#[derive(Debug)]
pub struct Sd;

impl Weighting for Sd {
    const PAGE: &'static Page = &PAGE;

    const PART: Option<Part> = Some(weights::deviation);

    fn weights(matrix: &Matrix) -> Result<Option<Vec<f64>>, String> {
        weights::by_column(matrix, weights::deviation)
    }
}
