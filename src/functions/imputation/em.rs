//! `impute_em(value, unit, indicator)`: missing values as a multivariate normal distribution expects
//! them, its parameters by maximum likelihood.

use datafusion::common::{Result, plan_err};

use super::cross::Crossing;
use super::parameters::{INDICATOR, UNIT, VALUE};
use crate::arguments::constants::Constants;
use crate::functions::parameters::SETTING;
use crate::kernel::{Matrix, em};
use crate::page::{DefaultValue, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: impute_em,
        family: Imputation,
        syntax: [
            "impute_em(value, unit, indicator, tolerance => 0.000001, iterations => 1000) \
             OVER (PARTITION BY period)",
        ],
        summary: "Imputes missing values by their expectation under a multivariate normal \
                  distribution, estimated by maximum likelihood (EM algorithm).",
        formula: "m_M + S_MO S_OO^-1 (x_O - m_O) for the missing indicators M of a unit given its \
                  observed ones O; m, S: the means and covariances of the largest likelihood of all \
                  observed values",
        parameters: &[VALUE, UNIT, INDICATOR, TOLERANCE, ITERATIONS],
        window_only: true,
        returns: "STRUCT(value DOUBLE, imputed BOOLEAN), in the unit of measurement of the value; \
                  NULL if the unit has no other value in the partition, or if the indicator is \
                  constant or has no values.",
        notes: "Observed values are not changed. Every observed value counts, also those of units with \
                gaps; each gap is filled from whatever the unit has. It is valid where values are \
                missing at random given those that are observed, and best where they are about \
                normal: transform skewed indicators before (in the query of the panel: transform \
                of a framework comes after imputation). Deterministic: it starts at the means and \
                variances of the observed values (covariances 0), and ends when no mean and no \
                covariance changes by more than tolerance, in standard deviations of the observed \
                values. Constant indicators take no part. Covariances are those of maximum likelihood \
                (divided by n). The work grows with the number of different patterns of gaps \
                times the cube of the number of indicators. For a panel over all periods let the unit be struct(unit, period). In \
                an index the indicators are all those of the framework, whatever their parents, and \
                the rows are those of treatment_reference and imputation_group. Imputed \
                values have no residual: the variance is understated.",
        errors: "A value that is NaN or infinite; unit or indicator NULL; two rows of one unit and \
                 indicator in a partition; no more units with a value than indicators; two indicators \
                 that no unit has both of; an indicator that is a linear combination of those before it; no convergence within so many iterations; \
                 tolerance not above 0; iterations not a whole number from 1.",
        example: "SELECT unit, round(y['value'], 4) AS y FROM (\n\
                  \x20 SELECT unit, indicator, impute_em(value, unit, indicator) OVER () AS y FROM (VALUES\n\
                  \x20 ('A', 'x', 1), ('B', 'x', 2), ('C', 'x', 3), ('D', 'x', 4), ('E', 'x', 5),\n\
                  \x20 ('A', 'y', 2), ('B', 'y', 3), ('C', 'y', 5), ('D', 'y', 6), ('E', 'y', NULL)\n\
                  ) AS t(unit, indicator, value))\n\
                  WHERE unit = 'E' AND indicator = 'y'",
        example_result: ["E 7.5"],
        reference: "Dempster, Laird & Rubin (1977), Maximum likelihood from incomplete data via the EM \
                    algorithm; Little & Rubin (2002), Statistical Analysis with Missing Data, section \
                    11.2; OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 3.1 \
                    (expectation maximisation).",
    };
}

const TOLERANCE: Parameter = Parameter {
    name: "tolerance",
    meaning: "largest change of a mean or covariance at which the iterations end, in standard \
              deviations; > 0",
    default: DefaultValue::Number(1e-6),
    ..SETTING
};

const ITERATIONS: Parameter = Parameter {
    name: "iterations",
    meaning: "number of iterations at the most, a whole number from 1",
    default: DefaultValue::Number(1000.0),
    ..SETTING
};

const MOST_ITERATIONS: u64 = 1_000_000;

/// Fills by expectations.
#[derive(Debug)]
pub struct Em(em::Limits);

impl Crossing for Em {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        let tolerance = constants.number(TOLERANCE.name)?;
        if !(tolerance > 0.0 && tolerance.is_finite()) {
            return plan_err!("{}: tolerance must be above 0, got {tolerance}", PAGE.name);
        }
        let iterations = constants.whole(ITERATIONS.name, 1..=MOST_ITERATIONS)? as usize;
        Ok(Self(em::Limits { tolerance, iterations }))
    }

    fn fill(
        &self,
        matrix: &Matrix,
        name: impl Fn(usize) -> String,
    ) -> std::result::Result<Matrix, String> {
        match em::fill(matrix, self.0) {
            Ok(filled) => Ok(filled),
            Err(em::Failure::TooFew { units, indicators }) => Err(format!(
                "units with a value must be more than indicators, found {units} for {indicators} \
                 (fewer indicators, or impute_regression with few predictors)"
            )),
            Err(em::Failure::NeverTogether(i, j)) => Err(format!(
                "each two indicators must have a unit with values of both, found '{}' and '{}' without \
                 (leave one of them out, or impute_regression)",
                name(i),
                name(j)
            )),
            Err(em::Failure::Dependent(j)) => Err(format!(
                "indicators must not be linear combinations of others, found '{}' (leave it out, or \
                 impute_regression with few predictors)",
                name(j)
            )),
            Err(em::Failure::NotConverged(change)) => Err(format!(
                "changes must fall to tolerance {:e} within {} iterations, found {change:e} (more \
                 iterations, or fewer indicators with gaps)",
                self.0.tolerance, self.0.iterations
            )),
        }
    }
}
