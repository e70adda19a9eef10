//! `norm_scaled(value, lower, upper)`: position between two bounds, beyond them too.

use super::parameters::{LOWEST, VALUE, check_scores};
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::{DIRECTION, SETTING};
use crate::kernel::scale;
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};

page! {
    pub static PAGE = Page {
        name: norm_scaled,
        family: Normalisation,
        syntax: [
            "norm_scaled(value, lower, upper, scale => 100, direction => 1, lowest => 0)",
            "norm_scaled(value, lower, upper, ...) OVER (...)",
        ],
        summary: "Scaling: maps two bounds fixed in advance to lowest (0) and scale, without truncation.",
        formula: "lowest + (scale - lowest) (x - lower) / (upper - lower); direction -1: (upper - \
                  x) instead of (x - lower)",
        parameters: &[VALUE, LOWER, UPPER, SCALE, DIRECTION, LOWEST],
        returns: "DOUBLE, below lowest or above scale for a value beyond the bounds; NULL for a NULL value.",
        notes: "norm_goalposts is the same with truncation. With OVER (...) the score is the same: \
                the bounds, not the window, are the reference. With direction -1 the scale is \
                inverted; lower remains the smaller number.",
        errors: "A value that is NaN or infinite; a bound that is NULL; lower not below upper; \
                 direction other than 1 or -1; scale not above 0; lowest not below \
                 scale.",
        example: "SELECT norm_scaled(50, lower => -10, upper => 110), norm_scaled(140, -10, 110, direction => -1)",
        example_result: ["50.0 -25.0"],
        reference: "COINr 1.1.14, n_scaled (whose direction -1 inverts the bounds only if they \
                    come from the indicator metadata).",
    };
}

const LOWER: Parameter = Parameter {
    name: "lower",
    role: Role::LowerGoalpost,
    kind: Kind::Number,
    meaning: "lower bound, in the unit of measurement of the value; finite",
    null: Null::Error,
    default: DefaultValue::Required,
};

const UPPER: Parameter = Parameter {
    name: "upper",
    role: Role::UpperGoalpost,
    kind: Kind::Number,
    meaning: "upper bound, in the unit of measurement of the value; finite, above lower",
    null: Null::Error,
    default: DefaultValue::Required,
};

const SCALE: Parameter = Parameter {
    name: "scale",
    kind: Kind::Number,
    meaning: "score at the better bound; finite, above 0",
    default: DefaultValue::Number(100.0),
    ..SETTING
};

/// Applies the bounds.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "norm_scaled_fitted";

    type Given = [f64; 5];

    #[inline]
    fn score(x: f64, &[lower, upper, scale, direction, lowest]: &[f64; 5], _: &[f64]) -> Score {
        if lower >= upper {
            return Err(format!("lower must be below upper, got {lower} and {upper}"));
        }
        check_scores(lowest, scale)?;
        Ok(scale::goalposts(x, (lower, upper), (lowest, scale), direction, false))
    }
}
