//! The arguments that normalisations share, and their domains.

use crate::page::{DefaultValue, Kind, Null, Parameter, Role};
use datafusion::common::{Result, exec_err};

pub(crate) const VALUE: Parameter = Parameter {
    name: "value",
    role: Role::Value,
    kind: Kind::Number,
    meaning: "value of the indicator, in its unit of measurement; finite",
    null: Null::Means("excluded from the fit; its score is NULL"),
    default: DefaultValue::Required,
};

pub(crate) const DIRECTION: Parameter = Parameter {
    name: "direction",
    role: Role::Direction,
    kind: Kind::Number,
    meaning: "1: higher is better; -1: lower is better, the scale is inverted",
    null: Null::Error,
    default: DefaultValue::Number(1.0),
};

pub(crate) fn check_value(name: &str, x: f64) -> Result<()> {
    if x.is_finite() {
        return Ok(());
    }
    exec_err!("{name}: value must be finite, got {x}")
}

pub(crate) fn check_direction(direction: f64) -> Result<(), String> {
    if direction == 1.0 || direction == -1.0 {
        return Ok(());
    }
    Err(format!("direction must be 1 or -1, got {direction}"))
}
