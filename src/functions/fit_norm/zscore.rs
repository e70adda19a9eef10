//! `fit_zscore(value)` and `norm_zscore(value, fit)`: distance from the mean in standard
//! deviations.

use super::{DIRECTION, Learned, VALUE, check_direction};
use crate::functions::engine::normalise::Normalisation;
use crate::functions::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};
use crate::kernel::{Moments, scale};

page! {
    /// What `fit_zscore` is and does.
    pub static FIT = Page {
        name: "fit_zscore",
        family: Fit,
        syntax: ["fit_zscore(value)"],
        summary: "Learns the mean and the sample standard deviation of a reference set.",
        formula: "mean = Σx / n, sd = sqrt(Σ(x - mean)² / (n - 1))",
        parameters: [VALUE],
        over_parameters: None,
        returns: "STRUCT(mean DOUBLE, sd DOUBLE, n BIGINT), in the unit of the value; NULL when \
                  the reference set has no values. sd is NULL for one value and exactly 0 where \
                  all are the same.",
        notes: "Sums are carried in twice the precision of DOUBLE, so the split over partitions \
                and the order of rows do not show, even where the mean is a million times the \
                deviation.",
        errors: "A value that is NaN or infinite, or so large that the sum of all is not a DOUBLE; DISTINCT.",
        example: "SELECT fit_zscore(value) FROM (VALUES (2), (5), (NULL), (8)) AS t(value)",
        example_result: ["{mean: 5.0, sd: 3.0, n: 3}"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5.",
    };
}

page! {
    /// What `norm_zscore` is and does.
    pub static NORM = Page {
        name: "norm_zscore",
        family: Normalisation,
        syntax: [
            "norm_zscore(value, fit, mean => 0, sd => 1, direction => 1)",
            "norm_zscore(value, mean => 0, sd => 1, direction => 1) OVER (PARTITION BY indicator)",
        ],
        summary: "Standardisation: the reference set gets the mean and standard deviation asked for.",
        formula: "mean + sd direction (x - mean of the reference set) / (its sd)",
        parameters: [VALUE, SCALE, MEAN, SD, DIRECTION],
        over_parameters: Some(&[VALUE, MEAN, SD, DIRECTION]),
        returns: "DOUBLE; NULL for a NULL value, a NULL fit, or a reference set of fewer than two \
                  values or of equal values.",
        notes: "Scores have no bounds. The sd is that of a sample, with n - 1, as in the handbook, R and COINr; \
                sd => sqrt(n / (n - 1.0)) for n values gives the z-scores that divide by n. With OVER (...) the window is the reference set, and \
                FILTER (WHERE ...) narrows it.",
        errors: "A value that is NaN or infinite; direction other than 1 or -1; sd not above 0.",
        example: "SELECT value, norm_zscore(value, mean => 100, sd => 15) OVER ()\n\
                  FROM (VALUES (2), (5), (NULL), (8)) AS t(value)",
        example_result: ["2 85.0", "5 100.0", "NULL NULL", "8 115.0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5.",
    };
}

pub(super) const SCALE: Parameter = Parameter {
    name: "fit",
    role: Role::Fit,
    kind: Kind::Fit(&["mean", "sd"]),
    meaning: "scale learned by fit_zscore",
    null: Null::Means("no score"),
    default: DefaultValue::Required,
};

const MEAN: Parameter = Parameter {
    name: "mean",
    role: Role::Setting,
    kind: Kind::Number,
    meaning: "mean that the scores of the reference set shall have; finite",
    null: Null::Error,
    default: DefaultValue::Number(0.0),
};

const SD: Parameter = Parameter {
    name: "sd",
    role: Role::Setting,
    kind: Kind::Number,
    meaning: "standard deviation that they shall have; finite, above 0",
    null: Null::Error,
    default: DefaultValue::Number(1.0),
};

/// Learns mean and standard deviation.
#[derive(Debug)]
pub(crate) struct Fit;

impl Learned for Fit {
    type State = Moments;

    const PAGE: &'static Page = &FIT;
    const NUMBERS: &'static [&'static str] = &["mean", "sd"];
    const TOO_LARGE: &'static str = "value must be small enough for the sum to be a DOUBLE";

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
pub(crate) struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &NORM;
    const FITTED: &'static str = "norm_zscore_fitted";

    #[inline]
    fn score(x: f64, numbers: &[f64], _: &[f64]) -> Result<Option<f64>, String> {
        let &[mean, sd, to_mean, to_sd, direction] = numbers else {
            return Err("five numbers are needed".into());
        };
        check_direction(direction)?;
        if to_sd <= 0.0 {
            return Err(format!("sd must be > 0, got {to_sd}"));
        }
        if sd < 0.0 {
            return Err(format!("fit must have sd >= 0, got {sd}"));
        }
        Ok(scale::zscore(x, (mean, sd), (to_mean, to_sd), direction))
    }
}
