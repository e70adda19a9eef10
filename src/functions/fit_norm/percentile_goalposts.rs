//! `fit_percentiles(value)` and `norm_percentile_goalposts(value, fit)`: goalposts that are
//! percentiles of a reference set.

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err, plan_err};

use super::goalposts::TRUNCATE;
use super::parameters::{LOWEST, SCALE, VALUE, check_scores};
use super::scales::{scale_type, scales};
use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::aggregate::Method;
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::{self, DIRECTION, SETTING};
use crate::kernel::{Values, quantile, scale};
use crate::page::{DefaultValue, Kind, Page, Parameter, page};
use crate::types::doubles;

page! {
    pub static FIT_PAGE = Page {
        name: fit_percentiles,
        family: Fit,
        syntax: ["fit_percentiles(value, lower_share => 0.025, upper_share => 0.975)"],
        summary: "Learns two percentiles of a reference set, to be goalposts.",
        formula: "lower = Q(lower_share), upper = Q(upper_share); Q(p) linear between the sorted \
                  values x_k at (k - 1) / (n - 1), type 7 of Hyndman and Fan",
        parameters: &[VALUE, LOWER_SHARE, UPPER_SHARE],
        returns: "STRUCT(lower DOUBLE, upper DOUBLE, n BIGINT), in the unit of measurement of the \
                  value; NULL if the reference set has no values.",
        notes: "Shares are counted from the smallest value, whatever the direction: 0 is the \
                minimum, 1 the maximum. The quantile is that of stat_quantile without weights. All \
                values of a group are held in memory.",
        errors: "A value that is NaN or infinite, or two so far apart that their difference is; \
                 lower_share not below upper_share, or one of them outside 0 to 1 or not a \
                 constant; DISTINCT.",
        example: "SELECT fit_percentiles(value, 0.25, 0.75) FROM (VALUES (2), (4), (NULL), (9)) AS t(value)",
        example_result: ["{lower: 3.0, upper: 6.5, n: 3}"],
        reference: "Lafortune, G. et al. (2018), SDG Index and Dashboards: Detailed methodological \
                    paper, SDSN: the 2.5th percentile is the worse bound.",
    };
}

page! {
    pub static NORM_PAGE = Page {
        name: norm_percentile_goalposts,
        family: Normalisation,
        syntax: [
            "norm_percentile_goalposts(value, fit, scale => 1, direction => 1, truncate => true, lowest => 0)",
            "norm_percentile_goalposts(value, lower_share => 0.025, upper_share => 0.975, scale => 1, \
             direction => 1, truncate => true, lowest => 0) OVER (PARTITION BY indicator)",
        ],
        summary: "Percentile goalposts: the position of a value between two percentiles of the reference set.",
        formula: "lowest + (scale - lowest) (x - lower) / (upper - lower), limited to \
                  lowest..scale if truncate; direction -1: (upper - x) instead of (x - lower)",
        parameters: &[VALUE, FIT, SCALE, DIRECTION, TRUNCATE, LOWEST],
        over_parameters: Some(&[
            VALUE,
            LOWER_SHARE,
            UPPER_SHARE,
            SCALE,
            DIRECTION,
            TRUNCATE,
            LOWEST,
        ]),
        returns: "DOUBLE between lowest and scale (beyond if truncate is false); NULL for a NULL \
                  value, a NULL fit, or a reference set whose two percentiles are equal.",
        notes: "Outliers beyond the percentiles do not stretch the scale of the others. lower_share \
                => 0 and upper_share => 1 are norm_minmax. Shares are counted from the smallest \
                value: for the worst 2.5% alone give lower_share => 0.025, upper_share => 1, with \
                direction -1 lower_share => 0, upper_share => 0.975. The SDG Index takes the best \
                goalpost from targets: norm_goalposts with the lower or upper of fit_percentiles. \
                With OVER (...) the window is the reference set, and FILTER (WHERE ...) restricts \
                it.",
        errors: "A value that is NaN or infinite; direction other than 1 or -1; scale not above 0; \
                 lowest not below scale; lower_share not below upper_share, or one of them outside \
                 0 to 1 or not a constant.",
        example: "SELECT value, norm_percentile_goalposts(value, 0.25, 0.75, scale => 100) OVER ()\n\
                  FROM (VALUES (1), (2), (3), (4), (100)) AS t(value)",
        example_result: ["1 0.0", "2 0.0", "3 50.0", "4 100.0", "100 100.0"],
        reference: "Lafortune, G. et al. (2018), SDG Index and Dashboards: Detailed methodological \
                    paper, SDSN; Hyndman, R. J. and Fan, Y. (1996), Sample quantiles in statistical packages, The American \
                    Statistician 50(4), 361-365 (type 7).",
    };
}

const FIT: Parameter = Parameter {
    kind: Kind::Fit(&["lower", "upper"]),
    meaning: "scale learned by fit_percentiles",
    ..parameters::FIT
};

const LOWER_SHARE: Parameter = Parameter {
    name: "lower_share",
    kind: Kind::Constant,
    meaning: "share of the reference set below the lower goalpost, 0 to 1; 0 for the minimum",
    default: DefaultValue::Number(0.025),
    ..SETTING
};

const UPPER_SHARE: Parameter = Parameter {
    name: "upper_share",
    kind: Kind::Constant,
    meaning: "share of the reference set below the upper goalpost, above lower_share and at most 1; \
              1 for the maximum",
    default: DefaultValue::Number(0.975),
    ..SETTING
};

/// Learns two percentiles.
#[derive(Debug)]
pub struct Fit {
    shares: [f64; 2],
}

impl Method for Fit {
    type State = Values;
    type Columns = Float64Array;

    const PAGE: &'static Page = &FIT_PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        let lower = constants.number(LOWER_SHARE.name)?;
        let upper = constants.number(UPPER_SHARE.name)?;
        if !(0.0 <= lower && lower < upper && upper <= 1.0) {
            return plan_err!(
                "{}: lower_share and upper_share must ascend between 0 and 1, got {lower} and {upper}",
                FIT_PAGE.name
            );
        }
        Ok(Self { shares: [lower, upper] })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        doubles(&arguments[0])
    }

    #[inline]
    fn update(&self, state: &mut Values, values: &Float64Array, row: usize) -> Result<()> {
        number(FIT_PAGE.name, "value", values, row)?.into_iter().for_each(|x| state.update(x));
        Ok(())
    }

    fn result_type() -> DataType {
        scale_type(&["lower", "upper"])
    }

    fn finish(&self, states: &[Values]) -> Result<ArrayRef> {
        let fits = states.iter().map(|state| {
            let sorted = state.sorted();
            let posts = self.shares.map(|share| quantile(&sorted, share));
            if posts.iter().flatten().any(|post| !post.is_finite()) {
                return exec_err!(
                    "{}: the difference of two values exceeds the range of DOUBLE",
                    FIT_PAGE.name
                );
            }
            Ok((!sorted.is_empty()).then_some((posts, state.n())))
        });
        let fits: Result<Vec<_>> = fits.collect();
        Ok(scales(&["lower", "upper"], fits?.into_iter()))
    }
}

/// Applies them.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &NORM_PAGE;
    const FITTED: &'static str = "norm_percentile_goalposts_fitted";

    type Given = [f64; 6];

    #[inline]
    fn score(
        x: f64,
        &[lower, upper, scale, direction, truncate, lowest]: &[f64; 6],
        _: &[f64],
    ) -> Score {
        check_scores(lowest, scale)?;
        if lower > upper {
            return Err(format!("fit must have lower <= upper, got {lower} and {upper}"));
        }
        Ok(scale::goalposts(x, (lower, upper), (lowest, scale), direction, truncate != 0.0))
    }
}
