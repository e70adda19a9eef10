//! Periods as places on an axis: years and dates by their distance, texts such as `2015-Q1` one after another.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Int32Array, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, plan_err};
use kuva::TickFormat;

use super::rows::Rows;
use super::text;
use crate::engine::period_order::in_time;

/// Ticks of an axis of periods at most.
const TICKS: usize = 10;

/// The periods of a column.
#[derive(Debug)]
pub struct Periods {
    /// Where each row stands; none where the period is NULL.
    pub places: Vec<Option<f64>>,
    /// How ticks are written.
    pub format: TickFormat,
    /// The distance between ticks, where the axis does not find it by itself.
    pub step: Option<f64>,
}

impl Periods {
    /// The periods of a column.
    pub fn new(rows: &Rows, column: usize) -> Result<Self> {
        if rows.is_number(column) {
            return Self::of_numbers(rows, column);
        }
        if rows.is_time(column) {
            return Self::of_days(rows, column);
        }
        let texts = rows.texts(column)?;
        let distinct: BTreeSet<&str> = texts.iter().flatten().map(String::as_str).collect();
        let distinct: Vec<&str> = distinct.into_iter().collect();
        let array: ArrayRef = Arc::new(StringArray::from_iter_values(&distinct));
        let order = in_time("plot", &array)?;
        let names: Vec<String> = order.iter().map(|&at| distinct[at as usize].to_owned()).collect();
        let place = |(place, name): (usize, &String)| (name.clone(), place as f64);
        let places: HashMap<String, f64> = names.iter().enumerate().map(place).collect();
        let step = names.len().div_ceil(TICKS).max(1) as f64;
        let written = move |value: f64| {
            let is_whole = (value - value.round()).abs() < 1e-6 && value > -0.5;
            let name = names.get(value.round().max(0.0) as usize).filter(|_| is_whole);
            name.map(|name| text::plain(&text::cut(name, text::LABEL))).unwrap_or_default()
        };
        Ok(Self {
            places: texts
                .iter()
                .map(|text| text.as_ref().and_then(|t| places.get(t)).copied())
                .collect(),
            format: TickFormat::Custom(Arc::new(written)),
            step: Some(step),
        })
    }

    /// Years and other numbers.
    fn of_numbers(rows: &Rows, column: usize) -> Result<Self> {
        let places = rows.numbers(column)?;
        let ends = ends(&places);
        let is_whole = places.iter().flatten().all(|place| place.fract() == 0.0);
        let step = ends.filter(|_| is_whole).map(|(first, last)| {
            let steps = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];
            let enough = steps.iter().copied().find(|step| (last - first) / step <= TICKS as f64);
            enough.unwrap_or(((last - first) / TICKS as f64).ceil().max(1.0))
        });
        let format = if is_whole { TickFormat::Integer } else { TickFormat::Auto };
        Ok(Self { places, format, step })
    }

    /// Dates and times, in days.
    fn of_days(rows: &Rows, column: usize) -> Result<Self> {
        let dates = cast(rows.column(column), &DataType::Date32)?;
        let numbers = cast(&cast(&dates, &DataType::Int32)?, &DataType::Float64)?;
        let places: Vec<Option<f64>> = numbers.as_primitive::<Float64Type>().iter().collect();
        let step = ends(&places).map(|(first, last)| ((last - first) / 8.0).ceil().max(1.0));
        let written = |value: f64| {
            let day = Int32Array::from(vec![value.round() as i32]);
            let day = cast(&day, &DataType::Date32).and_then(|day| cast(&day, &DataType::Utf8));
            day.map(|day| day.as_string::<i32>().value(0).to_owned()).unwrap_or_default()
        };
        Ok(Self { places, format: TickFormat::Custom(Arc::new(written)), step })
    }

    /// The first and the last place.
    pub fn ends(&self) -> Result<(f64, f64)> {
        match ends(&self.places) {
            Some(ends) => Ok(ends),
            None => plan_err!("plot: there must be a period, found NULL in all rows"),
        }
    }
}

fn ends(places: &[Option<f64>]) -> Option<(f64, f64)> {
    let mut places = places.iter().flatten().copied();
    let first = places.next()?;
    Some(places.fold((first, first), |(low, high), place| (low.min(place), high.max(place))))
}
