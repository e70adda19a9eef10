//! The ranks of a result: a line for each unit, broken where it has none.

use std::collections::HashMap;

use datafusion::common::{Result, plan_err};

use super::roles::{SERIES, Y};
use crate::draw::chart::Chart;
use crate::draw::names::filled;
use crate::draw::periods::Periods;
use crate::draw::shapes::Point;

/// The ranks of a unit; it has one at least.
pub struct Line {
    /// What is ranked.
    pub name: String,
    /// Ranks in the order of periods, as far as it has one in each.
    pub runs: Vec<Vec<Point>>,
}

impl Line {
    /// All ranks.
    pub fn points(&self) -> impl Iterator<Item = &Point> {
        self.runs.iter().flatten()
    }

    /// The first of them.
    pub fn first(&self) -> Point {
        self.points().next().copied().unwrap_or_default()
    }

    /// The last of them.
    pub fn last(&self) -> Point {
        self.points().last().copied().unwrap_or_default()
    }

    /// How far it came from the first to the last.
    pub fn moved(&self) -> f64 {
        (self.last().1 - self.first().1).abs()
    }
}

/// The lines in the order of their last ranks, and how many rows have no rank or no period.
pub fn ranks(chart: &Chart<'_>, periods: &Periods) -> Result<(Vec<Line>, usize)> {
    let names = filled(chart.texts(SERIES)?.unwrap_or_default());
    let ranks = chart.numbers(Y)?.unwrap_or_default();
    let all: Vec<f64> = periods.distinct().into_iter().map(|(place, _)| place).collect();
    let mut read: Vec<(String, Vec<Option<f64>>)> = Vec::new();
    let mut of_name: HashMap<String, usize> = HashMap::new();
    let mut missing = 0;
    for (row, name) in names.into_iter().enumerate() {
        let (Some(place), Some(rank)) = (periods.places[row], ranks[row]) else {
            missing += 1;
            continue;
        };
        let at = *of_name.entry(name.clone()).or_insert_with(|| {
            read.push((name.clone(), vec![None; all.len()]));
            read.len() - 1
        });
        let period = all.partition_point(|&other| other < place);
        if let Some(before) = read[at].1[period].replace(rank) {
            return plan_err!(
                "plot: a unit must have one rank in each period, found {before} and {rank} of {name}"
            );
        }
    }
    if read.is_empty() {
        return plan_err!("plot: there must be ranks to draw, found NULL in all rows");
    }
    let line = |(name, ranks): (String, Vec<Option<f64>>)| {
        let points: Vec<Option<Point>> =
            all.iter().zip(ranks).map(|(&place, rank)| Some((place, rank?))).collect();
        let runs = points.split(Option::is_none).filter(|run| !run.is_empty());
        Line { name, runs: runs.map(|run| run.iter().flatten().copied().collect()).collect() }
    };
    let mut lines: Vec<Line> = read.into_iter().map(line).collect();
    lines.sort_by(|a, b| a.last().1.total_cmp(&b.last().1));
    Ok((lines, missing))
}
