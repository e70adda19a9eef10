//! `weight_critic(unit, indicator, score)`: weights by contrast and by conflict with the other indicators.

use super::from_scores::Weighting;
use crate::functions::parameters::{INDICATOR, SCORE, UNIT};
use crate::kernel::{Matrix, weights};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: weight_critic,
        family: Weighting,
        syntax: ["weight_critic(unit, indicator, score)"],
        summary: "CRITIC weights: the weight of an indicator reflects its spread and its lack of \
                  correlation with the others.",
        formula: "c_j = s_j sum_k (1 - r_jk); w_j = c_j / sum_k c_k; s sample standard deviation, r Pearson's \
                  correlation over the units that have both indicators",
        parameters: &[UNIT, INDICATOR, SCORE],
        returns: "LIST of STRUCT(indicator, weight DOUBLE), in the order of the indicators; the \
                  weights sum to 1; all are NULL if no indicator has a weight above 0; NULL \
                  without rows.",
        notes: "Scores must be on a common scale (min-max, as in the paper) for their spreads to \
                be comparable. Indicators that are constant or have no scores have weight 0 and do \
                not affect the weights of the others. A pair of indicators with fewer than two \
                units in common is excluded from the sum. An indicator that is the only one to \
                vary has weight 1. If all varying indicators are perfectly correlated, all weights \
                are NULL.",
        errors: "A score that is NaN or infinite; a NULL unit or indicator; two rows of one \
                 unit and indicator; DISTINCT.",
        example: "SELECT w.indicator, round(w.weight, 4) AS weight\n\
                  FROM (SELECT unnest(weight_critic(unit, indicator, score)) AS w\n\
                        FROM (VALUES ('a', 'homes', 1), ('b', 'homes', 2), ('c', 'homes', 3), ('a', 'jobs', 2), ('b', 'jobs', 6), ('c', 'jobs', 4))\n\
                             AS t(unit, indicator, score))",
        example_result: ["homes 0.3333", "jobs 0.6667"],
        reference: "Diakoulaki, Mavrotas and Papayannakis (1995), Determining objective weights in \
                    multiple criteria problems: the CRITIC method, Computers and Operations \
                    Research 22(7), 763-770.",
    };
}

/// Contrast and conflict.
#[derive(Debug)]
pub struct Critic;

impl Weighting for Critic {
    const PAGE: &'static Page = &PAGE;

    fn weights(matrix: &Matrix) -> Result<Option<Vec<f64>>, String> {
        weights::critic(matrix)
    }
}
