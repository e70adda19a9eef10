//! `transform_sqrt(value)`: square root.

use super::parameters::VALUE;
use crate::engine::normalise::{Normalisation, Score};
use crate::engine::transform::Transform;
use crate::kernel::transforms;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: transform_sqrt,
        family: Transformation,
        syntax: ["transform_sqrt(value)"],
        summary: "Square root of a value.",
        formula: "x^(1/2)",
        parameters: &[VALUE],
        returns: "DOUBLE; NULL for a NULL value.",
        notes: "Shortens a long tail on the high side less than a logarithm does, and takes 0. In a \
                framework: transform => sqrt.",
        errors: "A value that is NaN, infinite or negative.",
        example: "SELECT transform_sqrt(value) FROM (VALUES (0), (9), (NULL)) AS t(value)",
        example_result: ["0.0", "3.0", "NULL"],
        reference: "Tukey, J. W. (1977), Exploratory Data Analysis (the ladder of powers).",
    };
}

/// The transformation.
pub struct Transformation;

impl Normalisation for Transformation {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "transform_sqrt";

    type Given = [f64; 0];

    #[inline]
    fn score(x: f64, _: &[f64; 0], _: &[f64]) -> Score {
        transforms::sqrt(x).map(Some)
    }
}

impl Transform for Transformation {}
