//! The lines of a result: points in the order of periods, in runs without a gap.

use std::collections::HashMap;

use datafusion::common::{Result, plan_err};

use super::roles::{PUBLISHED, SERIES, Y};
use crate::draw::chart::Chart;
use crate::draw::names::NONE;
use crate::draw::periods::Periods;
use crate::draw::shapes::Point;

/// A line.
pub struct Line {
    /// What it is of.
    pub name: String,
    /// Its points, as far as none between them is NULL.
    pub runs: Vec<Vec<Point>>,
    /// Points of the published series.
    pub published: Vec<Point>,
}

impl Line {
    /// All points in the order of periods.
    pub fn points(&self) -> impl Iterator<Item = &Point> {
        self.runs.iter().flatten()
    }

    /// All values, published ones as well.
    pub fn values(&self) -> impl Iterator<Item = f64> {
        self.points().chain(&self.published).map(|point| point.1)
    }

    /// The point at its end: of a line without values the last of the published.
    pub fn end(&self) -> Option<Point> {
        self.points().last().or(self.published.last()).copied()
    }

    /// The values that are written: the first, and that at its end.
    pub fn told(&self) -> impl Iterator<Item = f64> {
        self.points().next().copied().into_iter().chain(self.end()).map(|point| point.1)
    }

    /// Whether there is anything to draw.
    pub fn has_points(&self) -> bool {
        !self.runs.is_empty() || !self.published.is_empty()
    }
}

/// A line that is read.
#[derive(Default)]
struct Read {
    points: Vec<(f64, Option<f64>)>,
    published: Vec<Point>,
}

/// The lines, and how many rows have no value or no period.
pub fn lines(chart: &Chart<'_>, periods: &Periods) -> Result<(Vec<Line>, usize)> {
    let series = chart.texts(SERIES)?;
    let published = chart.numbers(PUBLISHED)?;
    let mut read: Vec<(String, Read)> = Vec::new();
    let mut of_name: HashMap<String, usize> = HashMap::new();
    let mut missing = 0;
    let columns = &chart.columns[Y];
    for (number, &column) in columns.iter().enumerate() {
        let values = chart.rows.numbers(column)?;
        for (row, &value) in values.iter().enumerate() {
            let of = series.as_ref().map(|series| series[row].as_deref().unwrap_or(NONE));
            let name = match (of, columns.len()) {
                (Some(of), 1) => of.to_owned(),
                (Some(of), _) => format!("{of}, {}", chart.rows.name(column)),
                (None, _) => chart.rows.name(column).to_owned(),
            };
            let at = *of_name.entry(name.clone()).or_insert_with(|| {
                read.push((name, Read::default()));
                read.len() - 1
            });
            // The published series stands beside the first of several columns.
            let printed = published.as_ref().and_then(|all| all[row]).filter(|_| number == 0);
            let Some(place) = periods.places[row] else {
                missing += 1;
                continue;
            };
            read[at].1.published.extend(printed.map(|printed| (place, printed)));
            read[at].1.points.push((place, value));
            missing += usize::from(value.is_none() && printed.is_none());
        }
    }
    let lines = read.into_iter().map(|(name, read)| line(name, read)).collect::<Result<_>>()?;
    Ok((lines, missing))
}

fn line(name: String, Read { mut points, mut published }: Read) -> Result<Line> {
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    if let Some([(_, one), (_, other)]) = points
        .windows(2)
        .find(|pair| pair[0].0 == pair[1].0)
        .and_then(|pair| pair.first_chunk::<2>())
    {
        let text = |value: &Option<f64>| value.map_or("NULL".to_owned(), |value| value.to_string());
        return plan_err!(
            "plot: a line must have one value for each period, found {} and {} of {name} (name a column for \
             series)",
            text(one),
            text(other)
        );
    }
    published.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut runs: Vec<Vec<Point>> = Vec::new();
    let mut goes_on = false;
    for (place, value) in points {
        match (value, runs.last_mut()) {
            (Some(value), Some(run)) if goes_on => run.push((place, value)),
            (Some(value), _) => runs.push(vec![(place, value)]),
            (None, _) => {}
        }
        goes_on = value.is_some();
    }
    Ok(Line { name, runs, published })
}
