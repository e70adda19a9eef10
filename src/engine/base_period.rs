//! The base of a series: which of its periods a call names. One of them, all within a span such as a
//! year, or the first with a value.

use datafusion::arrow::array::timezone::Tz;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringViewArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::compute::kernels::cmp;
use datafusion::arrow::datatypes::{DataType, Int64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::arrow::temporal_conversions::as_datetime_with_timezone;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, ScalarValue, exec_err};

use super::interner::{ascending, text};
use crate::arguments::types::names_span;
use crate::kernel::{Period, Within, parse_period};
use crate::types::{doubles, plain};

/// The word for the first period with a value.
const FIRST: &str = "first";

/// Which rows lie at the base.
pub struct Base {
    at: Vec<Option<Within>>,
    /// Periods in their order, where they have one; the same for all others.
    numbers: Float64Array,
    /// As it was given.
    text: String,
    periods: ArrayRef,
}

/// What a call asks for.
enum Asked<'a> {
    First,
    Of(Period),
    Text(&'a str),
}

impl Base {
    /// Of a column of periods and the argument that names a base.
    pub fn new(name: &str, argument: &str, periods: &ArrayRef, base: &ArrayRef) -> Result<Self> {
        if base.logical_null_count() > 0 {
            return exec_err!("{name}: {argument} must not be NULL");
        }
        let shown = match base.is_empty() {
            true => String::new(),
            false => array_value_to_string(base, 0)?,
        };
        let at = match names_span(periods.data_type(), base.data_type()) {
            true => within(name, argument, periods, base)?,
            false => {
                let is_base = cmp::eq(periods, base)?;
                let one = |is_base: Option<bool>| {
                    is_base.is_some_and(|is| is).then_some(Within::Whole(1))
                };
                is_base.iter().map(one).collect()
            }
        };
        Ok(Self { at, numbers: numbers(periods)?, text: shown, periods: ArrayRef::clone(periods) })
    }

    /// What the period of a row is one of, if it lies at the base.
    #[inline]
    pub fn at(&self, row: usize) -> Option<Within> {
        self.at[row]
    }

    /// The period of a row, in numbers.
    #[inline]
    pub fn number(&self, row: usize) -> f64 {
        self.numbers.value(row) + 0.0
    }

    /// The rows at the base.
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        (0..self.at.len()).filter(|&row| self.at[row].is_some())
    }

    /// The base as it was given, and from where to where the periods are.
    pub fn text(&self) -> Result<String> {
        Ok(format!("{}{}", self.text, spread(&self.periods)?))
    }
}

/// The first and the last of some periods: ` (2014 to 2016)`.
pub fn spread(periods: &ArrayRef) -> Result<String> {
    let order = ascending(periods)?;
    let mut valid = order.iter().map(|&row| row as usize).filter(|&row| periods.is_valid(row));
    let Some(first) = valid.next() else { return Ok(String::new()) };
    let (first, last) = (text(periods, first), valid.next_back().map(|row| text(periods, row)));
    Ok(match last.filter(|last| *last != first) {
        Some(last) => format!(" ({first} to {last})"),
        None => format!(" ({first})"),
    })
}

/// The same where the base is a word, or may be a span.
fn within(
    name: &str,
    argument: &str,
    periods: &ArrayRef,
    base: &ArrayRef,
) -> Result<Vec<Option<Within>>> {
    let is_text = base.data_type().is_string();
    let texts = cast(base, &DataType::Utf8View)?;
    let texts = texts.as_string_view();
    let is_date = base.data_type().is_temporal();
    let asked = |row: usize| {
        let text = texts.value(row);
        match parse_period(text) {
            _ if is_text && text.eq_ignore_ascii_case(FIRST) => Asked::First,
            Some(period) if is_text || is_date => Asked::Of(period),
            _ if is_text => Asked::Text(text),
            _ => text.parse().ok().and_then(Period::of_year).map_or(Asked::Text(text), Asked::Of),
        }
    };
    let wrong = |text: &str| match plain(periods.data_type()).is_numeric() {
        true => exec_err!(
            "{name}: {argument} must be a number as the periods are, or 'first', got '{text}'"
        ),
        false => exec_err!(
            "{name}: {argument} must be a period such as 2015, 2015-Q1 or 2015-03-31, or 'first', \
             got '{text}'"
        ),
    };
    let kind = plain(periods.data_type());
    let mut at = Vec::with_capacity(periods.len());
    if kind.is_string() {
        let periods = cast(periods, &DataType::Utf8View)?;
        let periods: &StringViewArray = periods.as_string_view();
        for (row, period) in periods.iter().enumerate() {
            at.push(period.and_then(|period| match asked(row) {
                Asked::First => Some(Within::First),
                Asked::Text(text) => (text == period).then_some(Within::Whole(1)),
                Asked::Of(span) => {
                    match parse_period(period) {
                        Some(period) => span.contains(&period).then(|| {
                            span.count(period.cycle()).map_or(Within::Days, Within::Whole)
                        }),
                        None => None,
                    }
                }
            }));
        }
    } else if kind.is_temporal() {
        let days = numbers(periods)?;
        let is_time = matches!(kind, DataType::Timestamp(..));
        for row in 0..periods.len() {
            let day = || Period::of_days(days.value(row).floor() as i64);
            at.push(match asked(row) {
                _ if periods.is_null(row) => None,
                Asked::First => Some(Within::First),
                Asked::Of(span @ Period::Date { .. }) if !is_time => {
                    (day() == Some(span)).then_some(Within::Whole(1))
                }
                Asked::Of(span) => day().filter(|day| span.contains(day)).map(|_| Within::Days),
                // A time of day.
                Asked::Text(text) if is_text => match ScalarValue::from(text).cast_to(kind) {
                    Ok(time) if !time.is_null() => {
                        let is_it = ScalarValue::try_from_array(periods, row)? == time;
                        is_it.then_some(Within::Whole(1))
                    }
                    _ => return wrong(text),
                },
                Asked::Text(_) => None,
            });
        }
    } else {
        for row in 0..periods.len() {
            match asked(row) {
                Asked::First => at.push(periods.is_valid(row).then_some(Within::First)),
                Asked::Of(_) | Asked::Text(_) => return wrong(texts.value(row)),
            }
        }
    }
    Ok(at)
}

/// Periods as numbers in their order; those that have none are equal.
fn numbers(periods: &ArrayRef) -> Result<Float64Array> {
    match plain(periods.data_type()) {
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => days(periods),
        kind if kind.is_numeric() => doubles(periods),
        kind if kind.is_string() => {
            let texts = cast(periods, &DataType::Utf8View)?;
            let number = |text: Option<&str>| {
                text.and_then(parse_period).map_or(0.0, |period| f64::from(period.number()))
            };
            Ok(texts.as_string_view().iter().map(|text| Some(number(text))).collect())
        }
        _ => Ok(Float64Array::from_value(0.0, periods.len())),
    }
}

/// Days since 1970 of dates and times, with parts of days; of times with a zone those of its clocks.
pub fn days(column: &ArrayRef) -> Result<Float64Array> {
    const MICROSECONDS_OF_A_DAY: f64 = 86_400e6;
    let DataType::Timestamp(_, zone) = plain(column.data_type()) else {
        return doubles(&cast(&cast(column, &DataType::Date32)?, &DataType::Int32)?);
    };
    let times = cast(column, &DataType::Timestamp(TimeUnit::Microsecond, zone.clone()))?;
    let zone: Option<Tz> = zone.as_deref().map(str::parse).transpose()?;
    let on_the_clock = |time: i64| match zone {
        None => time,
        Some(zone) => as_datetime_with_timezone::<TimestampMicrosecondType>(time, zone)
            .map_or(time, |time| time.naive_local().and_utc().timestamp_micros()),
    };
    let times = cast(&times, &DataType::Int64)?;
    let times = times.as_primitive::<Int64Type>();
    Ok(times.unary(|time| on_the_clock(time) as f64 / MICROSECONDS_OF_A_DAY))
}
