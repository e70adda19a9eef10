//! `stat_quantile(value, p, weight)`: a quantile, with or without weights.

use datafusion::common::{Result, plan_err};

use crate::arguments::constants::Constants;
use crate::functions::parameters::{SETTING, VALUE};
use crate::functions::weighted::Statistic;
use crate::kernel;
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: stat_quantile,
        family: Statistics,
        syntax: ["stat_quantile(value, p)", "stat_quantile(value, p, weight)"],
        summary: "Quantile of the values, with or without weights.",
        formula: "without weight: linear between the sorted values x_k at (k - 1) / (n - 1), type \
                  7 of Hyndman and Fan; with weight: the x with at most p of the weight below it \
                  and at most 1 - p above; if this holds for all x from x_k to x_(k+1), (x_k + \
                  x_(k+1)) / 2",
        parameters: &[VALUE, P, WEIGHT],
        returns: "DOUBLE, in the unit of measurement of the value; NULL without values.",
        notes: "Two definitions; the presence of the argument weight decides. Without it the \
                quantile is of type 7, the default of R, numpy and Excel's PERCENTILE.INC. With \
                it, equal weights included, it is the weighted quantile: an observed value or the \
                mean of two. For p = 0.5 and equal weights both are the ordinary median; otherwise \
                they may differ: the 0.9 quantile of 1, 2, 4 and 8 is 6.8 without weights and 8 \
                with weights of 1. In the weighted definition a row of weight 2 is equivalent to \
                two rows of weight 1, which does not hold for interpolation by position. Only the \
                proportions of weights matter; rows of weight 0 are excluded. p = 0 gives the \
                smallest and p = 1 the largest value. Sums of weights that differ by less than \
                1e-12 of the total are equal. All values of a group are held in memory.",
        errors: "A value that is NaN or infinite; a weight that is NaN, infinite or negative; p \
                 outside 0 to 1 or not a constant; DISTINCT.",
        example: "SELECT stat_quantile(value, 0.25), stat_quantile(value, 0.3), stat_quantile(value, 0.3, weight)\n\
                  FROM (VALUES (10, 1), (20, 2), (40, 1)) AS t(value, weight)",
        example_result: ["15.0 16.0 20.0"],
        reference: "Hyndman, R. J. and Fan, Y. (1996), Sample quantiles in statistical packages, The American \
                    Statistician 50(4), 361-365 (type 7; they have no weights). With weights: the \
                    definition of the weighted median as in R's spatstat, weighted.median of type 2, for any p.",
    };
}

const WEIGHT: Parameter = Parameter {
    meaning: "weight of the row, such as its population; finite, >= 0; rows of weight 0 are \
              excluded before their value is checked. Not given, or NULL for all rows: no weights, \
              type 7",
    default: DefaultValue::Null,
    ..super::parameters::WEIGHT
};

const P: Parameter = Parameter {
    name: "p",
    kind: Kind::Constant,
    meaning: "share of the values below the quantile, 0 to 1; 0.5 for the median",
    default: DefaultValue::Required,
    ..SETTING
};

/// A quantile.
#[derive(Debug)]
pub struct Quantile {
    p: f64,
    is_weighted: bool,
}

impl Statistic for Quantile {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        let p = constants.number(P.name)?;
        if !(0.0..=1.0).contains(&p) {
            return plan_err!("{}: p must be between 0 and 1, got {p}", PAGE.name);
        }
        Ok(Self { p, is_weighted: constants.is_given(WEIGHT.name) })
    }

    fn is_weighted(&self) -> bool {
        self.is_weighted
    }

    fn answer(&self, rows: &[(f64, f64)]) -> Result<Option<f64>, String> {
        if self.is_weighted {
            return Ok(kernel::weighted_quantile(rows, self.p));
        }
        let values: Vec<f64> = rows.iter().map(|row| row.0).collect();
        Ok(kernel::quantile(&values, self.p))
    }
}
