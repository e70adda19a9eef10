//! Normalisation to a common scale: what is learned from a reference set (`fit_*`) and how it is
//! applied (`norm_*`). A method's fit and norm share a page of code.

pub mod base;
pub mod goalposts;
pub mod minmax;
pub mod zscore;

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, exec_err};

use super::engine::Registry;
use super::engine::aggregate::udaf;
use super::engine::normalise::Over;
use super::page::{Kind, Parameter};

/// Every fit and every normalisation.
pub(super) fn register(registry: &mut Registry) {
    registry.aggregate::<minmax::Fit>();
    registry.aggregate::<zscore::Fit>();
    registry.aggregate::<base::Fit>();
    registry.normalisation::<minmax::Norm>(Over::Fit(udaf::<minmax::Fit>(), 0));
    registry.normalisation::<zscore::Norm>(Over::Fit(udaf::<zscore::Fit>(), 0));
    registry.normalisation::<base::Norm>(Over::Fit(udaf::<base::Fit>(), 2));
    registry.normalisation::<goalposts::Norm>(Over::Scalar);
}

const VALUE: Parameter = Parameter {
    name: "value",
    kind: Kind::Number,
    meaning: "value of the indicator, in its unit of measure; finite",
    null: "no score; takes no part in a fit",
    default: None,
};

const DIRECTION: Parameter = Parameter {
    name: "direction",
    kind: Kind::Number,
    meaning: "1: more is better; -1: less is better, the scale is turned round",
    null: "error",
    default: Some("1"),
};

fn check_value(name: &str, x: f64) -> Result<()> {
    if x.is_finite() {
        return Ok(());
    }
    exec_err!("{name}: value must be finite, got {x}")
}

fn check_direction(direction: f64) -> Result<(), String> {
    if direction == 1.0 || direction == -1.0 {
        return Ok(());
    }
    Err(format!("direction must be 1 or -1, got {direction}"))
}

/// The type of a scale: numbers, and how many values it was learned from.
fn scale_type(names: &[&str]) -> DataType {
    let number = |name: &&str| Field::new(*name, DataType::Float64, true);
    let mut fields: Vec<_> = names.iter().map(number).collect();
    fields.push(Field::new("n", DataType::Int64, true));
    DataType::Struct(Fields::from(fields))
}

/// Scales as a column: NULL where there is none.
fn scales<const N: usize>(
    names: &[&str; N],
    scales: impl Iterator<Item = Option<([Option<f64>; N], f64)>>,
) -> ArrayRef {
    let scales: Vec<_> = scales.collect();
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(N + 1);
    for i in 0..N {
        let number = scales.iter().map(|scale| scale.and_then(|(numbers, _)| numbers[i]));
        columns.push(Arc::new(number.collect::<Float64Array>()));
    }
    let counts = scales.iter().map(|scale| scale.map(|(_, n)| n as i64));
    columns.push(Arc::new(counts.collect::<Int64Array>()));
    let DataType::Struct(fields) = scale_type(names) else { unreachable!("a scale is a STRUCT") };
    let nulls: NullBuffer = scales.iter().map(Option::is_some).collect();
    Arc::new(StructArray::new(fields, columns, Some(nulls)))
}
