//! `norm_logistic(value, fit)`: the z-score on the logistic curve.

use super::parameters::VALUE;
use super::zscore::SCALE;
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::DIRECTION;
use crate::kernel::scale;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: norm_logistic,
        family: Normalisation,
        syntax: [
            "norm_logistic(value, fit, direction => 1)",
            "norm_logistic(value, direction => 1) OVER (PARTITION BY indicator)",
        ],
        summary: "Logistic normalisation: the z-score mapped to 0..1, with the mean at 0.5.",
        formula: "1 / (1 + exp(-z)), z = direction (x - mean) / sd",
        parameters: &[VALUE, SCALE, DIRECTION],
        over_parameters: Some(&[VALUE, DIRECTION]),
        returns: "DOUBLE between 0 and 1; NULL for a NULL value, a NULL fit, or a reference set of \
                  fewer than two values or of equal values.",
        notes: "Less sensitive to outliers than norm_minmax: a value two standard deviations above \
                the mean scores 0.88, three 0.95. The scale is learned by fit_zscore (divisor n - \
                1). With OVER (...) the window is the reference set, and FILTER (WHERE ...) \
                restricts it.",
        errors: "A value that is NaN or infinite; direction other than 1 or -1.",
        example: "SELECT value, round(norm_logistic(value) OVER (), 4)\n\
                  FROM (VALUES (2), (5), (NULL), (8)) AS t(value)",
        example_result: ["2 0.2689", "5 0.5", "NULL NULL", "8 0.7311"],
        reference: "Pyle, D. (1999), Data Preparation for Data Mining, Morgan Kaufmann (softmax \
                    scaling, which has a further factor on z; here it is 1). Not in the handbook.",
    };
}

/// Applies mean and standard deviation.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "norm_logistic_fitted";

    type Given = [f64; 3];

    #[inline]
    fn score(x: f64, &[mean, sd, direction]: &[f64; 3], _: &[f64]) -> Score {
        if sd < 0.0 {
            return Err(format!("fit must have sd >= 0, got {sd}"));
        }
        Ok(scale::logistic(x, (mean, sd), direction))
    }
}
