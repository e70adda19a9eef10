//! The arguments that index numbers share.

use crate::functions::parameters::SETTING;
use crate::kernel::Growth;
use crate::page::{DefaultValue, Kind, Null, Parameter, Role};

pub const FORM: Parameter = Parameter {
    name: "form",
    kind: Kind::Choice(&["simple", "symmetric"]),
    meaning: "percent of the earlier value, or of the mean of both",
    default: DefaultValue::Word("simple"),
    ..SETTING
};

/// Growth in the order of the words of [`FORM`].
pub const FORMS: [Growth; 2] = [Growth::Simple, Growth::Symmetric];

pub const BASE_PRICE: Parameter = Parameter {
    name: "base_price",
    role: Role::Value,
    kind: Kind::Number,
    meaning: "price of the item in the base period; finite, > 0",
    null: Null::Means("item is excluded"),
    default: DefaultValue::Required,
};

pub const BASE_QUANTITY: Parameter = Parameter {
    name: "base_quantity",
    meaning: "quantity of the item in the base period; finite, >= 0",
    ..BASE_PRICE
};

pub const PRICE: Parameter =
    Parameter { name: "price", meaning: "current price of the item; finite, > 0", ..BASE_PRICE };

pub const QUANTITY: Parameter = Parameter {
    name: "quantity",
    meaning: "current quantity of the item; finite, >= 0",
    ..BASE_PRICE
};
