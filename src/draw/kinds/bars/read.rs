//! The bars of a result, in their order.

use std::collections::HashMap;

use datafusion::common::{Result, plan_err};

use super::roles::{LABEL, ORDER, PART, RANK, TOTAL, VALUE};
use crate::draw::chart::Chart;
use crate::draw::names::{NONE, filled};

/// A bar.
pub struct Bar {
    /// What it is of.
    pub name: String,
    /// Its parts, by the number of each part.
    pub parts: Vec<(usize, f64)>,
    /// What is written at its end.
    pub total: Option<f64>,
    rank: Option<f64>,
}

impl Bar {
    /// The numbers that are written of it: of its parts and of the whole.
    pub fn numbers(&self) -> impl Iterator<Item = f64> {
        self.parts.iter().map(|(_, value)| *value).chain(self.total)
    }

    /// Where its parts below 0 end.
    pub fn low(&self) -> f64 {
        self.parts.iter().map(|(_, value)| value.min(0.0)).sum()
    }

    /// Where its parts above 0 end.
    pub fn high(&self) -> f64 {
        self.parts.iter().map(|(_, value)| value.max(0.0)).sum()
    }
}

/// All bars, the names of their parts, and what is to be said of them.
pub struct Bars {
    pub bars: Vec<Bar>,
    pub parts: Vec<String>,
    pub notes: Vec<String>,
}

/// Reads the bars.
pub fn read(chart: &Chart<'_>) -> Result<Bars> {
    let labels = filled(chart.texts(LABEL)?.unwrap_or_default());
    let part = chart.texts(PART)?.map(filled);
    let totals = chart.numbers(TOTAL)?;
    let ranks = chart.numbers(RANK)?;
    let columns = &chart.columns[VALUE];
    let (mut bars, mut parts): (Vec<Bar>, Vec<String>) = (Vec::new(), Vec::new());
    let (mut of_name, mut of_part) = (HashMap::new(), HashMap::new());
    let mut seen = std::collections::HashSet::new();
    for &column in columns {
        let values = chart.rows.numbers(column)?;
        for (row, value) in values.iter().enumerate() {
            let name = &labels[row];
            let bar = *of_name.entry(name.clone()).or_insert_with(|| {
                bars.push(Bar { name: name.clone(), parts: Vec::new(), total: None, rank: None });
                bars.len() - 1
            });
            let said = match (&part, columns.len()) {
                (Some(part), 1) => part[row].clone(),
                (Some(part), _) => format!("{}, {}", part[row], chart.rows.name(column)),
                (None, 1) => String::new(),
                (None, _) => chart.rows.name(column).to_owned(),
            };
            let at = *of_part.entry(said.clone()).or_insert_with(|| {
                parts.push(said.clone());
                parts.len() - 1
            });
            if !seen.insert((bar, at)) {
                let of = if said.is_empty() { name.clone() } else { format!("{name}, {said}") };
                return plan_err!(
                    "plot: a bar must have one value for each part, found several of {of} (name a column for \
                     part, or keep one period with WHERE)"
                );
            }
            let bar = &mut bars[bar];
            bar.parts.extend(value.map(|value| (at, value)));
            bar.total = bar.total.or(totals.as_ref().and_then(|totals| totals[row]));
            bar.rank = bar.rank.or(ranks.as_ref().and_then(|ranks| ranks[row]));
        }
    }
    let with_total = totals.is_some();
    for bar in bars.iter_mut().filter(|bar| !with_total && !bar.parts.is_empty()) {
        bar.total = Some(bar.parts.iter().map(|(_, value)| value).sum());
    }
    order(&mut bars, chart.word(ORDER) == "rows");
    let is_mixed = parts.len() > 1 && bars.iter().any(|bar| bar.low() < 0.0 && bar.high() > 0.0);
    let mut notes = Vec::new();
    if is_mixed {
        notes.push("The figure at a bar is its total, marked by a line across it.".to_owned());
    }
    let unnamed = labels.iter().filter(|name| *name == NONE).count();
    if unnamed > 0 {
        notes.push(format!("{NONE}: the name is NULL."));
    }
    Ok(Bars { bars, parts, notes })
}

/// By rank where there is one, else by the total, the greatest first; bars without come last.
fn order(bars: &mut [Bar], by_rows: bool) {
    if bars.iter().any(|bar| bar.rank.is_some()) {
        let rank = |bar: &Bar| bar.rank.unwrap_or(f64::INFINITY);
        bars.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
    } else if !by_rows {
        let total = |bar: &Bar| bar.total.unwrap_or(f64::NEG_INFINITY);
        bars.sort_by(|a, b| total(b).total_cmp(&total(a)));
    }
}
