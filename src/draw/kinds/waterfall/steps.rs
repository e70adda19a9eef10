//! The bars of a waterfall: a total, steps from it, the total that they lead to.

use std::collections::HashSet;

use datafusion::common::{Result, plan_err};

use super::roles::{FROM, FROM_NAME, LABEL, TO, TO_NAME, VALUE};
use crate::draw::chart::Chart;
use crate::draw::names::filled;
use crate::words::count;

/// What a bar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Total,
    Step,
}

/// A bar.
#[derive(Debug)]
pub struct Bar {
    pub name: String,
    pub part: Part,
    /// Where a step begins; 0 for a total.
    from: f64,
    value: Option<f64>,
}

impl Bar {
    fn total(name: String, value: f64) -> Self {
        Self { name, part: Part::Total, from: 0.0, value: Some(value) }
    }

    /// Where it begins.
    pub fn start(&self) -> f64 {
        self.from
    }

    /// Where it ends.
    pub fn end(&self) -> f64 {
        self.from + self.value.unwrap_or_default()
    }

    /// Its length, with its sign; none where it is not known.
    pub fn value(&self) -> Option<f64> {
        self.value
    }

    /// Whether it is a total.
    pub fn is_total(&self) -> bool {
        self.part == Part::Total
    }
}

/// The bars of a result, and what is to be said of them.
pub fn bars(chart: &Chart<'_>) -> Result<(Vec<Bar>, Vec<String>)> {
    let names = filled(chart.texts(LABEL)?.unwrap_or_default());
    let values = chart.numbers(VALUE)?.unwrap_or_default();
    let mut seen = HashSet::new();
    if let Some(twice) = names.iter().find(|name| !seen.insert(*name)) {
        return plan_err!(
            "plot: a step must be there once, found several of {twice} (keep one unit and period with WHERE)"
        );
    }
    let sum: f64 = values.iter().flatten().sum();
    let (from, to) = (one(chart, FROM)?, one(chart, TO)?);
    let start = from.or(to.map(|to| to - sum));
    let (first, last) = (name(chart, FROM_NAME, "before")?, name(chart, TO_NAME, "after")?);
    let mut bars: Vec<Bar> = start.map(|start| Bar::total(first, start)).into_iter().collect();
    let mut at = start.unwrap_or_default();
    let missing = values.iter().filter(|value| value.is_none()).count();
    for (name, value) in names.into_iter().zip(values) {
        bars.push(Bar { name, part: Part::Step, from: at, value });
        at += value.unwrap_or_default();
    }
    let mut notes = Vec::new();
    let end = to.unwrap_or(at);
    // What the steps leave open, beyond what the last digits of the numbers do.
    if (end - at).abs() > 1e-6 * end.abs().max(at.abs()) {
        bars.push(Bar {
            name: "rest".to_owned(),
            part: Part::Step,
            from: at,
            value: Some(end - at),
        });
        notes.push("rest: what the steps do not explain of the last total.".to_owned());
    }
    bars.push(Bar::total(if start.is_some() { last } else { "total".to_owned() }, end));
    if missing > 0 {
        notes.push(format!("Without a value (NULL): {}.", count(missing, "step")));
    }
    Ok((bars, notes))
}

/// The number that a column has in all rows.
fn one(chart: &Chart<'_>, role: usize) -> Result<Option<f64>> {
    let mut numbers = chart.numbers(role)?.unwrap_or_default().into_iter().flatten();
    let Some(first) = numbers.next() else { return Ok(None) };
    match numbers.find(|&number| number != first) {
        Some(other) => plan_err!(
            "plot: a waterfall must have one total to begin and one to end with, found {first} and {other}"
        ),
        None => Ok(Some(first)),
    }
}

/// The name that a column has in all rows, or another.
fn name(chart: &Chart<'_>, role: usize, or: &str) -> Result<String> {
    let mut names = chart.texts(role)?.unwrap_or_default().into_iter().flatten();
    let first = names.next().unwrap_or_else(|| or.to_owned());
    match names.find(|name| *name != first) {
        Some(other) => plan_err!(
            "plot: a waterfall must be of one period, found {first} and {other} (keep one with WHERE)"
        ),
        None => Ok(first),
    }
}
