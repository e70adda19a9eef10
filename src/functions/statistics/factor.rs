//! `stat_factor(unit, indicator, score)`: rotated factors.

use datafusion::common::Result;

use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::functions::factors::{FACTORS, KAISER, MIN_EIGENVALUE, none_kept, rotation};
use crate::functions::parameters::{INDICATOR, SCORE, UNIT};
use crate::kernel::{Matrix, Rotation, factors};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: stat_factor,
        family: Statistics,
        syntax: ["stat_factor(unit, indicator, score, min_eigenvalue => 1, factors => NULL, kaiser => true)"],
        summary: "Factors: the first principal components of the correlation matrix, rotated by \
                  varimax.",
        formula: "L_jf = v_jf sqrt(lambda_f) of the components that are kept, rotated so that sum_f var_j(L_jf^2) \
                  is largest; loading = L_jf; variance = V_f = sum_j L_jf^2; share = V_f / sum of all that are kept; \
                  loading_share = L_jf^2 / V_f",
        parameters: &[UNIT, INDICATOR, SCORE, MIN_EIGENVALUE, FACTORS, KAISER],
        returns: "LIST of STRUCT(factor DOUBLE, variance DOUBLE, share DOUBLE, indicator, loading \
                  DOUBLE, loading_share DOUBLE), by factor (1 has the largest variance) and \
                  indicator; loading is the correlation of the indicator with the factor, -1 to 1, the squares \
                  of a factor summing to variance; empty if \
                  fewer than two units have all scores, or if nothing varies; NULL without rows.",
        notes: "The loadings that weight_factor rests on. Indicators that are constant or have no \
                scores are excluded, together with their gaps; then units with a missing score are \
                excluded. The sign of a factor is arbitrary: here its loadings sum to 0 or more. \
                stat_pca gives the components before the rotation, with all eigenvalues; its loading is \
                the entry v_jf of the eigenvector, which times sqrt(lambda_f) is a loading of this kind.",
        errors: "A min_eigenvalue that no component reaches; min_eigenvalue below 0, or beside factors; factors that is \
                 no whole number from 1. A score that is NaN or infinite; a NULL unit or indicator; \
                 two rows of one unit and indicator; DISTINCT.",
        example: "SELECT f.factor, round(f.variance, 4) AS variance, round(f.share, 4) AS share, f.indicator, round(f.loading, 4) AS loading\n\
                  FROM (SELECT unnest(stat_factor(unit, indicator, score)) AS f\n\
                        FROM (VALUES ('a', 'homes', 1), ('b', 'homes', 2), ('c', 'homes', 3),\n\
                                     ('a', 'jobs', 1), ('b', 'jobs', 3), ('c', 'jobs', 2))\n\
                             AS t(unit, indicator, score))",
        example_result: ["1.0 1.5 1.0 homes 0.866", "1.0 1.5 1.0 jobs 0.866"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.1, tables \
                    16 and 17; varimax: Kaiser (1958), The varimax criterion for analytic rotation in \
                    factor analysis, Psychometrika 23.",
    };
}

/// Rotated factors.
#[derive(Debug)]
pub struct Factor(Rotation);

impl MatrixMethod for Factor {
    const PAGE: &'static Page = &PAGE;
    const SHAPE: Shape = Shape::List(&[
        Field::Number("factor"),
        Field::Number("variance"),
        Field::Number("share"),
        Field::Indicator("indicator"),
        Field::Number("loading"),
        Field::Number("loading_share"),
    ]);

    fn records(_: usize, columns: usize) -> usize {
        columns.saturating_mul(columns) // factors and indicators
    }

    fn bind(constants: &Constants) -> Result<Self> {
        rotation(PAGE.name, constants).map(Self)
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        let Some(found) = factors(matrix, self.0) else { return Ok(Answer::List(Vec::new())) };
        if found.loadings.is_empty() {
            return Err(none_kept(self.0));
        }
        let total: f64 = found.variances.iter().sum();
        let mut records = Vec::with_capacity(found.columns.len() * found.loadings.len());
        for (f, loadings) in found.loadings.iter().enumerate() {
            let variance = found.variances[f];
            for (&column, &loading) in found.columns.iter().zip(loadings) {
                let share = loading * loading / variance;
                let numbers = [(f + 1) as f64, variance, variance / total, loading, share];
                records.push((vec![column], numbers.map(Some).to_vec()));
            }
        }
        Ok(Answer::List(records))
    }
}
