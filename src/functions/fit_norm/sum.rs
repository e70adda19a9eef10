//! `fit_sum(value)` and `norm_sum(value, fit)`: shares of the sum.

use super::learned::Learned;
use super::parameters::VALUE;
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::{DIRECTION, FIT};
use crate::kernel::{Shares, scale};
use crate::page::{Kind, Page, Parameter, page};

page! {
    pub static FIT_PAGE = Page {
        name: fit_sum,
        family: Fit,
        syntax: ["fit_sum(value)"],
        summary: "Learns the sum of the values of a reference set, and that of their reciprocals.",
        formula: "sum = Σx, reciprocal = 1 / Σ(1/x)",
        parameters: &[VALUE],
        returns: "STRUCT(sum DOUBLE, reciprocal DOUBLE, n BIGINT), in the unit of measurement of \
                  the value; NULL if the reference set has no values. reciprocal is 0 if any value \
                  is 0.",
        notes: "Sums are computed in twice the precision of DOUBLE.",
        errors: "A value that is NaN, infinite or negative (it has no share of a sum); a sum \
                 beyond the range of DOUBLE; DISTINCT.",
        example: "SELECT fit_sum(value) FROM (VALUES (2), (4), (NULL), (4)) AS t(value)",
        example_result: ["{sum: 10.0, reciprocal: 1.0, n: 3}"],
        reference: "pymcdm, sum_normalization.",
    };
}

page! {
    pub static NORM_PAGE = Page {
        name: norm_sum,
        family: Normalisation,
        syntax: [
            "norm_sum(value, fit, direction => 1)",
            "norm_sum(value, direction => 1) OVER (PARTITION BY indicator)",
        ],
        summary: "Sum normalisation: shares of the sum, so that the scores sum to 1.",
        formula: "x / Σx; direction -1: (1/x) / Σ(1/x)",
        parameters: &[VALUE, SCALE, DIRECTION],
        over_parameters: Some(&[VALUE, DIRECTION]),
        returns: "DOUBLE between 0 and 1 for values of the reference set; NULL for a NULL value, a \
                  NULL fit, or a reference set of zeros.",
        notes: "Ratios are preserved, with direction -1 inverted. Scores depend on the number of \
                values. With OVER (...) the window is the reference set, and FILTER (WHERE ...) \
                restricts it.",
        errors: "A value that is NaN, infinite or negative; with direction -1 a value of 0, in the \
                 reference set too; direction other than 1 or -1.",
        example: "SELECT value, norm_sum(value) OVER (), norm_sum(value, direction => -1) OVER ()\n\
                  FROM (VALUES (2), (4), (NULL), (4)) AS t(value)",
        example_result: ["2 0.2 0.5", "4 0.4 0.25", "NULL NULL NULL", "4 0.4 0.25"],
        reference: "pymcdm, sum_normalization.",
    };
}

const SCALE: Parameter = Parameter {
    kind: Kind::Fit(&["sum", "reciprocal"]),
    meaning: "scale learned by fit_sum",
    ..FIT
};

/// Learns the sums.
#[derive(Debug)]
pub struct Fit;

impl Learned for Fit {
    type State = Shares;

    const PAGE: &'static Page = &FIT_PAGE;
    const NUMBERS: &'static [&'static str] = &["sum", "reciprocal"];
    const TOO_LARGE: &'static str = "the sum exceeds the range of DOUBLE";

    #[inline]
    fn update(state: &mut Shares, x: f64) -> Result<(), String> {
        if x < 0.0 {
            return Err(format!("value must be >= 0, got {x}"));
        }
        state.update(x);
        Ok(())
    }

    fn n(state: &Shares) -> f64 {
        state.n()
    }

    fn numbers(state: &Shares) -> Option<Vec<Option<f64>>> {
        Some(vec![Some(state.sum()?), state.reciprocal()])
    }
}

/// Applies them.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &NORM_PAGE;
    const FITTED: &'static str = "norm_sum_fitted";

    type Given = [f64; 3];

    #[inline]
    fn score(x: f64, &[sum, reciprocal, direction]: &[f64; 3], _: &[f64]) -> Score {
        if x < 0.0 {
            return Err(format!("value must be >= 0, got {x}"));
        }
        if direction < 0.0 && x == 0.0 {
            return Err("value must be > 0 with direction -1, got 0".into());
        }
        if direction < 0.0 && reciprocal <= 0.0 {
            return Err(
                "the values of the reference set must be > 0 with direction -1, got 0".into()
            );
        }
        Ok(scale::share(x, (sum, reciprocal), direction))
    }
}
