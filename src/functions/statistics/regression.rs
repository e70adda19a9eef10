//! `stat_regression(unit, indicator, value)`: each indicator as a linear function of the others.

use datafusion::common::Result;

use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::functions::parameters::{self, INDICATOR, PREDICTORS, UNIT, predictors};
use crate::kernel::{Matrix, TooFew, regressions};
use crate::page::{Null, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: stat_regression,
        family: Statistics,
        syntax: ["stat_regression(unit, indicator, value, predictors => NULL)"],
        summary: "Linear regressions of each indicator on the others: what impute_regression fills \
                  its gaps with.",
        formula: "y = b0 + Σ_j b_j x_j by ordinary least squares; R² = 1 - Σ (y - ŷ)² / Σ (y - ȳ)²",
        parameters: &[UNIT, INDICATOR, VALUE, PREDICTORS],
        returns: "LIST of STRUCT(indicator, predictor, coefficient DOUBLE, intercept DOUBLE, \
                  r_squared DOUBLE, n DOUBLE), by indicator and predictor; n is the number of units \
                  with a value of the indicator and of all its predictors. coefficient, intercept and \
                  r_squared are NULL if n is below the number of predictors + 2; r_squared is NULL \
                  if the indicator does not vary over these units. An indicator without predictors \
                  is not in the list. NULL without rows.",
        notes: "Predictors are the indicators that are correlated with it over three units at \
                least; one that is constant or a linear combination of those before it (in the order of \
                the indicators) over the complete units is left out. coefficient is in units of the \
                indicator per unit of the predictor. For a panel use struct(unit, period) as the unit, \
                or GROUP BY period.",
        errors: "A value that is NaN or infinite; a NULL unit or indicator; two rows of one unit and \
                 indicator; predictors not a whole number from 1; DISTINCT.",
        example: "SELECT r.indicator, r.predictor, round(r.coefficient, 4) AS coefficient, round(r.intercept, 4) AS intercept, round(r.r_squared, 4) AS r_squared, r.n\n\
                  FROM (SELECT unnest(stat_regression(unit, indicator, value)) AS r\n\
                        FROM (VALUES ('A', 'x', 1), ('B', 'x', 2), ('C', 'x', 3), ('D', 'x', 4),\n\
                                     ('A', 'y', 2), ('B', 'y', 3), ('C', 'y', 5), ('D', 'y', 6))\n\
                             AS t(unit, indicator, value))\n\
                  WHERE r.indicator = 'y'",
        example_result: ["y x 1.4 0.5 0.98 4.0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 3.1.",
    };
}

const VALUE: Parameter = Parameter { null: Null::Means("missing: excluded"), ..parameters::VALUE };

/// Regressions.
#[derive(Debug)]
pub struct Regressions {
    predictors: Option<usize>,
}

impl MatrixMethod for Regressions {
    const PAGE: &'static Page = &PAGE;
    const SHAPE: Shape = Shape::List(&[
        Field::Indicator("indicator"),
        Field::Indicator("predictor"),
        Field::Number("coefficient"),
        Field::Number("intercept"),
        Field::Number("r_squared"),
        Field::Number("n"),
    ]);

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self { predictors: predictors(PAGE.name, constants)? })
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        let targets: Vec<usize> = (0..matrix.columns()).collect();
        let mut records = Vec::new();
        for (target, found) in
            regressions(matrix, &targets, self.predictors).into_iter().enumerate()
        {
            match found {
                Ok(None) => {}
                Ok(Some(found)) => {
                    for (&predictor, &b) in found.predictors.iter().zip(&found.coefficients) {
                        let numbers = vec![
                            Some(b),
                            Some(found.intercept),
                            found.r_squared,
                            Some(found.n as f64),
                        ];
                        records.push((vec![target, predictor], numbers));
                    }
                }
                Err(TooFew { predictors, n }) => {
                    let numbers = || vec![None, None, None, Some(n as f64)];
                    records.extend(predictors.into_iter().map(|p| (vec![target, p], numbers())));
                }
            }
        }
        Ok(Answer::List(records))
    }
}
