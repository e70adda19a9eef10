//! Imputation: missing values filled and flagged.

pub mod last;
pub mod linear;
pub mod mean;
pub mod median;
pub mod row_mean;

use std::ops::Range;

use datafusion::arrow::array::Float64Array;
use datafusion::common::Result;

use super::engine::Registry;
use super::engine::partition::Imputed;
use super::page::{DefaultValue, Kind, Null, Parameter, Role};
use super::series::number;

/// Every function of this step.
pub(super) fn register(registry: &mut Registry) {
    registry.imputation::<mean::Mean>();
    registry.imputation::<median::Median>();
    registry.imputation::<last::Last>();
    registry.whole::<last::LastPeriod>();
    registry.imputation::<linear::Linear>();
    registry.imputation::<row_mean::RowMean>();
}

const VALUE: Parameter = Parameter {
    name: "value",
    role: Role::Value,
    kind: Kind::Number,
    meaning: "value of the indicator, in its unit of measurement; finite",
    null: Null::Means("missing: imputed"),
    default: DefaultValue::Required,
};

fn observed(x: f64) -> Imputed {
    Imputed { value: Some(x), imputed: false }
}

fn imputed(x: Option<f64>) -> Imputed {
    Imputed { value: x, imputed: x.is_some() }
}

/// Fills what is missing in a partition with one number, made of what is there.
fn fill(
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
