//! The argument that imputations share.

use crate::functions::parameters;
use crate::page::{Null, Parameter};

pub const VALUE: Parameter =
    Parameter { null: Null::Means("missing: imputed"), ..parameters::VALUE };
