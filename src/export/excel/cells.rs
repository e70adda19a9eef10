//! What the cells of a column are in Excel: numbers, dates, text, and how they look.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, StringArray, new_null_array,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Int64Type, TimeUnit};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::{Result, exec_err};

use crate::export::delimited::shown;

/// Characters of a cell, as UTF-16 counts them.
const LONGEST: usize = 32_767;

/// Whole numbers from here on have more than the 15 digits that Excel keeps.
const TOO_LONG: f64 = 1e15;

/// Decimals that are counted; a column that needs more holds computed numbers.
const MOST_DECIMALS: usize = 6;

/// Width of a column at least and at most, in digits.
const WIDTHS: (usize, usize) = (8, 60);

/// Days since 1970 of the first and the last date that Excel has: 1900-01-01 and 9999-12-31.
const DATES: (i64, i64) = (-25_567, 2_932_896);

const MILLISECONDS_A_DAY: i64 = 86_400_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Boolean,
    Number,
    Date,
    Timestamp,
    Time,
}

/// A column, and what is known of it once its cells have been seen.
#[derive(Debug)]
pub(super) struct Column {
    pub name: String,
    kind: Kind,
    /// Why its cells are text: one of them, at least, is nothing that Excel holds.
    text: Option<&'static str>,
    /// Whether times were cut to milliseconds.
    is_cut: bool,
    has_milliseconds: bool,
    /// Whether its times are those of a zone, which cells have not.
    has_zone: bool,
    decimals: usize,
    largest: f64,
    is_negative: bool,
    /// Of the widest text.
    width: usize,
}

/// Cells, as they are written.
pub(super) enum Cells {
    Text(StringArray),
    Boolean(BooleanArray),
    Number(Float64Array),
}

impl Column {
    pub fn new(field: &Field) -> Self {
        let kind = match field.data_type() {
            DataType::Boolean => Kind::Boolean,
            DataType::Date32 | DataType::Date64 => Kind::Date,
            DataType::Timestamp(..) => Kind::Timestamp,
            DataType::Time32(_) | DataType::Time64(_) => Kind::Time,
            data_type if data_type.is_numeric() => Kind::Number,
            _ => Kind::Text,
        };
        Self {
            name: field.name().clone(),
            kind,
            text: None,
            is_cut: false,
            has_milliseconds: false,
            has_zone: matches!(field.data_type(), DataType::Timestamp(_, Some(_))),
            decimals: 0,
            largest: 0.0,
            is_negative: false,
            width: 0,
        }
    }

    /// Looks at more cells; `before` rows came before them.
    ///
    /// # Errors
    /// A number that is not finite, a text that is too long: Excel has neither.
    pub fn learn(&mut self, column: &ArrayRef, before: usize) -> Result<()> {
        if self.kind != Kind::Text && self.text.is_none() {
            self.text = self.why_text(column)?;
        }
        match self.cells(column)? {
            Cells::Text(texts) => self.learn_texts(&texts, before),
            Cells::Number(numbers) => self.learn_numbers(&numbers, before),
            Cells::Boolean(_) => Ok(()),
        }
    }

    fn learn_texts(&mut self, texts: &StringArray, before: usize) -> Result<()> {
        for (row, text) in texts.iter().enumerate() {
            let Some(text) = text else { continue };
            if text.len() > LONGEST {
                let length = text.encode_utf16().count();
                if length > LONGEST {
                    return exec_err!(
                        "column '{}' must have at most {LONGEST} characters a cell in Excel, found \
                         {length} in row {}",
                        self.name,
                        before + row + 1
                    );
                }
            }
            if self.width < WIDTHS.1 {
                self.width = self.width.max(width(text));
            }
        }
        Ok(())
    }

    fn learn_numbers(&mut self, numbers: &Float64Array, before: usize) -> Result<()> {
        for (row, number) in numbers.iter().enumerate() {
            let Some(number) = number else { continue };
            if !number.is_finite() {
                return exec_err!(
                    "column '{}' must be finite in Excel, got {number} in row {} (leave the row \
                     out, or make it NULL)",
                    self.name,
                    before + row + 1
                );
            }
            self.largest = self.largest.max(number.abs());
            self.is_negative |= number < 0.0;
            if self.decimals <= MOST_DECIMALS {
                self.decimals = self.decimals.max(decimals(number));
            }
        }
        Ok(())
    }

    /// Why the column is text, if one of its cells is not what Excel holds.
    fn why_text(&mut self, column: &ArrayRef) -> Result<Option<&'static str>> {
        let days = |days: i64| (DATES.0..=DATES.1).contains(&days);
        Ok(match column.data_type() {
            DataType::Date32 | DataType::Date64 => {
                let dates = cast(&cast(column, &DataType::Date32)?, &DataType::Int32)?;
                let dates = cast(&dates, &DataType::Int64)?;
                let all = dates.as_primitive::<Int64Type>().iter().flatten().all(days);
                (!all).then_some("dates before 1900 or after 9999")
            }
            DataType::Timestamp(unit, _) => {
                let (times, parts) = (cast(column, &DataType::Int64)?, per_millisecond(*unit));
                let mut all = true;
                for time in times.as_primitive::<Int64Type>().iter().flatten() {
                    self.is_cut |= parts > 1 && time % parts != 0;
                    let time = milliseconds(time, *unit);
                    self.has_milliseconds |= time.is_some_and(|time| time % 1000 != 0);
                    all &= time.is_some_and(|time| days(time.div_euclid(MILLISECONDS_A_DAY)));
                }
                (!all).then_some("times before 1900 or after 9999")
            }
            DataType::Time32(_) | DataType::Time64(_) => {
                let times = cast(column, &DataType::Time64(TimeUnit::Nanosecond))?;
                let times = cast(&times, &DataType::Int64)?;
                for time in times.as_primitive::<Int64Type>().iter().flatten() {
                    self.is_cut |= time % 1_000_000 != 0;
                    self.has_milliseconds |= time / 1_000_000 % 1000 != 0;
                }
                None
            }
            data_type if data_type.is_integer() || data_type.is_decimal() => {
                let numbers = cast(column, &DataType::Float64)?;
                let mut numbers = numbers.as_primitive::<Float64Type>().iter().flatten();
                numbers
                    .any(|x| x.abs() >= TOO_LONG)
                    .then_some("whole numbers of more than 15 digits")
            }
            _ => None,
        })
    }

    /// The cells of a part of the column.
    pub fn cells(&self, column: &ArrayRef) -> Result<Cells> {
        if self.text.is_some() || self.kind == Kind::Text {
            let texts = match column.data_type() {
                DataType::Utf8 => Arc::clone(column),
                DataType::LargeUtf8 => cast(column, &DataType::Utf8)?,
                DataType::Null => new_null_array(&DataType::Utf8, column.len()),
                _ => shown(column)?,
            };
            return Ok(Cells::Text(texts.as_string::<i32>().clone()));
        }
        let numbers = match column.data_type() {
            DataType::Boolean => return Ok(Cells::Boolean(column.as_boolean().clone())),
            DataType::Date32 | DataType::Date64 => {
                let days = cast(&cast(column, &DataType::Date32)?, &DataType::Int32)?;
                let days = cast(&days, &DataType::Float64)?;
                return Ok(Cells::Number(days.as_primitive::<Float64Type>().unary(serial)));
            }
            DataType::Timestamp(unit, _) => {
                let times = cast(column, &DataType::Int64)?;
                let serial = |time| {
                    let time = milliseconds(time, *unit)?;
                    let (days, rest) =
                        (time.div_euclid(MILLISECONDS_A_DAY), time.rem_euclid(MILLISECONDS_A_DAY));
                    Some(serial(days as f64) + rest as f64 / MILLISECONDS_A_DAY as f64)
                };
                return Ok(Cells::Number(times.as_primitive::<Int64Type>().unary_opt(serial)));
            }
            DataType::Time32(_) | DataType::Time64(_) => {
                let times = cast(column, &DataType::Time64(TimeUnit::Nanosecond))?;
                let times = cast(&times, &DataType::Int64)?;
                let share = |time: i64| (time / 1_000_000) as f64 / MILLISECONDS_A_DAY as f64;
                return Ok(Cells::Number(times.as_primitive::<Int64Type>().unary(share)));
            }
            // As they are written: 0.1 is 0.1, not the nearest of half the digits.
            DataType::Float16 | DataType::Float32 => read(column)?,
            data_type if data_type.is_decimal() => read(column)?,
            _ => cast(column, &DataType::Float64)?.as_primitive::<Float64Type>().clone(),
        };
        Ok(Cells::Number(numbers.unary(|x: f64| x + 0.0))) // -0 is 0
    }

    /// Whether its cells are text.
    pub fn is_text(&self) -> bool {
        self.text.is_some() || self.kind == Kind::Text
    }

    /// How its cells look, in the language of Excel. None: as Excel thinks best.
    pub fn number_format(&self) -> Option<String> {
        let millisecond = if self.has_milliseconds { ".000" } else { "" };
        Some(match self.kind {
            _ if self.text.is_some() => return None,
            Kind::Text | Kind::Boolean => return None,
            Kind::Date => "yyyy-mm-dd".to_owned(),
            Kind::Timestamp => format!("yyyy-mm-dd hh:mm:ss{millisecond}"),
            Kind::Time => format!("hh:mm:ss{millisecond}"),
            Kind::Number => match self.shown_decimals()? {
                0 => "0".to_owned(),
                decimals => format!("0.{}", "0".repeat(decimals)),
            },
        })
    }

    /// Decimals that are shown: as many as the numbers have, or of computed numbers four, fewer
    /// where they are large. None: too small or too large for any.
    fn shown_decimals(&self) -> Option<usize> {
        if self.largest >= TOO_LONG {
            return None;
        }
        if self.decimals <= MOST_DECIMALS {
            return Some(self.decimals);
        }
        (self.largest >= 0.1).then(|| 7_usize.saturating_sub(digits(self.largest)).clamp(2, 4))
    }

    /// Width of the column, in digits.
    pub fn width(&self) -> f64 {
        let cells = match self.kind {
            _ if self.is_text() => self.width,
            Kind::Text | Kind::Boolean => 5,
            Kind::Date => 10,
            Kind::Timestamp => 19 + 4 * usize::from(self.has_milliseconds),
            Kind::Time => 8 + 4 * usize::from(self.has_milliseconds),
            Kind::Number => match self.shown_decimals() {
                Some(decimals) => {
                    let point = usize::from(decimals > 0);
                    digits(self.largest) + point + decimals + usize::from(self.is_negative)
                }
                None => 11,
            },
        };
        // The header is bold and has a button.
        let header = width(&self.name) + 3;
        (cells.max(header) + 1).clamp(WIDTHS.0, WIDTHS.1) as f64
    }

    /// What a reader of the cells cannot see.
    pub fn notes(&self) -> impl Iterator<Item = String> {
        let notes = [
            self.text.map(|why| format!("text, as it has {why}")),
            (self.is_cut && self.text.is_none()).then(|| "cut to milliseconds".to_owned()),
            (self.has_zone && self.text.is_none()).then(|| "times are UTC".to_owned()),
        ];
        notes.into_iter().flatten().map(|note| format!("column '{}': {note}", self.name))
    }
}

/// Numbers by what is shown of them.
fn read(column: &ArrayRef) -> Result<Float64Array> {
    let options = FormatOptions::default();
    let cells = ArrayFormatter::try_new(column, &options)?;
    let number = |row| match column.is_valid(row) {
        true => cells.value(row).to_string().parse().ok(),
        false => None,
    };
    Ok((0..column.len()).map(number).collect())
}

/// The number of a day. Excel has a 29 February 1900, which the days before it do not count.
fn serial(days: f64) -> f64 {
    let serial = days + 25_569.0;
    if serial < 61.0 { serial - 1.0 } else { serial }
}

/// Parts of a millisecond, of units that have more than one.
fn per_millisecond(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second | TimeUnit::Millisecond => 1,
        TimeUnit::Microsecond => 1_000,
        TimeUnit::Nanosecond => 1_000_000,
    }
}

fn milliseconds(time: i64, unit: TimeUnit) -> Option<i64> {
    match unit {
        TimeUnit::Second => time.checked_mul(1000),
        unit => Some(time.div_euclid(per_millisecond(unit))),
    }
}

/// Decimals of a number, as far as they are counted.
fn decimals(number: f64) -> usize {
    let mut scale = 1.0;
    for decimals in 0..=MOST_DECIMALS {
        if (number * scale).round() / scale == number {
            return decimals;
        }
        scale *= 10.0;
    }
    MOST_DECIMALS + 1
}

/// Digits before the point.
fn digits(number: f64) -> usize {
    if number < 10.0 { 1 } else { 1 + number.log10().floor() as usize }
}

/// The width of a text's widest line; characters of East Asia are as wide as two others.
fn width(text: &str) -> usize {
    let wide = |c: char| {
        matches!(u32::from(c),
            0x1100..=0x115F | 0x2E80..=0xA4CF | 0xA960..=0xA97F | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF
            | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1FAFF
            | 0x20000..=0x3FFFD)
    };
    let line = |line: &str| line.chars().map(|c| 1 + usize::from(wide(c))).sum();
    text.lines().map(line).max().unwrap_or(0)
}
