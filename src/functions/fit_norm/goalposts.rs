//! `norm_goalposts(value, lower, upper)`: position between two bounds fixed beforehand.

use super::parameters::{LOWEST, VALUE, check_scores};
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::{DIRECTION, SETTING};
use crate::kernel::scale;
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};

page! {
    pub static PAGE = Page {
        name: norm_goalposts,
        family: Normalisation,
        syntax: [
            "norm_goalposts(value, lower, upper, scale => 1, direction => 1, truncate => true, lowest => 0)",
            "norm_goalposts(value, lower, upper, ...) OVER (...)",
        ],
        summary: "Goalposts: the position of a value between two bounds fixed in advance.",
        formula: "lowest + (scale - lowest) (x - lower) / (upper - lower), limited to \
                  lowest..scale if truncate; direction -1: (upper - x) instead of (x - lower)",
        parameters: &[VALUE, LOWER, UPPER, SCALE, DIRECTION, TRUNCATE, LOWEST],
        returns: "DOUBLE between lowest and scale (beyond if truncate is false); NULL for a NULL value.",
        notes: "Nothing is learned from the data, so scores of different units and periods are \
                comparable; the goalposts may be columns of a framework. With OVER (...) the score \
                is the same: the goalposts, not the window, are the reference. With direction -1 \
                the scale is inverted; lower remains the smaller number. For a geometric mean choose \
                lowest above 0, such as lowest => 1, scale => 100.",
        errors: "A value that is NaN or infinite; a goalpost that is NULL; lower not below upper; \
                 direction other than 1 or -1; scale not above 0; lowest not below \
                 scale.",
        example: "SELECT norm_goalposts(72.5, lower => 20, upper => 85) AS life_expectancy",
        example_result: ["0.8076923076923077"],
        reference: "UNDP, Human Development Report, technical notes.",
    };
}

const LOWER: Parameter = Parameter {
    name: "lower",
    role: Role::LowerGoalpost,
    kind: Kind::Number,
    meaning: "lower goalpost, in the unit of measurement of the value; finite",
    null: Null::Error,
    default: DefaultValue::Required,
};

const UPPER: Parameter = Parameter {
    name: "upper",
    role: Role::UpperGoalpost,
    kind: Kind::Number,
    meaning: "upper goalpost, in the unit of measurement of the value; finite, above lower",
    null: Null::Error,
    default: DefaultValue::Required,
};

const SCALE: Parameter = Parameter {
    name: "scale",
    kind: Kind::Number,
    meaning: "score at the better goalpost; finite, above 0",
    default: DefaultValue::Number(1.0),
    ..SETTING
};

pub const TRUNCATE: Parameter = Parameter {
    name: "truncate",
    kind: Kind::Boolean,
    meaning: "whether a value beyond a goalpost scores as the goalpost",
    default: DefaultValue::Switch(true),
    ..SETTING
};

/// Applies the goalposts.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "norm_goalposts_fitted";

    type Given = [f64; 6];

    #[inline]
    fn score(
        x: f64,
        &[lower, upper, scale, direction, truncate, lowest]: &[f64; 6],
        _: &[f64],
    ) -> Score {
        if lower >= upper {
            return Err(format!("lower must be below upper, got {lower} and {upper}"));
        }
        check_scores(lowest, scale)?;
        Ok(scale::goalposts(x, (lower, upper), (lowest, scale), direction, truncate != 0.0))
    }
}
