//! `transform_log10(value)`: logarithm to base 10.

use super::parameters::{PLUS, VALUE};
use crate::engine::normalise::{Normalisation, Score};
use crate::engine::transform::Transform;
use crate::kernel::transforms;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: transform_log10,
        family: Transformation,
        syntax: ["transform_log10(value, plus => 0)"],
        summary: "Logarithm of a value to base 10, with a constant added first if it may be 0.",
        formula: "log10(x + plus)",
        parameters: &[VALUE, PLUS],
        returns: "DOUBLE; NULL for a NULL value.",
        notes: "It is transform_ln in another unit: a normalisation to a range gives the same scores \
                of both. In a framework: transform => log10.",
        errors: "A value that is NaN, infinite, or not above -plus; plus that is NULL, NaN or \
                infinite; a result beyond DOUBLE.",
        example: "SELECT transform_log10(value, plus => 1) FROM (VALUES (0), (99), (NULL)) AS t(value)",
        example_result: ["0.0", "2.0", "NULL"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 4.",
    };
}

/// The transformation.
pub struct Transformation;

impl Normalisation for Transformation {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "transform_log10";

    type Given = [f64; 1];

    #[inline]
    fn score(x: f64, &[plus]: &[f64; 1], _: &[f64]) -> Score {
        transforms::log10(x, plus).map(Some)
    }
}

impl Transform for Transformation {}
