//! `transform_power(value, exponent)`: a power.

use datafusion::common::Result;

use super::parameters::VALUE;
use crate::arguments::constants::Constants;
use crate::engine::normalise::{Normalisation, Score};
use crate::engine::transform::Transform;
use crate::functions::parameters::SETTING;
use crate::kernel::transforms;
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: transform_power,
        family: Transformation,
        syntax: ["transform_power(value, exponent)"],
        summary: "A power of a value.",
        formula: "x^exponent",
        parameters: &[VALUE, EXPONENT],
        returns: "DOUBLE; NULL for a NULL value.",
        notes: "Exponents above 1 lengthen the tail on the high side, between 0 and 1 they shorten \
                it; with one below 0 the order of the values is reversed, and an index takes the \
                direction of its indicator round with it. In a framework: transform => \
                power(exponent => 0.5).",
        errors: "A value that is NaN, infinite or negative, or 0 with an exponent below 0; an \
                exponent that is NULL, NaN, infinite or 0; a result beyond DOUBLE.",
        example: "SELECT transform_power(value, 2) FROM (VALUES (0), (3), (NULL)) AS t(value)",
        example_result: ["0.0", "9.0", "NULL"],
        reference: "Tukey, J. W. (1977), Exploratory Data Analysis (the ladder of powers).",
    };
}

const EXPONENT: Parameter = Parameter {
    name: "exponent",
    kind: Kind::Number,
    meaning: "the exponent; finite, not 0",
    default: DefaultValue::Required,
    ..SETTING
};

/// The transformation.
pub struct Transformation;

impl Normalisation for Transformation {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "transform_power";

    type Given = [f64; 1];

    #[inline]
    fn score(x: f64, &[exponent]: &[f64; 1], _: &[f64]) -> Score {
        transforms::power(x, exponent).map(Some)
    }
}

impl Transform for Transformation {
    fn is_decreasing(constants: &Constants) -> Result<bool> {
        Ok(constants.number(EXPONENT.name)? < 0.0)
    }
}
