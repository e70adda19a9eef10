//! The base of a series: which of its periods a call names. One of them, all within a span such as a
//! year, or the first with a value.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::timezone::Tz;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Datum, Float64Array, StringViewArray};
use datafusion::arrow::compute::kernels::cmp;
use datafusion::arrow::compute::{cast, partition};
use datafusion::arrow::datatypes::{DataType, Int64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::arrow::temporal_conversions::as_datetime_with_timezone;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, ScalarValue, exec_err};

use super::interner::{ascending, text};
use crate::arguments::types::names_span;
use crate::kernel::{Period, Within, parse_period};
use crate::types::{doubles, plain};

/// What a text can be that is a period.
pub const FORMS: &str = "2023, 2023-S1, 2023-Q1, 2023-07, 2023-W05 or 2023-07-15";

/// The word for the first period with a value.
const FIRST: &str = "first";

/// Which rows lie at the base.
pub struct Base {
    at: Vec<Option<Within>>,
    /// Where the period of each row lies among others, as a number.
    places: Float64Array,
    /// As it was given.
    text: String,
    periods: ArrayRef,
}

/// The rows at a base, and the place of each period in their order; NaN for one that has none.
type AtBase = (Vec<Option<Within>>, Float64Array);

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
        let (at, places) = match names_span(periods.data_type(), base.data_type()) {
            true => within(name, argument, periods, base)?,
            // The base is one period: it is in any place.
            false => (equal(periods, base)?, Float64Array::from_value(0.0, periods.len())),
        };
        Ok(Self { at, places, text: shown, periods: ArrayRef::clone(periods) })
    }

    /// What the period of a row is one of, if it lies at the base.
    #[inline]
    pub fn at(&self, row: usize) -> Option<Within> {
        self.at[row]
    }

    /// Where the period of a row at the base lies among others; of one that has no place no value can
    /// be the first.
    #[inline]
    pub fn place(&self, name: &str, row: usize) -> Result<f64> {
        let place = self.places.value(row) + 0.0;
        if !place.is_finite() && matches!(self.at[row], Some(Within::First(_))) {
            return match plain(self.periods.data_type()).is_string() {
                true => no_period(name, "period", &array_value_to_string(&self.periods, row)?),
                false => exec_err!("{name}: period must be finite, got {place}"),
            };
        }
        Ok(place)
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

/// The error of a text that is no period.
pub fn no_period<T>(name: &str, argument: &str, text: &str) -> Result<T> {
    exec_err!(
        "{name}: {argument} must be a number, a DATE, a TIMESTAMP or a text such as {FORMS}, got \
         '{text}'"
    )
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

/// Rows whose base is one.
struct Run<'a> {
    rows: Range<usize>,
    asked: Asked<'a>,
}

/// What a call asks for.
#[derive(Clone, Copy)]
enum Asked<'a> {
    First,
    Of(Period),
    Text(&'a str),
}

impl<'a> Asked<'a> {
    fn new(text: &'a str, is_text: bool) -> Self {
        match parse_period(text) {
            _ if is_text && text.eq_ignore_ascii_case(FIRST) => Self::First,
            Some(period) => Self::Of(period),
            None => Self::Text(text),
        }
    }
}

/// The rows whose period is the base.
fn equal(periods: &dyn Datum, base: &dyn Datum) -> Result<Vec<Option<Within>>> {
    let is_base = cmp::eq(periods, base)?;
    let one = |is_base: Option<bool>| is_base.is_some_and(|is| is).then_some(Within::Whole(1));
    Ok(is_base.iter().map(one).collect())
}

/// The rows at a base that is a word, or may be a span, and the places of their periods.
fn within(name: &str, argument: &str, periods: &ArrayRef, base: &ArrayRef) -> Result<AtBase> {
    let is_text = plain(base.data_type()).is_string();
    let texts = cast(base, &DataType::Utf8View)?;
    let texts = texts.as_string_view();
    let run = |rows: Range<usize>| {
        let asked = Asked::new(texts.value(rows.start), is_text);
        Run { rows, asked }
    };
    let runs: Vec<_> = partition(&[Arc::clone(base)])?.ranges().into_iter().map(run).collect();
    match plain(periods.data_type()) {
        kind if kind.is_string() => within_texts(periods, &runs),
        kind if kind.is_temporal() => within_times(periods, &runs, is_text, |text| {
            exec_err!(
                "{name}: {argument} must be a period such as 2015, 2015-Q1 or 2015-03-31, or 'first', \
                 got '{text}'"
            )
        }),
        _ => match runs.iter().find(|run| !matches!(run.asked, Asked::First)) {
            Some(run) => exec_err!(
                "{name}: {argument} must be a number as the periods are, or 'first', got '{}'",
                texts.value(run.rows.start)
            ),
            None => Ok((earliest(periods), doubles(periods)?)),
        },
    }
}

fn within_texts(periods: &ArrayRef, runs: &[Run]) -> Result<AtBase> {
    let texts = cast(periods, &DataType::Utf8View)?;
    let texts = texts.as_string_view();
    let read = |text: Option<&str>| text.and_then(parse_period);
    let read: Vec<Option<Period>> = texts.iter().map(read).collect();
    let mut at = Vec::with_capacity(read.len());
    for Run { rows, asked } in runs {
        let here = texts.slice(rows.start, rows.len());
        let read = &read[rows.clone()];
        match asked {
            Asked::First => at.extend(read.iter().enumerate().map(|(row, period)| {
                let kind = period.map_or(0, |period| period.cycle() as u8);
                here.is_valid(row).then_some(Within::First(kind))
            })),
            Asked::Of(span) => at.extend(read.iter().map(|period| {
                let period = period.filter(|period| span.contains(period))?;
                Some(span.count(period.cycle()).map_or(Within::Days, Within::Whole))
            })),
            Asked::Text(text) => at.extend(equal(&here, &StringViewArray::new_scalar(text))?),
        }
    }
    let place = |period: Option<Period>| period.map_or(f64::NAN, |period| period.number().into());
    Ok((at, Float64Array::from_iter_values(read.into_iter().map(place))))
}

fn within_times(
    periods: &ArrayRef,
    runs: &[Run],
    is_text: bool,
    wrong: impl Fn(&str) -> Result<AtBase>,
) -> Result<AtBase> {
    let kind = plain(periods.data_type());
    let (periods, days) = (cast(periods, kind)?, days(periods)?);
    let is_time = matches!(kind, DataType::Timestamp(..));
    let mut at = Vec::with_capacity(periods.len());
    for Run { rows, asked } in runs {
        let here = periods.slice(rows.start, rows.len());
        match *asked {
            Asked::First => at.extend(earliest(&here)),
            Asked::Of(span) => {
                let within = match span {
                    Period::Date { .. } if !is_time => Within::Whole(1),
                    _ => Within::Days,
                };
                at.extend(days.slice(rows.start, rows.len()).iter().map(|days| {
                    let day = Period::of_days(days?.floor() as i64)?;
                    span.contains(&day).then_some(within)
                }));
            }
            Asked::Text(text) if is_text => match ScalarValue::from(text).cast_to(kind) {
                Ok(time) if !time.is_null() => at.extend(equal(&here, &time.to_scalar()?)?),
                _ => return wrong(text),
            },
            Asked::Text(_) => at.extend(std::iter::repeat_n(None, rows.len())),
        }
    }
    Ok((at, days))
}

/// All rows with a period: the first of a series is sought among them.
fn earliest(periods: &ArrayRef) -> Vec<Option<Within>> {
    let first = |row| periods.is_valid(row).then_some(Within::First(0));
    (0..periods.len()).map(first).collect()
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
