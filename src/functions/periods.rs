//! Periods as numbers: years, dates, times and texts such as `2023-Q1`, in order and a lag apart.

use std::cell::Cell;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err, plan_err};

use crate::arguments::check::finite;
use crate::engine::base_period::{FORMS, days, no_period};
use crate::engine::partition::Verdict;
use crate::kernel::{
    CalendarTime, Cycle, Lag, Unclear, is_month_end, lag_before, parse_period, place_of,
};
use crate::types::{doubles, plain, sql_name};

/// How far apart in days two times may be and be the same: their rounding.
const SAME_TIME: f64 = 1e-8;

/// Periods as numbers: a DATE or a TIMESTAMP as its days since 1970, a text as its place among the
/// periods of its cycle.
pub struct Periods {
    numbers: Float64Array,
    column: ArrayRef,
    measure: Measure,
    /// Whether a series had more than one period, and whether one was found before another.
    several: Cell<bool>,
    found: Cell<bool>,
}

/// What the numbers count.
enum Measure {
    Number,
    Date,
    Time,
    /// Of each row.
    Cycles(Vec<Cycle>),
}

/// A lag as it counts in a series.
#[derive(Clone, Copy)]
enum Counted {
    Steps(f64),
    Calendar(CalendarTime),
}

impl Periods {
    /// Of a column, the one of this argument.
    pub fn new(name: &str, argument: &str, column: &ArrayRef) -> Result<Self> {
        let (numbers, measure) = match plain(column.data_type()) {
            DataType::Date32 | DataType::Date64 => (days(column)?, Measure::Date),
            DataType::Timestamp(..) => (days(column)?, Measure::Time),
            number if number.is_numeric() || number.is_null() => {
                (doubles(column)?, Measure::Number)
            }
            text if text.is_string() => {
                let (numbers, cycles) = places(name, argument, column)?;
                (numbers, Measure::Cycles(cycles))
            }
            other => {
                return plan_err!(
                    "{name}: {argument} must be a number, a DATE, a TIMESTAMP or a text such as \
                     {FORMS}, found {}",
                    sql_name(other)
                );
            }
        };
        let (several, found) = (Cell::new(false), Cell::new(false));
        Ok(Self { numbers, column: ArrayRef::clone(column), measure, several, found })
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
        self.of_one_kind(name, &order, "partition by unit and indicator")?;
        order.sort_unstable_by(|&a, &b| self.at(a).total_cmp(&self.at(b)));
        let same = order.windows(2).find(|pair| self.at(pair[0]) == self.at(pair[1]));
        if let Some(&[row, _]) = same {
            return exec_err!(
                "{name}: a series must have one row per period, found two of {} (partition by unit \
                 and indicator)",
                self.text(row)?
            );
        }
        self.several.set(self.several.get() || order.len() > 1);
        Ok(order)
    }

    /// Sees to it that the texts of a series are of one kind; the hint is what to do where they are not.
    pub fn of_one_kind(&self, name: &str, rows: &[usize], hint: &str) -> Result<()> {
        if let (Measure::Cycles(cycles), Some(&first)) = (&self.measure, rows.first())
            && let Some(&other) = rows.iter().find(|&&row| cycles[row] != cycles[first])
        {
            return exec_err!(
                "{name}: the periods of a series must be of one kind, found {} '{}' beside {} '{}' \
                 ({hint})",
                cycles[first].plural(),
                self.text(first)?,
                cycles[other].plural(),
                self.text(other)?
            );
        }
        Ok(())
    }

    /// For each row of a series in order, the position in `order` of the one whose period lies a lag
    /// before: exactly there, but for the rounding of decimals. `argument` is that of the lag.
    pub fn earlier(
        &self,
        name: &str,
        argument: &str,
        order: &[usize],
        lag: &Lag,
    ) -> Result<Vec<Option<usize>>> {
        let Some(&first) = order.first() else { return Ok(Vec::new()) };
        let at = |position: usize| self.at(order[position]);
        let places: Result<Vec<_>> = match self.counted(name, argument, first, lag)? {
            Counted::Steps(steps) => (0..order.len())
                .map(|i| match lag_before(order.len(), at, at(i), steps) {
                    Ok(place) => Ok(place),
                    Err(Unclear) => exec_err!(
                        "{name}: periods must be small enough for a distance of {steps} between \
                         them to count, got {}",
                        self.text(order[i])?
                    ),
                })
                .collect(),
            Counted::Calendar(time) => {
                let ends = (0..order.len()).all(|i| is_month_end(at(i)));
                let wanted = |i| time.before(at(i), ends);
                let place = |i| place_of(order.len(), at, wanted(i), SAME_TIME);
                Ok((0..order.len()).map(place).collect())
            }
        };
        let places = places?;
        self.found.set(self.found.get() || places.iter().any(Option::is_some));
        Ok(places)
    }

    /// Whether one row lies at most a lag before another of its series.
    pub fn is_within(
        &self,
        name: &str,
        argument: &str,
        (early, late): (usize, usize),
        lag: &Lag,
    ) -> Result<bool> {
        Ok(match self.counted(name, argument, late, lag)? {
            Counted::Steps(steps) => self.at(late) - self.at(early) <= steps,
            Counted::Calendar(time) => {
                time.before(self.at(late), false) <= self.at(early) + SAME_TIME
            }
        })
    }

    /// A lag as it counts in the series of a row.
    fn counted(&self, name: &str, argument: &str, row: usize, lag: &Lag) -> Result<Counted> {
        let (&time, cycle) = match (lag, &self.measure) {
            (Lag::Steps(steps), _) => return Ok(Counted::Steps(*steps)),
            (Lag::Calendar(_), Measure::Number) => {
                return exec_err!(
                    "{name}: {argument} must be a number where the periods are numbers, got {lag} (in \
                     units of the period: {argument} => 1)"
                );
            }
            (Lag::Calendar(time), Measure::Date | Measure::Time) => (time, Cycle::Date),
            (Lag::Calendar(time), Measure::Cycles(cycles)) => (time, cycles[row]),
        };
        match time.steps(cycle) {
            Some(steps) => Ok(Counted::Steps(steps)),
            None if cycle == Cycle::Date => Ok(Counted::Calendar(time)),
            None => exec_err!(
                "{name}: {argument} must be a whole number of {}, got {lag}",
                cycle.plural()
            ),
        }
    }

    /// Whether there was something before anything: a lag in another measure of time than the periods
    /// (months, where a DATE counts in days) must not answer NULL for all. `argument` is that of the
    /// lag.
    pub fn verdict(&self, name: &str, argument: &str, lag: &Lag) -> Verdict {
        if self.found.get() {
            return Verdict::Found;
        }
        if !self.several.get() {
            return Verdict::Nothing;
        }
        let cycle = match &self.measure {
            Measure::Number => None,
            Measure::Date | Measure::Time => Some(Cycle::Date),
            Measure::Cycles(cycles) => {
                let first = (0..cycles.len()).find(|&row| !self.is_missing(row));
                first.map(|row| cycles[row]).filter(|first| {
                    cycles.iter().enumerate().all(|(row, c)| self.is_missing(row) || c == first)
                })
            }
        };
        let must = format!("{name}: {argument} must lead from one period to another");
        Verdict::Missing(match (cycle, lag) {
            (Some(Cycle::Date), Lag::Steps(days)) => {
                let months = if days.fract() == 0.0 { *days } else { 1.0 };
                let (days, months) = (CalendarTime { months: 0, days: *days }, counted(months));
                let counts = match &self.measure {
                    Measure::Time => "a TIMESTAMP counts in days",
                    Measure::Cycles(_) => "dates count in days",
                    _ => "a DATE counts in days",
                };
                format!(
                    "{must}, found no two dates {days} apart ({counts}; calendar time: {argument} => \
                     '{months}')"
                )
            }
            (cycle, lag) => {
                let periods = cycle.map_or("periods", Cycle::plural);
                format!("{must}, found no two {periods} {lag} apart")
            }
        })
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
    pub fn text(&self, row: usize) -> Result<String> {
        Ok(match self.measure {
            Measure::Number => self.at(row).to_string(),
            _ => array_value_to_string(&self.column, row)?,
        })
    }
}

fn counted(months: f64) -> String {
    if months == 1.0 { "1 month".to_owned() } else { format!("{months} months") }
}

/// The places of texts among the periods of their cycles.
fn places(name: &str, argument: &str, column: &ArrayRef) -> Result<(Float64Array, Vec<Cycle>)> {
    let texts = cast(column, &DataType::Utf8View)?;
    let mut cycles = Vec::with_capacity(texts.len());
    let place = |text: Option<&str>| {
        let Some(text) = text else {
            cycles.push(Cycle::Year);
            return Ok(None);
        };
        let Some(period) = parse_period(text) else {
            return no_period(name, argument, text);
        };
        cycles.push(period.cycle());
        Ok(Some(f64::from(period.number())))
    };
    let numbers: Result<Float64Array> = texts.as_string_view().iter().map(place).collect();
    Ok((numbers?, cycles))
}
