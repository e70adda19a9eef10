//! The arguments that transformations share.

use crate::functions::parameters::{self, SETTING};
use crate::page::{DefaultValue, Kind, Null, Parameter};

pub const VALUE: Parameter =
    Parameter { null: Null::Means("the result is NULL"), ..parameters::VALUE };

pub const PLUS: Parameter = Parameter {
    name: "plus",
    kind: Kind::Number,
    meaning: "constant added to the value before, in its unit of measurement; finite",
    default: DefaultValue::Number(0.0),
    ..SETTING
};
