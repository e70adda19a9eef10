//! What must hold of the numbers of a row, whichever function they are given to.

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::common::{Result, exec_err};

use crate::types::doubles;

/// A number must be finite.
#[inline(always)]
pub fn finite(name: &str, argument: &str, x: f64) -> Result<f64> {
    if x.is_finite() { Ok(x) } else { not_finite(name, argument, x) }
}

// Apart, so that what is asked of each row stays short.
#[cold]
fn not_finite(name: &str, argument: &str, x: f64) -> Result<f64> {
    exec_err!("{name}: {argument} must be finite, got {x}")
}

/// A finite number of a column; none where it is NULL.
#[inline(always)]
pub fn number(
    name: &str,
    argument: &str,
    column: &Float64Array,
    row: usize,
) -> Result<Option<f64>> {
    match column.is_valid(row) {
        true => finite(name, argument, column.value(row)).map(Some),
        false => Ok(None),
    }
}

/// A direction must be 1 or -1.
#[inline(always)]
pub fn direction(name: &str, direction: f64) -> Result<f64> {
    if direction.abs() == 1.0 { Ok(direction) } else { no_direction(name, direction) }
}

#[cold]
fn no_direction(name: &str, direction: f64) -> Result<f64> {
    exec_err!("{name}: direction must be 1 or -1, got {direction}")
}

/// The directions of rows.
pub struct Directions(Option<Float64Array>);

impl Directions {
    /// Of their column; 1 for each row where it was not given.
    pub fn new(column: Option<&ArrayRef>) -> Result<Self> {
        column.map(doubles).transpose().map(Self)
    }

    /// That of a row.
    #[inline]
    pub fn of(&self, name: &str, row: usize) -> Result<f64> {
        match &self.0 {
            None => Ok(1.0),
            Some(given) if given.is_valid(row) => direction(name, given.value(row)),
            Some(_) => exec_err!("{name}: direction must not be NULL"),
        }
    }
}
