//! `norm_distance_max(value, fit)`: distance to the best value of the reference set.

use super::minmax::SCALE;
use super::parameters::VALUE;
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::DIRECTION;
use crate::kernel::scale;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: norm_distance_max,
        family: Normalisation,
        syntax: [
            "norm_distance_max(value, fit, direction => 1)",
            "norm_distance_max(value, direction => 1) OVER (PARTITION BY indicator)",
        ],
        summary: "Distance to the best value: 1 for the best of the reference set, 0 for the worst.",
        formula: "1 - (max - x) / (max - min); direction -1: 1 - (x - min) / (max - min)",
        parameters: &[VALUE, SCALE, DIRECTION],
        over_parameters: Some(&[VALUE, DIRECTION]),
        returns: "DOUBLE between 0 and 1 (beyond them for a value outside the reference set); NULL \
                  for a NULL value, a NULL fit, or a reference set of equal values.",
        notes: "Equal to norm_minmax on 0..1, under COINr's name. The handbook's distance to the \
                leader (section 5.4) is another number, x / max: norm_fraction_max. The scale is \
                learned by fit_minmax. With OVER (...) the window is the reference set, and FILTER \
                (WHERE ...) restricts it.",
        errors: "A value that is NaN or infinite; direction other than 1 or -1.",
        example: "SELECT value, norm_distance_max(value) OVER ()\n\
                  FROM (VALUES (2), (5), (NULL), (10)) AS t(value)",
        example_result: ["2 0.0", "5 0.375", "NULL NULL", "10 1.0"],
        reference: "COINr 1.1.14, n_dist2max.",
    };
}

/// Applies the range.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "norm_distance_max_fitted";

    type Given = [f64; 3];

    #[inline]
    fn score(x: f64, &[min, max, direction]: &[f64; 3], _: &[f64]) -> Score {
        if min > max {
            return Err(format!("fit must have min <= max, got {min} and {max}"));
        }
        Ok(scale::distance(x, (min, max), direction, false))
    }
}
