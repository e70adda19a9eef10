//! `weight_factor(unit, indicator, score)`: the handbook's weights by rotated factors.

use datafusion::common::Result;

use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::functions::factors::{FACTORS, KAISER, MIN_EIGENVALUE, none_kept, rotation};
use crate::functions::parameters::{INDICATOR, SCORE, UNIT};
use crate::kernel::{Matrix, Rotation, factor_weights, factors};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: weight_factor,
        family: Weighting,
        syntax: ["weight_factor(unit, indicator, score, min_eigenvalue => 1, factors => NULL, kaiser => true)"],
        summary: "Factor weights of the handbook: the squared loading of an indicator on its \
                  strongest rotated factor, weighted by the variance that the factor explains.",
        formula: "L loadings after varimax, V_f = sum_j L_jf^2, f(j) the factor where L_jf^2 is largest; \
                  u_j = (L_jf(j)^2 / V_f(j)) (V_f(j) / sum_f V_f); w_j = u_j / sum_k u_k",
        parameters: &[UNIT, INDICATOR, SCORE, MIN_EIGENVALUE, FACTORS, KAISER],
        returns: "LIST of STRUCT(indicator, weight DOUBLE, factor DOUBLE, loading DOUBLE), in the \
                  order of the indicators; the weights sum to 1; factor is the number of the factor \
                  (1 explains most) in which the indicator counts, loading its loading there; all \
                  are NULL with fewer than two units that have all scores, or where nothing varies; \
                  NULL without rows.",
        notes: "The method of the handbook: principal components of the correlation matrix, those \
                of an eigenvalue of 1 or more kept, rotated by varimax, squared loadings scaled to \
                sum 1 within each factor, each indicator taken in the factor where its squared \
                loading is largest (the intermediate composites), the composites weighted by the \
                variance they explain. Its own example keeps four factors, the last with an \
                eigenvalue of 0.9: factors => 4 gives its weights. The result can depend much on \
                the number of factors. Loadings are squared, hence without sign: an indicator that \
                is negatively correlated with the others counts as one that is positively \
                correlated; see its sign in loading and in stat_factor, and turn its direction \
                round before, if it is a matter of direction. Indicators that are constant or have \
                no scores have weight 0, and no factor; units with a missing score of another \
                indicator are excluded.",
        errors: "A min_eigenvalue that no component reaches; min_eigenvalue below 0, or beside factors; factors that is \
                 no whole number from 1. A score that is NaN or infinite; a NULL unit or indicator; \
                 two rows of one unit and indicator; DISTINCT.",
        example: "SELECT w.indicator, round(w.weight, 4) AS weight, w.factor\n\
                  FROM (SELECT unnest(weight_factor(unit, indicator, score)) AS w\n\
                        FROM (VALUES ('a', 'homes', 1), ('b', 'homes', 2), ('c', 'homes', 3), ('d', 'homes', 2), ('a', 'jobs', 1), ('b', 'jobs', 3),\n\
                                     ('c', 'jobs', 3), ('d', 'jobs', 1), ('a', 'air', 3), ('b', 'air', 1), ('c', 'air', 3), ('d', 'air', 1))\n\
                             AS t(unit, indicator, score))",
        example_result: ["air 0.3694 2.0", "homes 0.3153 1.0", "jobs 0.3153 1.0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.1, after \
                    Nicoletti, Scarpetta and Boylaud (2000), Summary indicators of product market \
                    regulation, OECD Economics Department Working Papers 226; varimax: Kaiser (1958), The \
                    varimax criterion for analytic rotation in factor analysis, Psychometrika 23.",
    };
}

/// Weights by rotated factors.
#[derive(Debug)]
pub struct Factor(Rotation);

impl MatrixMethod for Factor {
    const PAGE: &'static Page = &PAGE;
    const SHAPE: Shape = Shape::List(&[
        Field::Indicator("indicator"),
        Field::Number("weight"),
        Field::Number("factor"),
        Field::Number("loading"),
    ]);

    fn bind(constants: &Constants) -> Result<Self> {
        rotation(PAGE.name, constants).map(Self)
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        let Some(found) = factors(matrix, self.0) else {
            let nothing = |j| (vec![j], vec![None, None, None]);
            return Ok(Answer::List((0..matrix.columns()).map(nothing).collect()));
        };
        let weights = factor_weights(&found).ok_or_else(|| none_kept(self.0))?;
        let idle = |j| (vec![j], vec![Some(0.0), None, None]);
        let mut records: Vec<_> = (0..matrix.columns()).map(idle).collect();
        for (&column, found) in found.columns.iter().zip(weights) {
            records[column].1 =
                vec![Some(found.weight), Some((found.factor + 1) as f64), Some(found.loading)];
        }
        Ok(Answer::List(records))
    }
}
