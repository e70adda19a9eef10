//! Values with their directions, for functions of whole partitions.

use crate::arguments::check::{Directions, number};
use crate::types::doubles;
use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::common::Result;

/// Values of whole partitions and their directions, for functions that do without a fit.
pub struct Directed {
    values: Float64Array,
    directions: Directions,
}

impl Directed {
    /// The value is the first of the arguments; the direction, if it was given, that at `position`.
    pub fn new(arguments: &[ArrayRef], position: usize) -> Result<Self> {
        let directions = Directions::new(arguments.get(position))?;
        Ok(Self { values: doubles(&arguments[0])?, directions })
    }

    /// Value and direction of a row; none where the value is missing. -0 is taken as 0, so that
    /// the two tie.
    #[inline]
    pub fn get(&self, name: &str, row: usize) -> Result<Option<(f64, f64)>> {
        let Some(x) = number(name, "value", &self.values, row)? else { return Ok(None) };
        Ok(Some((x + 0.0, self.directions.of(name, row)?)))
    }
}
