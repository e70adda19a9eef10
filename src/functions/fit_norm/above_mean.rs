//! `norm_above_mean(value, fit)`: above, about or below the mean.

use super::parameters::VALUE;
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::{DIRECTION, FIT, SETTING};
use crate::kernel::scale;
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: norm_above_mean,
        family: Normalisation,
        syntax: [
            "norm_above_mean(value, fit, threshold => 0.2, direction => 1)",
            "norm_above_mean(value, threshold => 0.2, direction => 1) OVER (PARTITION BY indicator)",
        ],
        summary: "Above or below the mean: 1, 0 or -1 for values above, about and below the mean.",
        formula: "1 if x > mean + threshold |mean|, -1 if x < mean - threshold |mean|, else 0; \
                  direction -1: -1 above and 1 below",
        parameters: &[VALUE, SCALE, THRESHOLD, DIRECTION],
        over_parameters: Some(&[VALUE, THRESHOLD, DIRECTION]),
        returns: "DOUBLE: 1, 0 or -1; NULL for a NULL value or a NULL fit.",
        notes: "For a positive mean these are the handbook's bounds (1 + p) mean and (1 - p) mean; \
                for a negative one the handbook's bounds would change sides. A value on a bound \
                scores 0, and so does a constant reference set. The margin is a share of the mean, \
                so it has little meaning where the mean is close to 0 (centred data). The scale is \
                learned by fit_zscore. With OVER (...) the window is the reference set, and FILTER \
                (WHERE ...) restricts it.",
        errors: "A value that is NaN or infinite; a threshold below 0; direction other than 1 or -1.",
        example: "SELECT value, norm_above_mean(value) OVER () FROM (VALUES (3), (5), (NULL), (7)) AS t(value)",
        example_result: ["3 -1.0", "5 0.0", "NULL NULL", "7 1.0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5, table 3.",
    };
}

const SCALE: Parameter =
    Parameter { kind: Kind::Fit(&["mean"]), meaning: "scale learned by fit_zscore", ..FIT };

const THRESHOLD: Parameter = Parameter {
    name: "threshold",
    kind: Kind::Number,
    meaning: "width of the neutral region on either side of the mean, as a share of it; finite, 0 or more",
    default: DefaultValue::Number(0.2),
    ..SETTING
};

/// Applies the mean.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "norm_above_mean_fitted";

    type Given = [f64; 3];

    #[inline]
    fn score(x: f64, &[mean, threshold, direction]: &[f64; 3], _: &[f64]) -> Score {
        if threshold < 0.0 {
            return Err(format!("threshold must be >= 0, got {threshold}"));
        }
        Ok(Some(scale::above_mean(x, mean, threshold, direction)))
    }
}
