//! The arguments that statistics share.

use crate::functions::parameters;
use crate::page::{Null, Parameter};

/// The weight of a row that has a value, not a score.
pub const WEIGHT: Parameter = Parameter {
    meaning: "weight of the row, such as its population; finite, >= 0; rows of weight 0 are \
              excluded before their value is checked",
    null: Null::Means("error if its value is not NULL"),
    ..parameters::WEIGHT
};
