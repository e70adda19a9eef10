//! `weight_entropy(unit, indicator, score)`: weights by how unequally scores are distributed.

use super::from_scores::Weighting;
use crate::functions::parameters::{INDICATOR, SCORE, UNIT};
use crate::kernel::Matrix;
use crate::kernel::weights::{self, Part};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: weight_entropy,
        family: Weighting,
        syntax: ["weight_entropy(unit, indicator, score)"],
        summary: "Entropy weights: the weight of an indicator reflects how unequally its total is \
                  distributed over the units.",
        formula: "p_ij = x_ij / sum_i x_ij; e_j = -sum_i p_ij ln p_ij / ln n_j, with 0 ln 0 = 0; \
                  w_j = (1 - e_j) / sum_k (1 - e_k)",
        parameters: &[UNIT, INDICATOR, SCORE],
        returns: "LIST of STRUCT(indicator, weight DOUBLE), in the order of the indicators; the \
                  weights sum to 1; all are NULL if no indicator has a weight above 0; NULL \
                  without rows.",
        notes: "n_j is the number of units with a score of the indicator. An indicator that is \
                constant or has fewer than two scores has weight 0 and does not affect the weights \
                of the others. Entropy depends on the zero of the scale: the same data normalised \
                to 1..100 and to 0..1 have different weights.",
        errors: "A score below 0 (normalise to 0..1). A score that is NaN or infinite; a NULL unit or indicator; two rows of one \
                 unit and indicator; DISTINCT.",
        example: "SELECT w.indicator, round(w.weight, 4) AS weight\n\
                  FROM (SELECT unnest(weight_entropy(unit, indicator, score)) AS w\n\
                        FROM (VALUES ('a', 'homes', 0), ('b', 'homes', 2), ('a', 'jobs', 1), ('b', 'jobs', 3))\n\
                             AS t(unit, indicator, score))",
        example_result: ["homes 0.8412", "jobs 0.1588"],
        reference: "Shannon (1948), A mathematical theory of communication; Hwang and Yoon (1981), \
                    Multiple Attribute Decision Making.",
    };
}

/// Shannon's entropy.
#[derive(Debug)]
pub struct Entropy;

impl Weighting for Entropy {
    const PAGE: &'static Page = &PAGE;

    const PART: Option<Part> = Some(weights::divergence);

    fn weights(matrix: &Matrix) -> Result<Option<Vec<f64>>, String> {
        weights::by_column(matrix, weights::divergence)
    }
}
