//! The arguments that statistics share.

use crate::page::{DefaultValue, Kind, Null, Parameter, Role};

pub(crate) const VALUE: Parameter = Parameter {
    name: "value",
    role: Role::Value,
    kind: Kind::Number,
    meaning: "value of the indicator, in its unit of measurement; finite",
    null: Null::Means("row is excluded"),
    default: DefaultValue::Required,
};

pub(crate) const WEIGHT: Parameter = Parameter {
    name: "weight",
    role: Role::Weight,
    kind: Kind::Number,
    meaning: "weight of the row, such as its population; finite, >= 0; rows of weight 0 are \
              excluded before their value is checked",
    null: Null::Means("error if its value is not NULL"),
    default: DefaultValue::Number(1.0),
};
