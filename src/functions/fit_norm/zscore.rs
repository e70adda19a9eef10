//! `fit_zscore(value)` and `norm_zscore(value, fit)`: distance from the mean in standard
//! deviations.

use super::learned::Learned;
use super::parameters::VALUE;
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::{DIRECTION, FIT, SETTING};
use crate::kernel::{Moments, scale};
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static FIT_PAGE = Page {
        name: fit_zscore,
        family: Fit,
        syntax: ["fit_zscore(value)"],
        summary: "Learns the mean and the sample standard deviation of a reference set.",
        formula: "mean = Σx / n, sd = sqrt(Σ(x - mean)² / (n - 1))",
        parameters: &[VALUE],
        returns: "STRUCT(mean DOUBLE, sd DOUBLE, n BIGINT), in the unit of measurement of the \
                  value; NULL if the reference set has no values. sd is NULL for one value and \
                  exactly 0 if all values are equal.",
        notes: "Sums are computed in twice the precision of DOUBLE, so that the result depends \
                neither on partitioning nor on the order of rows, even if the mean is a million \
                times the standard deviation. sd has the divisor n - 1; with sample => false \
                norm_zscore uses the divisor n instead.",
        errors: "A value that is NaN or infinite, or so large that the sum is beyond the range of \
                 DOUBLE; DISTINCT.",
        example: "SELECT fit_zscore(value) FROM (VALUES (2), (5), (NULL), (8)) AS t(value)",
        example_result: ["{mean: 5.0, sd: 3.0, n: 3}"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5.",
    };
}

page! {
    pub static NORM_PAGE = Page {
        name: norm_zscore,
        family: Normalisation,
        syntax: [
            "norm_zscore(value, fit, mean => 0, sd => 1, direction => 1, sample => true)",
            "norm_zscore(value, mean => 0, sd => 1, direction => 1, sample => true) \
             OVER (PARTITION BY indicator)",
        ],
        summary: "Standardisation: scores have the given mean and standard deviation over the \
                  reference set.",
        formula: "mean + sd direction (x - m) / s, m and s mean and standard deviation of the \
                  reference set; sample => false: s sqrt((n - 1) / n) instead of s",
        parameters: &[VALUE, SCALE_OF_N, MEAN, SD, DIRECTION, SAMPLE],
        over_parameters: Some(&[VALUE, MEAN, SD, DIRECTION, SAMPLE]),
        returns: "DOUBLE; NULL for a NULL value, a NULL fit, or a reference set of fewer than two \
                  values or of equal values.",
        notes: "Scores are unbounded. The standard deviation is that of a sample, with the divisor \
                n - 1, as in the handbook (table 15), R and COINr; sample => false has the divisor \
                n, as in Mazziotta and Pareto's index (agg_mpi). With OVER (...) the window is the \
                reference set, and FILTER (WHERE ...) restricts it.",
        errors: "A value that is NaN or infinite; direction other than 1 or -1; sd not above 0; \
                 with sample => false a fit with n below 2.",
        example: "SELECT value, norm_zscore(value, mean => 100, sd => 15) OVER ()\n\
                  FROM (VALUES (2), (5), (NULL), (8)) AS t(value)",
        example_result: ["2 85.0", "5 100.0", "NULL NULL", "8 115.0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5.",
    };
}

pub const SCALE: Parameter =
    Parameter { kind: Kind::Fit(&["mean", "sd"]), meaning: "scale learned by fit_zscore", ..FIT };

/// With the number of values, which tells the two deviations apart.
const SCALE_OF_N: Parameter = Parameter { kind: Kind::Fit(&["mean", "sd", "n"]), ..SCALE };

const MEAN: Parameter = Parameter {
    name: "mean",
    kind: Kind::Number,
    meaning: "mean of the scores of the reference set; finite",
    default: DefaultValue::Number(0.0),
    ..SETTING
};

const SD: Parameter = Parameter {
    name: "sd",
    kind: Kind::Number,
    meaning: "standard deviation of the scores of the reference set; finite, above 0",
    default: DefaultValue::Number(1.0),
    ..SETTING
};

const SAMPLE: Parameter = Parameter {
    name: "sample",
    kind: Kind::Boolean,
    meaning: "true: the reference set is a sample, divisor n - 1; false: it is the whole \
              population, divisor n",
    default: DefaultValue::Switch(true),
    ..SETTING
};

/// Learns mean and standard deviation.
#[derive(Debug)]
pub struct Fit;

impl Learned for Fit {
    type State = Moments;

    const PAGE: &'static Page = &FIT_PAGE;
    const NUMBERS: &'static [&'static str] = &["mean", "sd"];
    const TOO_LARGE: &'static str = "the sum of value exceeds the range of DOUBLE";

    #[inline]
    fn update(state: &mut Moments, x: f64) -> Result<(), String> {
        state.update(x);
        Ok(())
    }

    fn n(state: &Moments) -> f64 {
        state.n()
    }

    fn numbers(state: &Moments) -> Option<Vec<Option<f64>>> {
        Some(vec![Some(state.mean()?), state.sd()])
    }
}

/// Applies them.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &NORM_PAGE;
    const FITTED: &'static str = "norm_zscore_fitted";

    type Given = [f64; 7];

    #[inline]
    fn score(
        x: f64,
        &[mean, sd, n, to_mean, to_sd, direction, sample]: &[f64; 7],
        _: &[f64],
    ) -> Score {
        if to_sd <= 0.0 {
            return Err(format!("sd must be > 0, got {to_sd}"));
        }
        if sd < 0.0 {
            return Err(format!("fit must have sd >= 0, got {sd}"));
        }
        if sample != 0.0 {
            return Ok(scale::zscore(x, (mean, sd), (to_mean, to_sd), direction));
        }
        if n < 2.0 {
            return Err(format!("fit must have n >= 2 with sample => false, got {n}"));
        }
        let sd = sd * ((n - 1.0) / n).sqrt();
        Ok(scale::zscore(x, (mean, sd), (to_mean, to_sd), direction))
    }
}
