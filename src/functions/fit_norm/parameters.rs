//! The arguments that fits and normalisations share.

use crate::functions::parameters::{self, SETTING};
use crate::page::{DefaultValue, Kind, Null, Parameter};

pub const VALUE: Parameter = Parameter {
    null: Null::Means("excluded from the fit; its score is NULL"),
    ..parameters::VALUE
};

/// The score at the better end of a scale.
pub const SCALE: Parameter = Parameter {
    name: "scale",
    kind: Kind::Number,
    meaning: "score at the better end; finite, above 0",
    default: DefaultValue::Number(1.0),
    ..SETTING
};

/// The score at the worse end of a scale.
pub const LOWEST: Parameter = Parameter {
    name: "lowest",
    kind: Kind::Number,
    meaning: "score at the worse end, above 0 for a geometric mean; finite, below scale",
    default: DefaultValue::Number(0.0),
    ..SETTING
};

/// That the scores have a range.
pub fn check_scores(lowest: f64, scale: f64) -> Result<(), String> {
    if scale <= 0.0 {
        return Err(format!("scale must be > 0, got {scale}"));
    }
    if lowest >= scale {
        return Err(format!("lowest must be below scale, got {lowest} and {scale}"));
    }
    Ok(())
}
