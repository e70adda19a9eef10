//! `transform_ln(value)`: natural logarithm.

use super::parameters::{PLUS, VALUE};
use crate::engine::normalise::{Normalisation, Score};
use crate::engine::transform::Transform;
use crate::kernel::transforms;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: transform_ln,
        family: Transformation,
        syntax: ["transform_ln(value, plus => 0)"],
        summary: "Natural logarithm of a value, with a constant added first if it may be 0.",
        formula: "ln(x + plus)",
        parameters: &[VALUE, PLUS],
        returns: "DOUBLE; NULL for a NULL value.",
        notes: "A ratio becomes a distance: from 100 to 200 it is as far as from 10,000 to 20,000. \
                plus is a choice that the scores depend on: state it. In a framework: transform => \
                ln or ln(plus => 1), with goalposts in the unit of measurement of the value.",
        errors: "A value that is NaN, infinite, or not above -plus; plus that is NULL, NaN or \
                infinite; a result beyond DOUBLE.",
        example: "SELECT value, round(transform_ln(value), 6) FROM (VALUES (100), (75000), (NULL)) AS t(value)",
        example_result: ["100 4.60517", "75000 11.225243", "NULL NULL"],
        reference: "UNDP, Human Development Report, technical note 1 (income); OECD/JRC (2008), Handbook \
                on Constructing Composite Indicators, step 4.",
    };
}

/// The transformation.
pub struct Transformation;

impl Normalisation for Transformation {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "transform_ln";

    type Given = [f64; 1];

    #[inline]
    fn score(x: f64, &[plus]: &[f64; 1], _: &[f64]) -> Score {
        transforms::ln(x, plus).map(Some)
    }
}

impl Transform for Transformation {}
