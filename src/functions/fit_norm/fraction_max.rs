//! `norm_fraction_max(value, fit)`: fraction of the best value of the reference set.

use super::minmax::SCALE;
use super::parameters::VALUE;
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::DIRECTION;
use crate::kernel::scale;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: norm_fraction_max,
        family: Normalisation,
        syntax: [
            "norm_fraction_max(value, fit, direction => 1)",
            "norm_fraction_max(value, direction => 1) OVER (PARTITION BY indicator)",
        ],
        summary: "Fraction of the best value: 1 for the best of the reference set.",
        formula: "x / max; direction -1: min / x",
        parameters: &[VALUE, SCALE, DIRECTION],
        over_parameters: Some(&[VALUE, DIRECTION]),
        returns: "DOUBLE, above 1 for a value better than all of the reference set, below 0 for a \
                  negative value; NULL for a NULL value or a NULL fit.",
        notes: "The handbook's distance to a reference country (section 5.4) with the leader as \
                reference. Ratios are preserved: half the best value scores 0.5, and with \
                direction -1 so does twice the lowest. The scale is learned by fit_minmax. With \
                OVER (...) the window is the reference set, and FILTER (WHERE ...) restricts it.",
        errors: "A value that is NaN or infinite; a maximum that is 0 or negative; with direction \
                 -1 a value or a minimum that is 0 or negative (a ratio to it has no meaning); \
                 direction other than 1 or -1.",
        example: "SELECT value, norm_fraction_max(value) OVER (), norm_fraction_max(value, direction => -1) OVER ()\n\
                  FROM (VALUES (2), (4), (NULL), (8)) AS t(value)",
        example_result: ["2 0.25 1.0", "4 0.5 0.5", "NULL NULL NULL", "8 1.0 0.25"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.4 (direction 1); COINr \
                    1.1.14, n_fracmax (which with direction -1 scores the worst unit highest).",
    };
}

/// Applies the maximum, or the minimum.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "norm_fraction_max_fitted";

    type Given = [f64; 3];

    #[inline]
    fn score(x: f64, &[min, max, direction]: &[f64; 3], _: &[f64]) -> Score {
        if direction > 0.0 && max <= 0.0 {
            return Err(format!("the maximum of the reference set must be > 0, got {max}"));
        }
        if direction < 0.0 && min <= 0.0 {
            return Err(format!(
                "the minimum of the reference set must be > 0 with direction -1, got {min}"
            ));
        }
        if direction < 0.0 && x <= 0.0 {
            return Err(format!("value must be > 0 with direction -1, got {x}"));
        }
        Ok(Some(scale::fraction(x, (min, max), direction)))
    }
}
