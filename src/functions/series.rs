//! Series: the rows of a partition in the order of their periods, and those with a key that a call names.

use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Float64Array};
use datafusion::arrow::compute::kernels::cmp;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err};

use super::parameters::PERIOD;
use super::periods::Periods;
use crate::arguments::check::number;
use crate::engine::base_period::{Base, spread};
use crate::engine::partition::Verdict;
use crate::engine::period_order::are_named;
use crate::kernel::BaseMean;
use crate::types::doubles;

/// Values and their periods.
pub struct Series {
    pub values: Float64Array,
    pub periods: Periods,
}

impl Series {
    /// Of the columns of the value and of its period.
    pub fn new(name: &str, value: &ArrayRef, period: &ArrayRef) -> Result<Self> {
        Ok(Self { values: doubles(value)?, periods: Periods::new(name, PERIOD.name, period)? })
    }

    /// The rows of a partition, from the earliest to the latest.
    pub fn in_order(&self, name: &str, rows: Range<usize>) -> Result<Vec<usize>> {
        self.periods.in_order(name, rows)
    }

    /// The period of a row, in numbers.
    #[inline]
    pub fn period(&self, row: usize) -> f64 {
        self.periods.at(row)
    }

    /// The value of a row; none where it is missing.
    #[inline]
    pub fn observed(&self, name: &str, row: usize) -> Result<Option<f64>> {
        number(name, "value", &self.values, row)
    }
}

/// What a named period must be.
pub const WITH_A_VALUE: &str = "a period at which a series has a value";

/// What a base must be.
pub const BASE_WITH_A_VALUE: &str =
    "a period at which a series has a value, or a span of which one has all";

/// The rows with a key that a call names, such as a base period or a reference unit, and what to say
/// where no row has it.
pub struct Named {
    pub rows: BooleanArray,
    text: String,
    keys: ArrayRef,
}

impl Named {
    /// Of a column of keys and the argument that names one of them.
    pub fn new(name: &str, argument: &str, period: &ArrayRef, named: &ArrayRef) -> Result<Self> {
        if named.logical_null_count() > 0 {
            return exec_err!("{name}: {argument} must not be NULL");
        }
        let text = match named.is_empty() {
            true => String::new(),
            false => array_value_to_string(named, 0)?,
        };
        Ok(Self { rows: cmp::eq(period, named)?, text, keys: ArrayRef::clone(period) })
    }

    /// Of a column of periods and the argument that names one of them, in any of its forms.
    pub fn period(name: &str, argument: &str, period: &ArrayRef, named: &ArrayRef) -> Result<Self> {
        Ok(Self { rows: are_named(period, named)?, ..Self::new(name, argument, period, named)? })
    }

    /// Whether a row has the key.
    #[inline]
    pub fn is(&self, row: usize) -> bool {
        self.rows.is_valid(row) && self.rows.value(row)
    }

    /// The row of a partition that has the key, of which there may be one; `at` says where.
    pub fn row(&self, name: &str, at: &str, mut rows: Range<usize>) -> Result<Option<usize>> {
        let row = rows.find(|&row| self.is(row));
        if rows.any(|row| self.is(row)) {
            return exec_err!(
                "{name}: a series must have one row at {at}, found more (partition by unit and \
                 indicator)"
            );
        }
        Ok(row)
    }

    /// Whether a row at the period that `counts` was there, where something was there to look for it.
    pub fn verdict(
        &self,
        name: &str,
        argument: &str,
        must_be: &str,
        is_sought: bool,
        counts: impl Fn(usize) -> bool,
    ) -> Verdict {
        if (0..self.rows.len()).any(|row| self.is(row) && counts(row)) {
            Verdict::Found
        } else if is_sought {
            let like = spread(&self.keys).unwrap_or_default();
            Verdict::Missing(format!(
                "{name}: {argument} must be {must_be}, got {}{like}",
                self.text
            ))
        } else {
            Verdict::Nothing
        }
    }
}

/// Values, and which of them have the key that a call names.
pub struct KeyedValues {
    pub values: Float64Array,
    pub key: Named,
}

impl KeyedValues {
    /// Of the columns of the value, of its key, and of the key that the `argument` names.
    pub fn new(name: &str, argument: &str, columns: &[ArrayRef]) -> Result<Self> {
        let key = Named::new(name, argument, &columns[1], &columns[2])?;
        Ok(Self { values: doubles(&columns[0])?, key })
    }
}

/// Values, and which of them lie at the base that a call names.
pub struct BasedValues {
    pub values: Float64Array,
    pub base: Base,
}

impl BasedValues {
    /// Of the columns of the value, of its period, and of the base that the `argument` names.
    pub fn new(name: &str, argument: &str, columns: &[ArrayRef]) -> Result<Self> {
        let base = Base::new(name, argument, &columns[1], &columns[2])?;
        Ok(Self { values: doubles(&columns[0])?, base })
    }

    /// Takes in the value of a row that lies at the base.
    #[inline]
    pub fn take(&self, name: &str, state: &mut BaseMean, row: usize) -> Result<()> {
        let Some(within) = self.base.at(row) else { return Ok(()) };
        if let Some(x) = number(name, "value", &self.values, row)? {
            state.update(self.base.place(name, row)?, x, within);
        }
        Ok(())
    }
}

/// The value at the base, if a series has it.
pub fn base_value(name: &str, state: &BaseMean) -> Result<Option<f64>> {
    if state.is_mixed() {
        return exec_err!(
            "{name}: the periods of a series must be of one kind, found several at the base (group or \
             partition by unit and indicator)"
        );
    }
    if state.has_duplicates() {
        return more_than_one(name);
    }
    match state.value() {
        Some(x) if x <= 0.0 => {
            exec_err!("{name}: value at the base period must be > 0, got {x}")
        }
        Some(x) if !x.is_finite() => {
            exec_err!("{name}: the mean of the base exceeds the range of DOUBLE")
        }
        base => Ok(base),
    }
}

/// The error of a series that has two values at one period of the base.
pub fn more_than_one<T>(name: &str) -> Result<T> {
    exec_err!(
        "{name}: a series must have one value at each period of the base, found more (group or \
         partition by unit and indicator)"
    )
}
