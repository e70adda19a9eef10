//! The arguments that treatments share, and how they are read.

use crate::arguments::constants::Constants;
use crate::functions::parameters::{self, SETTING};
use crate::kernel::{Log, ShapeLimits};
use crate::page::{DefaultValue, Kind, Null, Parameter};
use datafusion::common::{Result, plan_err};

pub const VALUE: Parameter =
    Parameter { null: Null::Means("excluded; the result is NULL"), ..parameters::VALUE };

pub const MAX_POINTS: Parameter = Parameter {
    name: "max_points",
    kind: Kind::Constant,
    meaning: "number of values after which no further move is made; a whole number, >= 0",
    default: DefaultValue::Number(5.0),
    ..SETTING
};

pub const MAX_SKEWNESS: Parameter = Parameter {
    name: "max_skewness",
    kind: Kind::Constant,
    meaning: "the distribution passes if its absolute skewness is below this; finite, > 0",
    default: DefaultValue::Number(2.0),
    ..SETTING
};

pub const MAX_KURTOSIS: Parameter = Parameter {
    name: "max_kurtosis",
    kind: Kind::Constant,
    meaning: "the distribution also passes if its excess kurtosis is below this; finite",
    default: DefaultValue::Number(3.5),
    ..SETTING
};

pub const HIGH: &str = "winsorised high";
pub const LOW: &str = "winsorised low";

/// Logarithms in the order of [`LOG_FORMS`].
pub const LOGS: [Log; 3] = [Log::Range, Log::RangeMirrored, Log::Shift];

/// The words for [`LOGS`].
pub const LOG_FORMS: &[&str] = &["range", "range_mirrored", "shift"];

pub fn shape_limits(constants: &Constants, name: &str) -> Result<ShapeLimits> {
    let skewness = constants.number(MAX_SKEWNESS.name)?;
    if skewness <= 0.0 {
        return plan_err!("{name}: max_skewness must be > 0, got {skewness}");
    }
    Ok(ShapeLimits { skewness, kurtosis: constants.number(MAX_KURTOSIS.name)? })
}

pub fn max_points(constants: &Constants, name: &str) -> Result<f64> {
    let max_points = constants.number(MAX_POINTS.name)?;
    if max_points < 0.0 || max_points.fract() != 0.0 {
        return plan_err!("{name}: max_points must be a whole number >= 0, got {max_points}");
    }
    Ok(max_points)
}
