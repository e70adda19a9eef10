//! `fit_vector(value)` and `norm_vector(value, fit)`: components of the unit vector.

use super::learned::Learned;
use super::parameters::VALUE;
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::{DIRECTION, FIT};
use crate::kernel::{Length, scale};
use crate::page::{Kind, Page, Parameter, page};

page! {
    pub static FIT_PAGE = Page {
        name: fit_vector,
        family: Fit,
        syntax: ["fit_vector(value)"],
        summary: "Learns the Euclidean length of the values of a reference set.",
        formula: "length = sqrt(Σx²)",
        parameters: &[VALUE],
        returns: "STRUCT(length DOUBLE, n BIGINT), in the unit of measurement of the value; NULL \
                  if the reference set has no values.",
        notes: "Values are scaled by a power of two before squaring, so that no square overflows \
                or underflows.",
        errors: "A value that is NaN or infinite; a length that exceeds the range of DOUBLE; DISTINCT.",
        example: "SELECT fit_vector(value) FROM (VALUES (3), (NULL), (4)) AS t(value)",
        example_result: ["{length: 5.0, n: 2}"],
        reference: "Hwang and Yoon (1981), Multiple Attribute Decision Making (TOPSIS).",
    };
}

page! {
    pub static NORM_PAGE = Page {
        name: norm_vector,
        family: Normalisation,
        syntax: [
            "norm_vector(value, fit, direction => 1)",
            "norm_vector(value, direction => 1) OVER (PARTITION BY indicator)",
        ],
        summary: "Vector normalisation: values divided by their Euclidean length.",
        formula: "x / sqrt(Σx²); direction -1: 1 - x / sqrt(Σx²)",
        parameters: &[VALUE, SCALE, DIRECTION],
        over_parameters: Some(&[VALUE, DIRECTION]),
        returns: "DOUBLE between 0 and 1 for values of the reference set that are 0 or more; NULL \
                  for a NULL value, a NULL fit, or a reference set of zeros.",
        notes: "With direction 1 ratios are preserved and negative values score below 0. Direction \
                -1 is pymcdm's: Hwang and Yoon leave costs unchanged and take the smallest as the \
                best. Scores depend on the number of values. With OVER (...) the window is the \
                reference set, and FILTER (WHERE ...) restricts it.",
        errors: "A value that is NaN or infinite; with direction -1 a value below 0 (it would score \
                 above 1); direction other than 1 or -1.",
        example: "SELECT value, norm_vector(value) OVER (), norm_vector(value, direction => -1) OVER ()\n\
                  FROM (VALUES (3), (NULL), (4)) AS t(value)",
        example_result: ["3 0.6 0.4", "NULL NULL NULL", "4 0.8 0.19999999999999996"],
        reference: "Hwang and Yoon (1981), Multiple Attribute Decision Making (TOPSIS); pymcdm, \
                    vector_normalization.",
    };
}

const SCALE: Parameter =
    Parameter { kind: Kind::Fit(&["length"]), meaning: "scale learned by fit_vector", ..FIT };

/// Learns the length.
#[derive(Debug)]
pub struct Fit;

impl Learned for Fit {
    type State = Length;

    const PAGE: &'static Page = &FIT_PAGE;
    const NUMBERS: &'static [&'static str] = &["length"];
    const TOO_LARGE: &'static str = "the length of the vector exceeds the range of DOUBLE";

    #[inline]
    fn update(state: &mut Length, x: f64) -> Result<(), String> {
        state.update(x);
        Ok(())
    }

    fn n(state: &Length) -> f64 {
        state.n()
    }

    fn numbers(state: &Length) -> Option<Vec<Option<f64>>> {
        Some(vec![Some(state.length()?)])
    }
}

/// Applies the length.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &NORM_PAGE;
    const FITTED: &'static str = "norm_vector_fitted";

    type Given = [f64; 2];

    #[inline]
    fn score(x: f64, &[length, direction]: &[f64; 2], _: &[f64]) -> Score {
        if length < 0.0 {
            return Err(format!("fit must have length >= 0, got {length}"));
        }
        if direction < 0.0 && x < 0.0 {
            return Err(format!("value must be >= 0 with direction -1, got {x}"));
        }
        Ok(scale::vector(x, length, direction))
    }
}
