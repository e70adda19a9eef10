//! `impute_regression(value, unit, indicator)`: missing values by ordinary least squares on the other
//! indicators.

use datafusion::common::Result;

use super::cross::Crossing;
use super::parameters::{INDICATOR, UNIT, VALUE};
use crate::arguments::constants::Constants;
use crate::functions::parameters::{PREDICTORS, predictors};
use crate::kernel::{Matrix, TooFew, regressions};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: impute_regression,
        family: Imputation,
        syntax: [
            "impute_regression(value, unit, indicator, predictors => NULL) OVER (PARTITION BY period)",
        ],
        summary: "Imputes missing values by a linear regression of the indicator on the other \
                  indicators.",
        formula: "b0 + Σ_j b_j x_j over the predictors j of the indicator, b by ordinary least \
                  squares over the units with a value of the indicator and of all its predictors",
        parameters: &[VALUE, UNIT, INDICATOR, PREDICTORS],
        window_only: true,
        returns: "STRUCT(value DOUBLE, imputed BOOLEAN), in the unit of measurement of the value; \
                  NULL if the unit lacks a predictor, or if the indicator is constant, has no \
                  values, or shares fewer than three units with each other indicator.",
        notes: "Observed values are not changed. Each indicator with a gap has one regression, \
                whatever else a unit lacks: predictors are observed values only, and few of them \
                fill more gaps than many. Predictors are the indicators that are correlated with \
                it; one that is constant or a linear combination of those before it (in the order of \
                the indicators) over the complete units is left out. Which ones were used, their \
                coefficients and the R² are those of stat_regression over the same rows; publish \
                them. For a panel over all periods let the unit be struct(unit, period). In an index \
                the predictors are all indicators of the framework, whatever their parents, and \
                the rows are those of treatment_reference and imputation_group. Imputed \
                values lie on the regression: the variance is understated and correlations are \
                overstated.",
        errors: "A value that is NaN or infinite; unit or indicator NULL; two rows of one unit and \
                 indicator in a partition; predictors not a whole number from 1; an indicator with a gap \
                 and fewer complete units than its predictors + 2, which is named.",
        example: "SELECT unit, impute_regression(value, unit, indicator) OVER () AS y FROM (VALUES\n\
                  \x20 ('A', 'x', 1), ('B', 'x', 2), ('C', 'x', 3), ('D', 'x', 5),\n\
                  \x20 ('A', 'y', 3), ('B', 'y', 5), ('C', 'y', 7), ('D', 'y', NULL)\n\
                  ) AS t(unit, indicator, value)\n\
                  ORDER BY indicator DESC, unit DESC LIMIT 1",
        example_result: ["D {value: 11.0, imputed: true}"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 3.1 \
                    (regression imputation).",
    };
}

/// Fills by regressions.
#[derive(Debug)]
pub struct Regression {
    predictors: Option<usize>,
}

impl Crossing for Regression {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self { predictors: predictors(PAGE.name, constants)? })
    }

    fn fill(
        &self,
        matrix: &Matrix,
        name: impl Fn(usize) -> String,
    ) -> std::result::Result<Matrix, String> {
        let has_gap = |&j: &usize| matrix.column(j).iter().any(|x| x.is_nan());
        let targets: Vec<usize> = (0..matrix.columns()).filter(has_gap).collect();
        let mut filled = matrix.clone();
        let found = regressions(matrix, &targets, self.predictors);
        for (&j, found) in targets.iter().zip(found) {
            let found = match found {
                Ok(Some(found)) => found,
                Ok(None) => continue,
                Err(TooFew { predictors, n }) => {
                    return Err(format!(
                        "complete units must be at least {} for {} predictors, found {n} \
                         (indicator '{}'; fewer predictors: predictors => 1 uses the most correlated)",
                        predictors.len() + 2,
                        predictors.len(),
                        name(j)
                    ));
                }
            };
            for i in (0..matrix.rows()).filter(|&i| matrix.get(i, j).is_none()) {
                if let Some(x) = found.predict(|other| matrix.get(i, other)) {
                    filled.set(i, j, x);
                }
            }
        }
        Ok(filled)
    }
}
