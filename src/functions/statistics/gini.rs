//! `stat_gini(value, weight)`: Gini coefficient.

use datafusion::common::Result;

use super::parameters::WEIGHT;
use crate::arguments::constants::Constants;
use crate::functions::parameters::VALUE;
use crate::functions::weighted::Statistic;
use crate::kernel::{self, Domain};
use crate::page::{Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: stat_gini,
        family: Statistics,
        syntax: ["stat_gini(value, weight => 1)"],
        summary: "Gini coefficient: how unequally a total is distributed over the units.",
        formula: "Σ_i Σ_j w_i w_j |x_i - x_j| / (2 (Σ w)² mean) with mean = Σ w x / Σ w",
        parameters: &[AMOUNT, WEIGHT],
        returns: "DOUBLE, dimensionless, from 0 (all values equal) to 1; NULL without values or if \
                  all are 0.",
        notes: "The coefficient of the given units: if one of n units has the whole total it is (n \
                - 1) / n. Multiply by n / (n - 1) for an estimate from a sample. A row of weight k \
                is equivalent to k equal rows. All values of a group are held in memory.",
        errors: "A value that is NaN, infinite or negative (unless its weight is 0); a weight that \
                 is NaN, infinite or negative; DISTINCT.",
        example: "SELECT stat_gini(value) FROM (VALUES (1), (3), (NULL)) AS t(value)",
        example_result: ["0.25"],
        reference: "Cowell, F. A. (2011), Measuring Inequality, 3rd edition, Oxford University Press.",
    };
}

pub const AMOUNT: Parameter = Parameter { meaning: "an amount; finite, >= 0", ..VALUE };

pub fn check_amount(x: f64) -> Result<(), Domain> {
    if x >= 0.0 { Ok(()) } else { Err(Domain::new("finite and >= 0")) }
}

/// The Gini coefficient.
#[derive(Debug)]
pub struct Gini;

impl Statistic for Gini {
    const PAGE: &'static Page = &PAGE;

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn check(&self, x: f64) -> Result<(), Domain> {
        check_amount(x)
    }

    fn answer(&self, rows: &[(f64, f64)]) -> Result<Option<f64>, String> {
        Ok(kernel::gini(rows))
    }
}
