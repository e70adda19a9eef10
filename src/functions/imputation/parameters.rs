//! The arguments that imputations share.

use crate::functions::parameters;
use crate::page::{Kind, Null, Parameter, Role};

pub const VALUE: Parameter =
    Parameter { null: Null::Means("missing: imputed"), ..parameters::VALUE };

pub const UNIT: Parameter =
    Parameter { kind: Kind::Any, meaning: "unit the value belongs to", ..parameters::UNIT };

pub const INDICATOR: Parameter = Parameter {
    name: "indicator",
    role: Role::Indicator,
    meaning: "indicator the value belongs to",
    ..UNIT
};
