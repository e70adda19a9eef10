//! Series: the rows of a partition in the order of their periods.

use std::cell::Cell;
use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::compute::kernels::cmp;
use datafusion::arrow::datatypes::{DataType, Date32Type, Int64Type, TimeUnit};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err, plan_err};

use crate::arguments::check::{finite, number};
use crate::engine::partition::Verdict;
use crate::functions::parameters::PERIOD;
use crate::kernel::{Unclear, lag_before};
use crate::types::sql_name;
use crate::types::{doubles, plain};

/// What makes numbers of months, for those who have dates.
const MONTHS: &str = "months as a number: 12 * date_part('year', p) + date_part('month', p)";

/// Periods as numbers, a DATE as its days since 1970.
pub struct Periods {
    numbers: Float64Array,
    is_date: bool,
    /// Whether a series had more than one period, and whether one was found before another.
    several: Cell<bool>,
    found: Cell<bool>,
}

impl Periods {
    /// Of a column, the one of this argument.
    pub fn new(name: &str, argument: &str, column: &ArrayRef) -> Result<Self> {
        let (numbers, is_date) = match plain(column.data_type()) {
            DataType::Date32 | DataType::Date64 => {
                let days = cast(&cast(column, &DataType::Date32)?, &DataType::Int32)?;
                (doubles(&days)?, true)
            }
            DataType::Timestamp(unit, _) => (midnights(name, argument, column, *unit)?, true),
            number if number.is_numeric() || number.is_null() => (doubles(column)?, false),
            other => {
                return plan_err!(
                    "{name}: {argument} must be a number or a DATE, found {} (a year as a number: \
                     CAST(p AS BIGINT); {MONTHS})",
                    sql_name(other)
                );
            }
        };
        Ok(Self { numbers, is_date, several: Cell::new(false), found: Cell::new(false) })
    }

    /// The rows of a series, from the earliest to the latest.
    pub fn in_order(&self, name: &str, rows: impl Iterator<Item = usize>) -> Result<Vec<usize>> {
        let mut order: Vec<usize> = rows.collect();
        for &row in &order {
            if self.is_missing(row) {
                return exec_err!("{name}: period must not be NULL");
            }
            finite(name, "period", self.at(row))?;
        }
        order.sort_unstable_by(|&a, &b| self.at(a).total_cmp(&self.at(b)));
        let same = order.windows(2).find(|pair| self.at(pair[0]) == self.at(pair[1]));
        if let Some(&[row, _]) = same {
            return exec_err!(
                "{name}: a series must have one row per period, found two of {} (partition by unit \
                 and indicator)",
                self.text(row)
            );
        }
        self.several.set(self.several.get() || order.len() > 1);
        Ok(order)
    }

    /// Position in `order` of the row whose period lies `lag` before that of `row` (after it, for
    /// a negative lag): exactly there, but for the rounding of decimals.
    pub fn before(
        &self,
        name: &str,
        order: &[usize],
        row: usize,
        lag: f64,
    ) -> Result<Option<usize>> {
        match lag_before(order.len(), |i| self.at(order[i]), self.at(row), lag) {
            Ok(found) => {
                self.found.set(self.found.get() || found.is_some());
                Ok(found)
            }
            Err(Unclear) => exec_err!(
                "{name}: periods must be small enough for a distance of {} between them to count, \
                 got {}",
                lag.abs(),
                self.text(row)
            ),
        }
    }

    /// Whether there was something before anything: a lag in another measure of time than the periods
    /// (months, where a DATE counts in days) must not answer NULL for all. `argument` is that of the
    /// lag.
    pub fn verdict(&self, name: &str, argument: &str, lag: f64) -> Verdict {
        if self.found.get() {
            return Verdict::Found;
        }
        if !self.several.get() {
            return Verdict::Nothing;
        }
        if !self.is_date {
            return Verdict::Missing(format!(
                "{name}: {argument} must lead from one period to another, found no two periods {lag} \
                 apart"
            ));
        }
        let days = if lag == 1.0 { "day" } else { "days" };
        Verdict::Missing(format!(
            "{name}: {argument} must lead from one period to another, found no two dates {lag} \
             {days} apart (a DATE counts in days; {MONTHS})"
        ))
    }

    /// The period of a row, in numbers.
    #[inline]
    pub fn at(&self, row: usize) -> f64 {
        self.numbers.value(row) + 0.0
    }

    pub fn is_missing(&self, row: usize) -> bool {
        self.numbers.is_null(row)
    }

    /// The period of a row as it is written.
    fn text(&self, row: usize) -> String {
        let days = Some(self.at(row) as i32).filter(|_| self.is_date);
        days.and_then(Date32Type::to_naive_date_opt)
            .map_or_else(|| self.at(row).to_string(), |date| date.to_string())
    }
}

/// Days since 1970 of times that are all at midnight.
fn midnights(
    name: &str,
    argument: &str,
    column: &ArrayRef,
    unit: TimeUnit,
) -> Result<Float64Array> {
    let of_day = 86_400
        * match unit {
            TimeUnit::Second => 1,
            TimeUnit::Millisecond => 1_000,
            TimeUnit::Microsecond => 1_000_000,
            TimeUnit::Nanosecond => 1_000_000_000,
        };
    let times = cast(column, &DataType::Int64)?;
    let times = times.as_primitive::<Int64Type>();
    let with_time = |&row: &usize| times.is_valid(row) && times.value(row) % of_day != 0;
    if let Some(row) = (0..times.len()).find(with_time) {
        return exec_err!(
            "{name}: {argument} must be a number or a DATE, found TIMESTAMP with a time of day, {} (a \
             day: CAST(p AS DATE); {MONTHS})",
            array_value_to_string(column, row)?
        );
    }
    Ok(times.iter().map(|time| time.map(|time| (time / of_day) as f64)).collect())
}

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

/// The rows with a key that a call names, such as a base period or a reference unit, and what to say
/// where no row has it.
pub struct Named {
    pub rows: BooleanArray,
    text: String,
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
        Ok(Self { rows: cmp::eq(period, named)?, text })
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
            Verdict::Missing(format!("{name}: {argument} must be {must_be}, got {}", self.text))
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
