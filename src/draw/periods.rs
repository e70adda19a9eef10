//! Periods as places on an axis: years and dates by their distance, texts such as `2015-Q1` one after another.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Float64Type, Int64Type, TimeUnit, TimestampMillisecondType,
};
use datafusion::common::{Result, plan_err};

use super::rows::Rows;
use super::text;
use crate::engine::period_order::in_time;

const DAY: f64 = 86_400_000.0;

/// The periods of a column.
#[derive(Debug)]
pub struct Periods {
    /// Where each row stands; none where the period is NULL.
    pub places: Vec<Option<f64>>,
    /// What is written for each row.
    pub texts: Vec<Option<String>>,
    kind: Kind,
}

/// What the places are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Years, or other numbers.
    Numbers,
    /// Days since 1970.
    Days,
    /// Numbers of texts, in the order of time.
    Texts,
}

impl Periods {
    /// The periods of a column.
    pub fn new(rows: &Rows, column: usize) -> Result<Self> {
        let texts = rows.texts(column)?;
        if rows.is_number(column) {
            return Ok(Self { places: rows.numbers(column)?, texts, kind: Kind::Numbers });
        }
        if rows.is_time(column) {
            return Ok(Self { places: days(rows.column(column))?, texts, kind: Kind::Days });
        }
        let distinct: BTreeSet<&str> = texts.iter().flatten().map(String::as_str).collect();
        let distinct: Vec<&str> = distinct.into_iter().collect();
        let array: ArrayRef = Arc::new(StringArray::from_iter_values(&distinct));
        let order = in_time("plot", &array)?;
        let place = |(place, &at): (usize, &u32)| (distinct[at as usize], place as f64);
        let places: HashMap<&str, f64> = order.iter().enumerate().map(place).collect();
        let place = |text: &Option<String>| Some(places[text.as_deref()?]);
        let places = texts.iter().map(place).collect();
        Ok(Self { places, texts, kind: Kind::Texts })
    }

    /// The first and the last place.
    pub fn ends(&self) -> Result<(f64, f64)> {
        match ends(&self.places) {
            Some(ends) => Ok(ends),
            None => plan_err!("plot: there must be a period, found NULL in all rows"),
        }
    }

    /// Places with their texts, so many at most, in the order of time.
    pub fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        let Some((first, last)) = ends(&self.places) else { return Vec::new() };
        let most = most.max(2);
        let is_whole = self.places.iter().flatten().all(|place| place.fract() == 0.0);
        let ticks = match self.kind {
            Kind::Numbers if is_whole => whole(first, last, most),
            Kind::Days => calendar(first, last, most),
            Kind::Numbers | Kind::Texts => Vec::new(),
        };
        if ticks.len() >= 2 { ticks } else { self.every(most) }
    }

    /// Every so many of the periods themselves.
    fn every(&self, most: usize) -> Vec<(f64, String)> {
        let all = self.distinct();
        let step = all.len().div_ceil(most).max(1);
        let written = |(place, text): (f64, &str)| (place, text::cut(text, text::LABEL));
        all.into_iter().step_by(step).map(written).collect()
    }

    /// Each period once, in the order of time.
    pub fn distinct(&self) -> Vec<(f64, &str)> {
        let rows = self.places.iter().zip(&self.texts);
        let mut all: Vec<(f64, &str)> =
            rows.filter_map(|(place, text)| Some(((*place)?, text.as_deref()?))).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        all.dedup_by(|a, b| a.0 == b.0);
        all
    }
}

/// Times in days.
fn days(array: &ArrayRef) -> Result<Vec<Option<f64>>> {
    let times = cast(array, &DataType::Timestamp(TimeUnit::Millisecond, None))?;
    let times = times.as_primitive::<TimestampMillisecondType>().reinterpret_cast::<Int64Type>();
    let numbers = cast(&times, &DataType::Float64)?;
    let numbers = numbers.as_primitive::<Float64Type>();
    Ok(numbers.iter().map(|time| time.map(|time| time / DAY)).collect())
}

/// Whole numbers, at multiples of 1, 2, 5, 10 and so on.
fn whole(first: f64, last: f64, most: usize) -> Vec<(f64, String)> {
    let count = |step: f64| ((last / step).floor() - (first / step).ceil()) as usize + 1;
    let steps = (0..12).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10f64.powi(power)));
    let step = steps.into_iter().find(|&step| count(step) <= most).unwrap_or(last - first);
    let begin = (first / step).ceil();
    (0..count(step))
        .map(|at| (begin + at as f64) * step)
        .map(|tick| (tick, tick.to_string()))
        .collect()
}

/// Beginnings of years or of months.
fn calendar(first: f64, last: f64, most: usize) -> Vec<(f64, String)> {
    let year = |day: f64| 1970.0 + day / 365.2425;
    let (from, to) = (year(first).floor() as i32 - 1, year(last).ceil() as i32 + 1);
    // No more than can be seen between any two days that there are.
    let within = |dates: Vec<String>, letters: usize| -> Vec<(f64, String)> {
        let array: ArrayRef = Arc::new(StringArray::from(dates.clone()));
        let Ok(days) = cast(&array, &DataType::Date32) else { return Vec::new() };
        let days = days.as_primitive::<Date32Type>();
        let placed = days.iter().zip(dates).filter_map(|(day, date)| {
            Some((f64::from(day?), date[..letters.min(date.len())].to_owned()))
        });
        placed.filter(|(day, _)| (first..=last).contains(day)).collect()
    };
    if last - first > 800.0 {
        let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
        let count = |step: &i32| (to - from) / step;
        let step = steps.into_iter().find(|step| count(step) <= most as i32 + 2).unwrap_or(1000);
        let years =
            (from..=to).filter(|year| year.rem_euclid(step) == 0 && (0..=9999).contains(year));
        return within(years.map(|year| format!("{year:04}-01-01")).collect(), 4);
    }
    let step = [1, 2, 3, 6, 12]
        .into_iter()
        .find(|step| (last - first) / 30.4 / f64::from(*step) <= most as f64);
    let step = step.unwrap_or(12);
    let months = (from..=to).filter(|year| (0..=9999).contains(year)).flat_map(|year| {
        (1..=12).filter(move |month| (month - 1) % step == 0).map(move |month| (year, month))
    });
    within(months.map(|(year, month)| format!("{year:04}-{month:02}-01")).collect(), 7)
}

fn ends(places: &[Option<f64>]) -> Option<(f64, f64)> {
    let mut places = places.iter().flatten().copied();
    let first = places.next()?;
    Some(places.fold((first, first), |(low, high), place| (low.min(place), high.max(place))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(ticks: Vec<(f64, String)>) -> Vec<String> {
        ticks.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn years_have_round_ticks() {
        assert_eq!(texts(whole(2014.0, 2024.0, 11)).len(), 11);
        assert_eq!(
            texts(whole(2014.0, 2024.0, 10)),
            ["2014", "2016", "2018", "2020", "2022", "2024"]
        );
        assert_eq!(
            texts(whole(1991.0, 2022.0, 8)),
            ["1995", "2000", "2005", "2010", "2015", "2020"]
        );
    }

    #[test]
    fn days_have_those_of_the_calendar() {
        // 2015-06-30 to 2024-12-31, and 2024-02-15 to 2024-05-02.
        let years = texts(calendar(16_616.0, 20_088.0, 10));
        assert_eq!(years, ["2016", "2017", "2018", "2019", "2020", "2021", "2022", "2023", "2024"]);
        assert_eq!(texts(calendar(19_768.0, 19_845.0, 6)), ["2024-03", "2024-04", "2024-05"]);
    }
}
