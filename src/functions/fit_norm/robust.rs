//! `fit_robust(value)` and `norm_robust(value, fit)`: distance from the median in median absolute
//! deviations.

use super::learned::Learned;
use super::parameters::VALUE;
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::{DIRECTION, FIT, SETTING};
use crate::kernel::{Values, median_deviation, scale};
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static FIT_PAGE = Page {
        name: fit_robust,
        family: Fit,
        syntax: ["fit_robust(value)"],
        summary: "Learns the median and the median absolute deviation of a reference set.",
        formula: "median = median(x), mad = median(|x - median|)",
        parameters: &[VALUE],
        returns: "STRUCT(median DOUBLE, mad DOUBLE, n BIGINT), in the unit of measurement of the \
                  value; NULL if the reference set has no values.",
        notes: "mad is unscaled; the factor that makes it comparable to a standard deviation is an \
                argument of norm_robust. All values of a group are held in memory.",
        errors: "A value that is NaN or infinite, or two so far apart that their difference is; \
                 DISTINCT.",
        example: "SELECT fit_robust(value) FROM (VALUES (2), (4), (NULL), (9)) AS t(value)",
        example_result: ["{median: 4.0, mad: 2.0, n: 3}"],
        reference: "Rousseeuw and Croux (1993), Alternatives to the median absolute deviation, JASA 88.",
    };
}

page! {
    pub static NORM_PAGE = Page {
        name: norm_robust,
        family: Normalisation,
        syntax: [
            "norm_robust(value, fit, direction => 1, consistency => 1.4826)",
            "norm_robust(value, direction => 1, consistency => 1.4826) OVER (PARTITION BY indicator)",
        ],
        summary: "Robust z-score: distance from the median in median absolute deviations.",
        formula: "direction (x - median) / (consistency mad)",
        parameters: &[VALUE, SCALE, DIRECTION, CONSISTENCY],
        over_parameters: Some(&[VALUE, DIRECTION, CONSISTENCY]),
        returns: "DOUBLE; NULL for a NULL value, a NULL fit, or a reference set in which half or \
                  more of the values are equal (mad 0).",
        notes: "Up to half of the values may be outliers without affecting the scores of the \
                others. With OVER (...) the window is the reference set, and FILTER (WHERE ...) \
                restricts it.",
        errors: "A value that is NaN or infinite; direction other than 1 or -1; consistency not \
                 above 0.",
        example: "SELECT value, norm_robust(value, consistency => 1) OVER ()\n\
                  FROM (VALUES (2), (4), (NULL), (9)) AS t(value)",
        example_result: ["2 -1.0", "4 0.0", "NULL NULL", "9 2.5"],
        reference: "Rousseeuw and Croux (1993), Alternatives to the median absolute deviation, JASA 88.",
    };
}

const SCALE: Parameter = Parameter {
    kind: Kind::Fit(&["median", "mad"]),
    meaning: "scale learned by fit_robust",
    ..FIT
};

const CONSISTENCY: Parameter = Parameter {
    name: "consistency",
    kind: Kind::Number,
    meaning: "factor of mad: 1.4826 makes it estimate the standard deviation of normal data; \
              finite, above 0",
    default: DefaultValue::Number(1.4826),
    ..SETTING
};

/// Learns median and median absolute deviation.
#[derive(Debug)]
pub struct Fit;

impl Learned for Fit {
    type State = Values;

    const PAGE: &'static Page = &FIT_PAGE;
    const NUMBERS: &'static [&'static str] = &["median", "mad"];
    const TOO_LARGE: &'static str = "the difference of two values exceeds the range of DOUBLE";

    #[inline]
    fn update(state: &mut Values, x: f64) -> Result<(), String> {
        state.update(x);
        Ok(())
    }

    fn n(state: &Values) -> f64 {
        state.n()
    }

    fn numbers(state: &Values) -> Option<Vec<Option<f64>>> {
        let (median, mad) = median_deviation(&state.sorted())?;
        Some(vec![Some(median), Some(mad)])
    }
}

/// Applies them.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &NORM_PAGE;
    const FITTED: &'static str = "norm_robust_fitted";

    type Given = [f64; 4];

    #[inline]
    fn score(x: f64, &[median, mad, direction, consistency]: &[f64; 4], _: &[f64]) -> Score {
        if consistency <= 0.0 {
            return Err(format!("consistency must be > 0, got {consistency}"));
        }
        if mad < 0.0 {
            return Err(format!("fit must have mad >= 0, got {mad}"));
        }
        Ok(scale::deviation(x, (median, consistency * mad), direction))
    }
}
