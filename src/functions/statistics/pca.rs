//! `stat_pca(unit, indicator, score)`: principal components.

use datafusion::common::Result;

use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::functions::parameters::{INDICATOR, SCORE, UNIT};
use crate::kernel::{Matrix, components};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: stat_pca,
        family: Statistics,
        syntax: ["stat_pca(unit, indicator, score)"],
        summary: "Principal components of the correlation matrix.",
        formula: "R v_c = lambda_c v_c, v_c of length 1, lambda_1 >= lambda_2 >= ...; loading = v_jc; explained = \
                  lambda_c / sum of all",
        parameters: &[UNIT, INDICATOR, SCORE],
        returns: "LIST of STRUCT(component DOUBLE, eigenvalue DOUBLE, explained DOUBLE, indicator, \
                  loading DOUBLE), by component (1 first) and indicator; loading is the \
                  entry of v_c, without unit, -1 to 1, the squares of a component summing to 1; empty if fewer than two units have all scores, or if nothing varies; NULL \
                  without rows.",
        notes: "Indicators that are constant or have no scores are excluded, together with their \
                gaps; then units with a missing score are excluded. The sign of an eigenvector is \
                arbitrary: here its entries sum to 0 or more. loading is an entry of the \
                eigenvector, as in COINr; the loading of the handbook and of stat_factor, the \
                correlation of the indicator with the component, is loading * sqrt(eigenvalue).",
        errors: "A score that is NaN or infinite; a NULL unit or indicator; two rows of one unit and \
                 indicator; DISTINCT.",
        example: "SELECT c.component, round(c.eigenvalue, 4) AS eigenvalue, round(c.explained, 4) AS explained, c.indicator, round(c.loading, 4) AS loading\n\
                  FROM (SELECT unnest(stat_pca(unit, indicator, score)) AS c\n\
                        FROM (VALUES ('a', 'homes', 1), ('b', 'homes', 2), ('c', 'homes', 3),\n\
                                     ('a', 'jobs', 1), ('b', 'jobs', 3), ('c', 'jobs', 2))\n\
                             AS t(unit, indicator, score))\n\
                  WHERE c.component = 1",
        example_result: ["1.0 1.5 0.75 homes 0.7071", "1.0 1.5 0.75 jobs 0.7071"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 4; COINr, \
                    get_PCA.",
    };
}

/// Principal components.
#[derive(Debug)]
pub struct Pca;

impl MatrixMethod for Pca {
    const PAGE: &'static Page = &PAGE;
    const SHAPE: Shape = Shape::List(&[
        Field::Number("component"),
        Field::Number("eigenvalue"),
        Field::Number("explained"),
        Field::Indicator("indicator"),
        Field::Number("loading"),
    ]);

    fn records(_: usize, columns: usize) -> usize {
        columns.saturating_mul(columns) // components and indicators
    }

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        let Some(found) = components(matrix) else { return Ok(Answer::List(Vec::new())) };
        // The eigenvalues of a correlation matrix sum to its size.
        let size = found.columns.len() as f64;
        let mut records = Vec::with_capacity(found.columns.len() * found.columns.len());
        for (c, vector) in found.vectors.iter().enumerate() {
            let eigenvalue = found.eigenvalues[c];
            for (&column, &loading) in found.columns.iter().zip(vector) {
                let numbers = [(c + 1) as f64, eigenvalue, eigenvalue / size, loading];
                records.push((vec![column], numbers.map(Some).to_vec()));
            }
        }
        Ok(Answer::List(records))
    }
}
