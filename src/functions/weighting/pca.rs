//! `weight_pca(unit, indicator, score)`: weights by the first principal component.

use datafusion::common::Result;

use super::from_scores::by_indicator;
use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::functions::parameters::{INDICATOR, SCORE, SETTING, UNIT};
use crate::kernel::{Matrix, components};
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: weight_pca,
        family: Weighting,
        syntax: ["weight_pca(unit, indicator, score, form => 'squared')"],
        summary: "PCA weights: the weight of an indicator is its squared loading (entry of the eigenvector, as \
                  in stat_pca) on the first principal component.",
        formula: "v eigenvector of length 1 of the largest eigenvalue of the correlation matrix; \
                  squared: w_j = v_j^2; loading: w_j = v_j / sum_k v_k",
        parameters: &[UNIT, INDICATOR, SCORE, FORM],
        returns: "LIST of STRUCT(indicator, weight DOUBLE), in the order of the indicators; the \
                  weights sum to 1; each is NULL with fewer than two units that have all scores, or \
                  where nothing varies; NULL without rows.",
        notes: "Uses the first component only. The handbook's method (section 6.1) is \
                weight_factor; on the handbook's own data its weights are very different (patents \
                0.17 there, 0.00 here). An indicator \
                that is hardly correlated with the first component has a weight close to 0 here. \
                Indicators that are constant or have no scores have weight 0; units with a missing \
                score of another indicator are excluded. With form => 'loading' (COINr's weights, \
                rescaled) an indicator that is negatively correlated with the others has a \
                negative weight, which the aggregations refuse: check stat_pca first. The sign of \
                v is such that its entries sum to 0 or more.",
        errors: "form => 'loading' where the loadings sum to 0. A score that is NaN or infinite; a \
                 NULL unit or indicator; two rows of one unit and indicator; DISTINCT.",
        example: "SELECT w.indicator, round(w.weight, 4) AS weight\n\
                  FROM (SELECT unnest(weight_pca(unit, indicator, score)) AS w\n\
                        FROM (VALUES ('a', 'homes', 1), ('b', 'homes', 2), ('c', 'homes', 3), ('a', 'jobs', 2), ('b', 'jobs', 6), ('c', 'jobs', 4))\n\
                             AS t(unit, indicator, score))",
        example_result: ["homes 0.5", "jobs 0.5"],
        reference: "COINr, get_PCA. The method of OECD/JRC (2008), Handbook on Constructing Composite Indicators, \
                    section 6.1, after Nicoletti, Scarpetta and Boylaud (2000), is another.",
    };
}

const FORM: Parameter = Parameter {
    name: "form",
    kind: Kind::Choice(&["squared", "loading"]),
    meaning: "what the weights are: squared loadings, never below 0, or the loadings themselves, \
              rescaled to sum to 1",
    default: DefaultValue::Word("squared"),
    ..SETTING
};

/// The first principal component.
#[derive(Debug)]
pub struct Pca {
    is_squared: bool,
}

impl MatrixMethod for Pca {
    const PAGE: &'static Page = &PAGE;
    const SHAPE: Shape = Shape::List(&[Field::Indicator("indicator"), Field::Number("weight")]);

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self { is_squared: constants.choice(FORM.name)? == 0 })
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        let Some(components) = components(matrix) else { return Ok(by_indicator(matrix, None)) };
        let mut weights = vec![0.0; matrix.columns()];
        for (&column, &loading) in components.columns.iter().zip(&components.vectors[0]) {
            weights[column] = if self.is_squared { loading * loading } else { loading };
        }
        let sum: f64 = weights.iter().sum();
        // The vector has length 1: a sum this small is rounding error.
        if sum.abs() < 1e-12 {
            return Err("the loadings must not sum to 0 to be rescaled, got 0".into());
        }
        weights.iter_mut().for_each(|w| *w /= sum);
        Ok(by_indicator(matrix, Some(weights)))
    }
}
