//! `stat_cronbach(unit, indicator, score)`: internal consistency of indicators.

use datafusion::common::Result;

use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, MatrixMethod, Shape};
use crate::functions::parameters::{INDICATOR, SCORE, UNIT};
use crate::kernel::{Matrix, cronbach};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: stat_cronbach,
        family: Statistics,
        syntax: ["stat_cronbach(unit, indicator, score)"],
        summary: "Cronbach's alpha: the internal consistency of a set of indicators.",
        formula: "k / (k - 1) (1 - sum_j var_j / sum_jl cov_jl), k indicators, covariances over the units that \
                  have both",
        parameters: &[UNIT, INDICATOR, SCORE],
        returns: "DOUBLE, at most 1, without a lower bound; NULL for fewer than two indicators, if \
                  two of them have fewer than two units in common, or if nothing varies.",
        notes: "Not standardised: scores must be on one scale and in one direction (the handbook's \
                table 11 is of z-scores). Raw values in different units of measurement give a \
                meaningless number. A usual threshold is 0.7.",
        errors: "A score that is NaN or infinite; a NULL unit or indicator; two rows of one unit and \
                 indicator; DISTINCT.",
        example: "SELECT round(stat_cronbach(unit, indicator, score), 4) AS alpha\n\
                  FROM (VALUES ('a', 'homes', 1), ('b', 'homes', 2), ('c', 'homes', 3),\n\
                               ('a', 'jobs', 1), ('b', 'jobs', 3), ('c', 'jobs', 2))\n\
                       AS t(unit, indicator, score)",
        example_result: ["0.6667"],
        reference: "Cronbach (1951), Coefficient alpha and the internal structure of tests; OECD/JRC (2008), \
                    Handbook on Constructing Composite Indicators, step 4; COINr, get_cronbach.",
    };
}

/// Cronbach's alpha.
#[derive(Debug)]
pub struct Cronbach;

impl MatrixMethod for Cronbach {
    const PAGE: &'static Page = &PAGE;
    const SHAPE: Shape = Shape::Number;

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        Ok(Answer::Number(cronbach(matrix)))
    }
}
