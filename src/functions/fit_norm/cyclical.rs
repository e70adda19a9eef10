//! `fit_cyclical(value)` and `norm_cyclical(value, fit)`: distance from the mean in mean absolute
//! deviations.

use super::learned::Learned;
use super::parameters::VALUE;
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::{DIRECTION, FIT};
use crate::kernel::{Values, mean_deviation, scale};
use crate::page::{Kind, Page, Parameter, page};

page! {
    pub static FIT_PAGE = Page {
        name: fit_cyclical,
        family: Fit,
        syntax: ["fit_cyclical(value)"],
        summary: "Learns the mean and the mean absolute deviation of a reference set.",
        formula: "mean = Σx / n, deviation = Σ|x - mean| / n",
        parameters: &[VALUE],
        returns: "STRUCT(mean DOUBLE, deviation DOUBLE, n BIGINT), in the unit of measurement of \
                  the value; NULL if the reference set has no values. deviation is exactly 0 if \
                  all values are equal.",
        notes: "The reference set is one series: group or partition by unit and indicator. All \
                values of a group are held in memory.",
        errors: "A value that is NaN or infinite, or so large that the sum is; DISTINCT.",
        example: "SELECT fit_cyclical(value) FROM (VALUES (2), (4), (NULL), (9)) AS t(value)",
        example_result: ["{mean: 5.0, deviation: 2.6666666666666665, n: 3}"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5, table 3.",
    };
}

page! {
    pub static NORM_PAGE = Page {
        name: norm_cyclical,
        family: Normalisation,
        syntax: [
            "norm_cyclical(value, fit, direction => 1)",
            "norm_cyclical(value, direction => 1) OVER (PARTITION BY unit, indicator)",
        ],
        summary: "Cyclical indicators: distance from the mean over time in mean absolute deviations.",
        formula: "direction (x - mean) / deviation",
        parameters: &[VALUE, SCALE, DIRECTION],
        over_parameters: Some(&[VALUE, DIRECTION]),
        returns: "DOUBLE, with a mean absolute value of 1 over the reference set; NULL for a NULL \
                  value, a NULL fit, or a reference set of equal values.",
        notes: "Series of different amplitude are brought to the same amplitude, so that none \
                dominates a composite leading indicator; with direction -1 a countercyclical \
                series is inverted. The handbook adds 100 afterwards to obtain an index. With OVER \
                (...) the window is the reference set, and FILTER (WHERE ...) restricts it.",
        errors: "A value that is NaN or infinite; direction other than 1 or -1.",
        example: "SELECT period, norm_cyclical(value) OVER ()\n\
                  FROM (VALUES (2014, 1), (2015, 3), (2016, 5), (2017, 7)) AS t(period, value)",
        example_result: ["2014 -1.5", "2015 -0.5", "2016 0.5", "2017 1.5"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5, table 3; \
                    OECD System of Composite Leading Indicators.",
    };
}

const SCALE: Parameter = Parameter {
    kind: Kind::Fit(&["mean", "deviation"]),
    meaning: "scale learned by fit_cyclical",
    ..FIT
};

/// Learns mean and mean absolute deviation.
#[derive(Debug)]
pub struct Fit;

impl Learned for Fit {
    type State = Values;

    const PAGE: &'static Page = &FIT_PAGE;
    const NUMBERS: &'static [&'static str] = &["mean", "deviation"];
    const TOO_LARGE: &'static str = "the sum of value exceeds the range of DOUBLE";

    #[inline]
    fn update(state: &mut Values, x: f64) -> Result<(), String> {
        state.update(x);
        Ok(())
    }

    fn n(state: &Values) -> f64 {
        state.n()
    }

    fn numbers(state: &Values) -> Option<Vec<Option<f64>>> {
        let (mean, deviation) = mean_deviation(&state.sorted())?;
        Some(vec![Some(mean), Some(deviation)])
    }
}

/// Applies them.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &NORM_PAGE;
    const FITTED: &'static str = "norm_cyclical_fitted";

    type Given = [f64; 3];

    #[inline]
    fn score(x: f64, &[mean, deviation, direction]: &[f64; 3], _: &[f64]) -> Score {
        if deviation < 0.0 {
            return Err(format!("fit must have deviation >= 0, got {deviation}"));
        }
        Ok(scale::deviation(x, (mean, deviation), direction))
    }
}
