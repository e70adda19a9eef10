//! Treatment: outliers and skewed distributions, before normalisation.

pub mod boxcox;
pub mod log;
pub mod outliers;
pub mod passes;
pub mod points;
pub mod winsorise;

use std::ops::Range;

use datafusion::arrow::array::{Array, Float64Array};
use datafusion::common::{Result, exec_err, plan_err};

use super::engine::Registry;
use super::engine::constants::Constants;
use super::engine::partition::Treated;
use super::page::{DefaultValue, Kind, Null, Parameter, Role};
use crate::kernel::{Log, ShapeLimits, Values};

/// Every function of this step.
pub(super) fn register(registry: &mut Registry) {
    registry.treatment::<winsorise::Winsorise>();
    registry.treatment::<points::Points>();
    registry.treatment::<log::LogOf>();
    registry.treatment::<boxcox::BoxCox>();
    registry.treatment::<outliers::Outliers>();
    registry.aggregate::<passes::Passes>();
}

const VALUE: Parameter = Parameter {
    name: "value",
    role: Role::Value,
    kind: Kind::Number,
    meaning: "value of the indicator, in its unit of measurement; finite",
    null: Null::Means("excluded; the result is NULL"),
    default: DefaultValue::Required,
};

const MAX_POINTS: Parameter = Parameter {
    name: "max_points",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "number of values after which no further move is made; a whole number, >= 0",
    null: Null::Error,
    default: DefaultValue::Number(5.0),
};

const MAX_SKEWNESS: Parameter = Parameter {
    name: "max_skewness",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "the distribution passes if its absolute skewness is below this; finite, > 0",
    null: Null::Error,
    default: DefaultValue::Number(2.0),
};

const MAX_KURTOSIS: Parameter = Parameter {
    name: "max_kurtosis",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "the distribution also passes if its excess kurtosis is below this; finite",
    null: Null::Error,
    default: DefaultValue::Number(3.5),
};

const HIGH: &str = "winsorised high";
const LOW: &str = "winsorised low";

/// Logarithms in the order of [`LOG_FORMS`].
const LOGS: [Log; 3] = [Log::Range, Log::RangeMirrored, Log::Shift];

/// The words for [`LOGS`].
const LOG_FORMS: &[&str] = &["range", "range_mirrored", "shift"];

fn shape_limits(constants: &Constants, name: &str) -> Result<ShapeLimits> {
    let skewness = constants.number(MAX_SKEWNESS.name)?;
    if skewness <= 0.0 {
        return plan_err!("{name}: max_skewness must be > 0, got {skewness}");
    }
    Ok(ShapeLimits { skewness, kurtosis: constants.number(MAX_KURTOSIS.name)? })
}

fn max_points(constants: &Constants, name: &str) -> Result<f64> {
    let max_points = constants.number(MAX_POINTS.name)?;
    if max_points < 0.0 || max_points.fract() != 0.0 {
        return plan_err!("{name}: max_points must be a whole number >= 0, got {max_points}");
    }
    Ok(max_points)
}

/// The values of a partition, from the smallest to the largest.
fn sorted(name: &str, values: &Float64Array, rows: Range<usize>) -> Result<Vec<f64>> {
    let mut all = Values::default();
    for row in rows.filter(|&row| values.is_valid(row)) {
        let x = values.value(row);
        if !x.is_finite() {
            return exec_err!("{name}: value must be finite, got {x}");
        }
        all.update(x);
    }
    Ok(all.into_sorted())
}

/// Treats each value of a partition that there is.
fn treat(
    values: &Float64Array,
    rows: Range<usize>,
    cells: &mut [Treated],
    treatment: impl Fn(f64) -> Result<Treated>,
) -> Result<()> {
    for (row, cell) in rows.zip(cells) {
        if values.is_valid(row) {
            *cell = treatment(values.value(row))?;
        }
    }
    Ok(())
}

fn untreated(x: f64) -> Treated {
    Treated { value: Some(x), treatment: None }
}

/// A value beyond the bounds becomes the bound.
fn clamped(x: f64, (low, high): (f64, f64)) -> Treated {
    match x {
        x if x < low => Treated { value: Some(low), treatment: Some(LOW) },
        x if x > high => Treated { value: Some(high), treatment: Some(HIGH) },
        x => untreated(x),
    }
}

/// A logarithm, which may only fail where the range of values is that of DOUBLE.
fn logged(name: &str, y: f64, treatment: &'static str) -> Result<Treated> {
    if !y.is_finite() {
        return exec_err!("{name}: the range of value exceeds that of DOUBLE");
    }
    Ok(Treated { value: Some(y), treatment: Some(treatment) })
}
