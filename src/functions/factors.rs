//! The arguments of what rests on rotated factors.

use datafusion::common::{Result, plan_err};

use crate::arguments::constants::Constants;
use crate::functions::parameters::SETTING;
use crate::kernel::Rotation;
use crate::page::{DefaultValue, Kind, Null, Parameter};

pub const MIN_EIGENVALUE: Parameter = Parameter {
    name: "min_eigenvalue",
    kind: Kind::Constant,
    meaning: "components with at least this eigenvalue are kept; finite, >= 0",
    default: DefaultValue::Number(1.0),
    ..SETTING
};

pub const FACTORS: Parameter = Parameter {
    name: "factors",
    kind: Kind::Constant,
    meaning: "so many components are kept (all where there are fewer), whatever their eigenvalues; \
              a whole number from 1",
    null: Null::Means("as many as min_eigenvalue says"),
    default: DefaultValue::Null,
    ..SETTING
};

pub const KAISER: Parameter = Parameter {
    name: "kaiser",
    kind: Kind::Switch,
    meaning: "Kaiser's normalisation: the loadings of each indicator are divided by their length \
              during the rotation",
    default: DefaultValue::Switch(true),
    ..SETTING
};

/// What the arguments say of function `name`.
pub fn rotation(name: &str, constants: &Constants) -> Result<Rotation> {
    const MOST: u64 = 1_000_000;
    let min_eigenvalue = constants.number(MIN_EIGENVALUE.name)?;
    if !(min_eigenvalue.is_finite() && min_eigenvalue >= 0.0) {
        return plan_err!("{name}: min_eigenvalue must be finite and >= 0, got {min_eigenvalue}");
    }
    let factors = match constants.optional(FACTORS.name)? {
        Some(_) => {
            constants.refuse(MIN_EIGENVALUE.name, "with factors")?;
            Some(constants.whole(FACTORS.name, 1..=MOST)? as usize)
        }
        None => None,
    };
    Ok(Rotation { min_eigenvalue, factors, is_kaiser: constants.switch(KAISER.name)? })
}

/// What is wrong where no component is kept.
pub fn none_kept(rotation: Rotation) -> String {
    format!(
        "a component must have an eigenvalue of at least min_eigenvalue, got {}",
        rotation.min_eigenvalue
    )
}
