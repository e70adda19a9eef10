//! `weight_merec(unit, indicator, score)`: weights by what is lost when an indicator is removed.

use super::from_scores::Weighting;
use crate::functions::parameters::{INDICATOR, SCORE, UNIT};
use crate::kernel::{Matrix, weights};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: weight_merec,
        family: Weighting,
        syntax: ["weight_merec(unit, indicator, score)"],
        summary: "MEREC weights: the weight of an indicator reflects how much the performance of \
                  the units changes when it is removed.",
        formula: "l_ij = |ln(min_i x_ij / x_ij)|; S_i = ln(1 + sum_j l_ij / m); S_ij as S_i without the term j; \
                  E_j = sum_i |S_ij - S_i|; w_j = E_j / sum_k E_k; m indicators that have a score",
        parameters: &[UNIT, INDICATOR, SCORE],
        returns: "LIST of STRUCT(indicator, weight DOUBLE), in the order of the indicators; the \
                  weights sum to 1; all are NULL if no indicator has a weight above 0; NULL \
                  without rows.",
        notes: "High must be good in every score. MEREC depends on the zero of the scale. The \
                paper's numbers are obtained with norm_fraction_max (values above 0, direction -1 \
                for costs), or from raw values with 1 / x for costs. Min-max to 1..100 moves the \
                zero and gives different weights, even in a different order (on the paper's data \
                0.22 0.25 0.28 0.26 instead of 0.58 0.01 0.40 0.01). Units with a missing score \
                are excluded. A constant indicator has weight 0 and is counted in m; an indicator \
                without scores has weight 0 and is not.",
        errors: "A score that is not above 0 (normalise with fraction_max). A score that is NaN or infinite; a NULL unit or indicator; two rows of one \
                 unit and indicator; DISTINCT.",
        example: "SELECT w.indicator, round(w.weight, 4) AS weight\n\
                  FROM (SELECT unnest(weight_merec(unit, indicator, score)) AS w\n\
                        FROM (VALUES ('a', 'homes', 1), ('b', 'homes', 4), ('a', 'jobs', 1), ('b', 'jobs', 2))\n\
                             AS t(unit, indicator, score))",
        example_result: ["homes 0.6904", "jobs 0.3096"],
        reference: "Keshavarz-Ghorabaee, Amiri, Zavadskas, Turskis and Antucheviciene (2021), Determination of \
                    objective weights using a new method based on the removal effects of criteria (MEREC), \
                    Symmetry 13, 525.",
    };
}

/// Removal effects.
#[derive(Debug)]
pub struct Merec;

impl Weighting for Merec {
    const PAGE: &'static Page = &PAGE;

    fn weights(matrix: &Matrix) -> Result<Option<Vec<f64>>, String> {
        weights::merec(matrix)
    }
}
