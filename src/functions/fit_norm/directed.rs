//! Values with their directions, for functions of whole partitions.

use super::parameters::{check_direction, check_value};
use crate::types::doubles;
use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::common::{Result, exec_err};

/// Values of whole partitions and their directions, for functions that do without a fit.
pub(crate) struct Directed {
    values: Float64Array,
    /// None where all values have direction 1.
    directions: Option<Float64Array>,
}

impl Directed {
    /// The value is the first of the arguments; the direction, if it was given, that at `position`.
    pub(crate) fn new(arguments: &[ArrayRef], position: usize) -> Result<Self> {
        let directions = arguments.get(position).map(doubles).transpose()?;
        Ok(Self { values: doubles(&arguments[0])?, directions })
    }

    /// Value and direction of a row; none where the value is missing. -0 is taken as 0, so that
    /// the two tie.
    #[inline]
    pub(crate) fn get(&self, name: &str, row: usize) -> Result<Option<(f64, f64)>> {
        if self.values.is_null(row) {
            return Ok(None);
        }
        check_value(name, self.values.value(row))?;
        let direction = match &self.directions {
            None => 1.0,
            Some(directions) if directions.is_null(row) => {
                return exec_err!("{name}: direction must not be NULL");
            }
            Some(directions) => directions.value(row),
        };
        match check_direction(direction) {
            Ok(()) => Ok(Some((self.values.value(row) + 0.0, direction))),
            Err(message) => exec_err!("{name}: {message}"),
        }
    }
}
