//! Missing values filled and flagged.

use crate::engine::partition::Imputed;
use crate::functions::series::number;
use crate::page::{DefaultValue, Kind, Null, Parameter, Role};
use datafusion::arrow::array::Float64Array;
use datafusion::common::Result;
use std::ops::Range;

pub(crate) const VALUE: Parameter = Parameter {
    name: "value",
    role: Role::Value,
    kind: Kind::Number,
    meaning: "value of the indicator, in its unit of measurement; finite",
    null: Null::Means("missing: imputed"),
    default: DefaultValue::Required,
};

pub(crate) fn observed(x: f64) -> Imputed {
    Imputed { value: Some(x), imputed: false }
}

pub(crate) fn imputed(x: Option<f64>) -> Imputed {
    Imputed { value: x, imputed: x.is_some() }
}

/// Fills what is missing in a partition with one number, made of what is there.
pub(crate) fn fill(
    name: &str,
    values: &Float64Array,
    rows: Range<usize>,
    cells: &mut [Imputed],
    filling: impl Fn(&[f64]) -> Result<Option<f64>>,
) -> Result<()> {
    let mut there = Vec::new();
    for (row, cell) in rows.zip(cells.iter_mut()) {
        if let Some(x) = number(name, "value", values, row)? {
            *cell = observed(x);
            there.push(x);
        }
    }
    let filling = filling(&there)?;
    for cell in cells.iter_mut().filter(|cell| cell.value.is_none()) {
        *cell = imputed(filling);
    }
    Ok(())
}
