//! `stat_theil(value, weight)`: Theil's T.

use datafusion::common::Result;

use super::gini::{AMOUNT, check_amount};
use super::parameters::WEIGHT;
use crate::arguments::constants::Constants;
use crate::functions::weighted::Statistic;
use crate::kernel::{self, Domain};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: stat_theil,
        family: Statistics,
        syntax: ["stat_theil(value, weight => 1)"],
        summary: "Theil's T: how unequally a total is distributed over the units; decomposable \
                  into groups.",
        formula: "Σ w (x / mean) ln(x / mean) / Σ w with mean = Σ w x / Σ w and 0 ln 0 = 0",
        parameters: &[AMOUNT, WEIGHT],
        returns: "DOUBLE, dimensionless, from 0 (all values equal) to ln n, with weights to ln(Σ w \
                  / min w); NULL without values or if all are 0.",
        notes: "A row of weight k is equivalent to k equal rows: values per head weighted by \
                population give the usual regional Theil index. All values of a group are held in \
                memory.",
        errors: "A value that is NaN, infinite or negative (unless its weight is 0); a weight that \
                 is NaN, infinite or negative; DISTINCT.",
        example: "SELECT round(stat_theil(value), 9) FROM (VALUES (1), (3), (NULL)) AS t(value)",
        example_result: ["0.130812036"],
        reference: "Theil, H. (1967), Economics and Information Theory, North-Holland, Amsterdam.",
    };
}

/// Theil's T.
#[derive(Debug)]
pub struct Theil;

impl Statistic for Theil {
    const PAGE: &'static Page = &PAGE;

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn check(&self, x: f64) -> Result<(), Domain> {
        check_amount(x)
    }

    fn answer(&self, rows: &[(f64, f64)]) -> Result<Option<f64>, String> {
        Ok(kernel::theil(rows))
    }
}
