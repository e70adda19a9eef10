//! Series: the rows of a partition in the order of their periods.

use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err, plan_err};

use super::engine::arguments::{doubles, plain, sql_name};
use super::page::{Kind, Parameter};
use crate::kernel::lag_before;

/// The period of a value, where the distance between two periods counts.
pub(super) const PERIOD: Parameter = Parameter {
    name: "period",
    kind: Kind::Any,
    meaning: "period of the value: a number such as a year, or a DATE (its distances are in days); \
              no two rows of a partition may have the same",
    null: "error",
    default: None,
};

/// Values and their periods.
pub(super) struct Series {
    pub values: Float64Array,
    periods: Float64Array,
}

impl Series {
    /// Of the columns of the value and of its period.
    pub fn new(name: &str, value: &ArrayRef, period: &ArrayRef) -> Result<Self> {
        let periods = match plain(period.data_type()) {
            // A DATE counts in days.
            DataType::Date32 | DataType::Date64 => {
                let dates = cast(period, &DataType::Date32)?;
                doubles(&cast(&dates, &DataType::Int32)?)?
            }
            number if number.is_numeric() || number.is_null() => doubles(period)?,
            other => {
                return plan_err!(
                    "{name}: period must be a number or a DATE, found {}",
                    sql_name(other)
                );
            }
        };
        Ok(Self { values: doubles(value)?, periods })
    }

    /// The rows of a partition, from the earliest to the latest.
    pub fn in_order(&self, name: &str, rows: Range<usize>) -> Result<Vec<usize>> {
        let mut order: Vec<usize> = rows.collect();
        for &row in &order {
            if !self.periods.is_valid(row) {
                return exec_err!("{name}: period must not be NULL");
            }
            if !self.period(row).is_finite() {
                return exec_err!("{name}: period must be finite, got {}", self.period(row));
            }
        }
        order.sort_unstable_by(|&a, &b| self.period(a).total_cmp(&self.period(b)));
        let same = order.windows(2).find(|pair| self.period(pair[0]) == self.period(pair[1]));
        if let Some(&[row, _]) = same {
            return exec_err!(
                "{name}: a series must have one row per period, found two of {} (partition by unit \
                 and indicator)",
                self.period(row)
            );
        }
        Ok(order)
    }

    /// Position in `order` of the row whose period lies `lag` before that of `row` (after it, for
    /// a negative lag): exactly there, but for the rounding of decimals.
    pub fn before(&self, order: &[usize], row: usize, lag: f64) -> Option<usize> {
        lag_before(order.len(), |i| self.period(order[i]), self.period(row), lag)
    }

    /// The period of a row, in numbers.
    #[inline]
    pub fn period(&self, row: usize) -> f64 {
        self.periods.value(row) + 0.0
    }

    /// The value of a row; none where it is missing.
    #[inline]
    pub fn observed(&self, name: &str, row: usize) -> Result<Option<f64>> {
        number(name, "value", &self.values, row)
    }
}

/// A finite number of a column; none where it is NULL.
#[inline]
pub(super) fn number(
    name: &str,
    argument: &str,
    column: &Float64Array,
    row: usize,
) -> Result<Option<f64>> {
    if !column.is_valid(row) {
        return Ok(None);
    }
    let x = column.value(row);
    if !x.is_finite() {
        return exec_err!("{name}: {argument} must be finite, got {x}");
    }
    Ok(Some(x))
}
