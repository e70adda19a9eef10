//! Where in a panel an error is. What goes well pays nothing: the cell is looked for once something
//! has failed, by computing again from fewer and fewer of the values.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::compute::nullif;
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::{DataFusionError, Result};

use super::panel::Panel;
use crate::engine::interner::text;
use crate::error::describe;
use crate::framework::Framework;
use crate::hint::with_place;

/// A unit in a period, by their positions in the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitPeriod {
    pub unit: usize,
    pub period: usize,
}

/// What a column of scores is of: one period of a panel, or all of them, one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Span<'a> {
    pub panel: &'a Panel,
    pub period: Option<usize>,
}

impl Span<'_> {
    /// `unit 'B', period 2015, indicator 'pm'`, given the row of a column and a node.
    pub fn cell(self, row: usize, framework: &Framework, node: usize) -> String {
        let units = self.panel.units.len().max(1);
        let period = self.period.unwrap_or(row / units);
        let unit = text(&self.panel.units, row % units);
        let node = named(framework, node);
        match self.panel.periods.is_valid(period) {
            true => {
                let period = text(&self.panel.periods, period);
                format!("unit '{unit}', period {period}, {node}")
            }
            false => format!("unit '{unit}', {node}"),
        }
    }
}

/// `indicator 'pm'`, `node 'economy'`.
pub fn named(framework: &Framework, node: usize) -> String {
    let node = &framework.nodes()[node];
    let what = if node.leaf.is_some() { "indicator" } else { "node" };
    format!("{what} '{}'", node.code)
}

/// An error of what a function computes from these columns, with its place: that of the cell
/// (column and row) whose value the error names, if there is one.
pub fn placed<T>(
    function: &str,
    error: DataFusionError,
    columns: &[ArrayRef],
    compute: impl Fn(&[ArrayRef]) -> Result<T>,
    place: impl Fn(Option<(usize, usize)>) -> String,
) -> DataFusionError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => error,
        DataFusionError::Execution(_) => {
            let (message, cell) = match culprit(columns, &describe(&error), compute) {
                Some((message, cell)) => (message, Some(cell)),
                None => (describe(&error), None),
            };
            let message = with_place(&message, &place(cell));
            DataFusionError::Execution(format!("{function}: {message}"))
        }
        _ => {
            let message = with_place(&describe(&error), &place(None));
            DataFusionError::Plan(format!("{function}: {message}"))
        }
    }
}

/// The first cell with which the same fails, none of those after it being there, and what is then
/// said; none if that is not about the value of the cell.
fn culprit<T>(
    columns: &[ArrayRef],
    message: &str,
    compute: impl Fn(&[ArrayRef]) -> Result<T>,
) -> Option<(String, (usize, usize))> {
    let must = |message: &str| message.split(", got ").next().map(str::to_owned);
    let rows = columns.first().map_or(0, |column| column.len());
    let mut said = message.to_owned();
    // With so many cells it does not fail; with so many it does.
    let (mut well, mut badly) = (0, rows * columns.len());
    while badly - well > 1 {
        let middle = well + (badly - well) / 2;
        let failure = compute(&first(columns, middle).ok()?).err().map(|error| describe(&error));
        match failure.filter(|failure| must(failure) == must(message)) {
            Some(failure) => (badly, said) = (middle, failure),
            None => well = middle,
        }
    }
    let cell = badly.checked_sub(1)?;
    let (column, row) = (cell / rows, cell % rows);
    let values = columns[column].as_primitive::<Float64Type>();
    let value = values.is_valid(row).then(|| values.value(row))?;
    let (value, short) = (value.to_string(), format!("{value:e}"));
    let mut words = said.split(|c: char| c.is_whitespace() || ",;()".contains(c));
    words.any(|word| word == value || word == short).then_some((said, (column, row)))
}

/// The columns with none but so many of their cells.
fn first(columns: &[ArrayRef], cells: usize) -> Result<Vec<ArrayRef>> {
    let kept = columns.iter().enumerate().map(|(i, column)| {
        let rows = column.len();
        let kept = cells.saturating_sub(i * rows).min(rows);
        match kept == rows {
            true => Ok(Arc::clone(column)),
            false => {
                let is_after: BooleanArray = (0..rows).map(|row| Some(row >= kept)).collect();
                Ok(nullif(column, &is_after)?)
            }
        }
    });
    kept.collect()
}

/// An error with the place it happened at.
pub fn at(place: &str, error: DataFusionError) -> DataFusionError {
    let execution = matches!(error.find_root(), DataFusionError::Execution(_));
    match error {
        error @ DataFusionError::ResourcesExhausted(_) => error,
        error => {
            let text = format!("{place}: {}", crate::error::describe(&error));
            if execution { DataFusionError::Execution(text) } else { DataFusionError::Plan(text) }
        }
    }
}
