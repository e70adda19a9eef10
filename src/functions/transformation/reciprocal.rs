//! `transform_reciprocal(value)`: one over a value.

use datafusion::common::Result;

use super::parameters::VALUE;
use crate::arguments::constants::Constants;
use crate::engine::normalise::{Normalisation, Score};
use crate::engine::transform::Transform;
use crate::kernel::transforms;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: transform_reciprocal,
        family: Transformation,
        syntax: ["transform_reciprocal(value)"],
        summary: "One over a value, as from litres per 100 km to kilometres per litre.",
        formula: "1 / x",
        parameters: &[VALUE],
        returns: "DOUBLE, in one over the unit of measurement; NULL for a NULL value.",
        notes: "The order of the values is reversed; an index takes the direction of its indicator \
                round with it, so that the direction in the framework remains that of the value. In \
                a framework: transform => reciprocal.",
        errors: "A value that is NaN, infinite, 0 or negative; a result beyond DOUBLE.",
        example: "SELECT transform_reciprocal(value) FROM (VALUES (8), (0.5), (NULL)) AS t(value)",
        example_result: ["0.125", "2.0", "NULL"],
        reference: "Tukey, J. W. (1977), Exploratory Data Analysis (the ladder of powers).",
    };
}

/// The transformation.
pub struct Transformation;

impl Normalisation for Transformation {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "transform_reciprocal";

    type Given = [f64; 0];

    #[inline]
    fn score(x: f64, _: &[f64; 0], _: &[f64]) -> Score {
        transforms::reciprocal(x).map(Some)
    }
}

impl Transform for Transformation {
    fn is_decreasing(_: &Constants) -> Result<bool> {
        Ok(true)
    }
}
