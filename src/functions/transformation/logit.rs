//! `transform_logit(value)`: log odds of a share.

use super::parameters::VALUE;
use crate::engine::normalise::{Normalisation, Score};
use crate::engine::transform::Transform;
use crate::functions::parameters::SETTING;
use crate::kernel::transforms;
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: transform_logit,
        family: Transformation,
        syntax: ["transform_logit(value, whole => 1)"],
        summary: "Log odds of a share: steps near none and near all count for more than those in the \
                middle.",
        formula: "ln(x / (whole - x))",
        parameters: &[VALUE, WHOLE],
        returns: "DOUBLE; NULL for a NULL value.",
        notes: "whole is 1 for shares and 100 for percentages. In a framework: transform => \
                logit(whole => 100).",
        errors: "A value that is NaN, infinite, or not between 0 and whole (0 and whole themselves \
                have no log odds); whole that is NULL, NaN, infinite, 0 or negative; a result beyond \
                DOUBLE.",
        example: "SELECT round(transform_logit(value, whole => 100), 6) FROM (VALUES (50), (80), (NULL)) AS t(value)",
        example_result: ["0.0", "1.386294", "NULL"],
        reference: "Berkson, J. (1944), Application of the logistic function to bio-assay, JASA 39.",
    };
}

const WHOLE: Parameter = Parameter {
    name: "whole",
    kind: Kind::Number,
    meaning: "what the value is a share of, such as 100 for percentages; finite, above 0",
    default: DefaultValue::Number(1.0),
    ..SETTING
};

/// The transformation.
pub struct Transformation;

impl Normalisation for Transformation {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "transform_logit";

    type Given = [f64; 1];

    #[inline]
    fn score(x: f64, &[whole]: &[f64; 1], _: &[f64]) -> Score {
        transforms::logit(x, whole).map(Some)
    }
}

impl Transform for Transformation {}
