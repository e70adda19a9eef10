//! Values of a partition treated one by one, by what all of them say.

use std::fmt::Debug;
use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::common::{Result, exec_err};

use super::parameters::{HIGH, LOW};
use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::partition::{PartitionMethod, Treated};
use crate::kernel::Values;
use crate::page::Page;
use crate::types::doubles;

/// What becomes of a value; `Err` says what must be.
pub type Outcome = std::result::Result<Treated, String>;

/// A treatment: from the sorted values of a partition to what becomes of one.
pub trait Treatment: Debug + Send + Sync + Sized + 'static {
    const PAGE: &'static Page;

    fn bind(constants: &Constants) -> Result<Self>;

    /// As [`PartitionMethod::learns`].
    fn learns(&self) -> bool {
        true
    }

    /// As [`PartitionMethod::changes_measure`].
    fn changes_measure(&self) -> bool {
        false
    }

    /// Whether it does so to these values, if it can.
    fn changes(&self, _sorted: &[f64]) -> bool {
        true
    }

    /// What becomes of the values; none where all answers are NULL. `Err` says what must be.
    fn of<'a>(
        &'a self,
        sorted: &'a [f64],
    ) -> std::result::Result<Option<impl Fn(f64) -> Outcome + 'a>, String>;
}

/// The window function of a [`Treatment`].
#[derive(Debug)]
pub struct Treat<T>(T);

impl<T: Treatment> PartitionMethod for Treat<T> {
    type Columns = Float64Array;
    type Cell = Treated;

    const PAGE: &'static Page = T::PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        T::bind(constants).map(Self)
    }

    fn learns(&self) -> bool {
        self.0.learns()
    }

    fn changes_measure(&self) -> bool {
        self.0.changes_measure()
    }

    fn changes(&self, values: &Float64Array, rows: Range<usize>) -> Result<bool> {
        Ok(self.0.changes_measure() && self.0.changes(&sorted(T::PAGE.name, values, rows)?))
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        doubles(&arguments[0])
    }

    fn evaluate(
        &self,
        values: &Float64Array,
        rows: Range<usize>,
        cells: &mut [Treated],
    ) -> Result<()> {
        let sorted = sorted(T::PAGE.name, values, rows.clone())?;
        let treat = || {
            let Some(treating) = self.0.of(&sorted)? else { return Ok(()) };
            for (row, cell) in rows.zip(cells).filter(|(row, _)| values.is_valid(*row)) {
                *cell = treating(values.value(row))?;
            }
            Ok(())
        };
        treat().or_else(|message: String| exec_err!("{}: {message}", T::PAGE.name))
    }
}

/// The values of a partition, from the smallest to the largest.
fn sorted(name: &str, values: &Float64Array, rows: Range<usize>) -> Result<Vec<f64>> {
    let mut all = Values::default();
    for row in rows {
        if let Some(x) = number(name, "value", values, row)? {
            all.update(x);
        }
    }
    Ok(all.into_sorted())
}

pub fn untreated(x: f64) -> Treated {
    Treated { value: Some(x), treatment: None }
}

/// A value beyond the bounds, if there are any, becomes the bound.
pub fn clamped(x: f64, bounds: Option<(f64, f64)>) -> Treated {
    match bounds {
        Some((low, _)) if x < low => Treated { value: Some(low), treatment: Some(LOW) },
        Some((_, high)) if x > high => Treated { value: Some(high), treatment: Some(HIGH) },
        _ => untreated(x),
    }
}

/// A logarithm, which may only fail where the range of values is that of DOUBLE.
pub fn logged(y: f64, treatment: &'static str) -> std::result::Result<Treated, String> {
    if !y.is_finite() {
        return Err("the range of value exceeds that of DOUBLE".into());
    }
    Ok(Treated { value: Some(y), treatment: Some(treatment) })
}
