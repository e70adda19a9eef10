//! The arguments that fits and normalisations share.

use crate::functions::parameters;
use crate::page::{Null, Parameter};

pub const VALUE: Parameter = Parameter {
    null: Null::Means("excluded from the fit; its score is NULL"),
    ..parameters::VALUE
};
