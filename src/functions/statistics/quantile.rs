//! `stat_quantile(value, p, weight)`: a quantile, with or without weights.

use datafusion::common::{Result, plan_err};

use super::{VALUE, WEIGHT};
use crate::functions::engine::arguments::Constants;
use crate::functions::page::{Kind, Page, Parameter, page};
use crate::functions::weighted::Statistic;
use crate::kernel;

page! {
    /// What `stat_quantile` is and does.
    pub static PAGE = Page {
        name: "stat_quantile",
        family: Statistics,
        syntax: ["stat_quantile(value, p, weight => 1)"],
        summary: "Quantile of the values, linear between neighbours, weighted if wanted.",
        formula: "linear between the points (t_k, x_k) of the sorted values with t_k = (S_k - w_k/2 - w_1/2) / \
                  (S_n - w_1/2 - w_n/2), S_k = w_1 + ... + w_k; equal weights: t_k = (k - 1) / (n - 1)",
        parameters: [VALUE, P, WEIGHT],
        over_parameters: None,
        returns: "DOUBLE in the unit of the value; the value itself if there is but one; NULL if there is none.",
        notes: "With equal weights it is type 7 of Hyndman and Fan, the default of R, numpy and \
                Excel's PERCENTILE.INC. The weighted form is the rule of weighted percentiles \
                (each value at the middle of its weight) stretched so that p = 0 is the smallest \
                and p = 1 the largest value; only the proportions of weights matter. Equal values \
                are sorted by weight. Holds all values of a group in memory.",
        errors: "A value that is NaN or infinite; a weight that is NaN, infinite or negative; p \
                 outside 0 to 1 or not a constant; DISTINCT.",
        example: "SELECT stat_quantile(value, 0.25), stat_quantile(value, 0.25, weight)\n\
                  FROM (VALUES (10, 1), (20, 2), (40, 1)) AS t(value, weight)",
        example_result: ["15.0 15.0"],
        reference: "Hyndman, R. J. and Fan, Y. (1996), Sample quantiles in statistical packages, The American Statistician 50(4), 361-365.",
    };
}

const P: Parameter = Parameter {
    name: "p",
    kind: Kind::Constant,
    meaning: "share of the values below the quantile, 0 to 1; 0.5 is the median",
    null: "error",
    default: None,
};

/// A quantile.
#[derive(Debug)]
pub(crate) struct Quantile {
    p: f64,
}

impl Statistic for Quantile {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants<'_>) -> Result<Self> {
        let p = constants.number(P.name)?;
        if !(0.0..=1.0).contains(&p) {
            return plan_err!("{}: p must be between 0 and 1, got {p}", PAGE.name);
        }
        Ok(Self { p })
    }

    fn answer(&self, rows: &[(f64, f64)]) -> Result<Option<f64>, String> {
        Ok(kernel::weighted_quantile(rows, self.p))
    }
}
