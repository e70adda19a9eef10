//! Values of a partition treated one by one.

use super::parameters::{HIGH, LOW};
use crate::engine::partition::Treated;
use crate::kernel::Values;
use datafusion::arrow::array::{Array, Float64Array};
use datafusion::common::{Result, exec_err};
use std::ops::Range;

/// The values of a partition, from the smallest to the largest.
pub(crate) fn sorted(name: &str, values: &Float64Array, rows: Range<usize>) -> Result<Vec<f64>> {
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
pub(crate) fn treat(
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

pub(crate) fn untreated(x: f64) -> Treated {
    Treated { value: Some(x), treatment: None }
}

/// A value beyond the bounds becomes the bound.
pub(crate) fn clamped(x: f64, (low, high): (f64, f64)) -> Treated {
    match x {
        x if x < low => Treated { value: Some(low), treatment: Some(LOW) },
        x if x > high => Treated { value: Some(high), treatment: Some(HIGH) },
        x => untreated(x),
    }
}

/// A logarithm, which may only fail where the range of values is that of DOUBLE.
pub(crate) fn logged(name: &str, y: f64, treatment: &'static str) -> Result<Treated> {
    if !y.is_finite() {
        return exec_err!("{name}: the range of value exceeds that of DOUBLE");
    }
    Ok(Treated { value: Some(y), treatment: Some(treatment) })
}
