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
use crate::page::Page;

/// A unit in a period, by their positions in the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitPeriod {
    pub unit: usize,
    pub period: usize,
}

/// What a column of scores is of: some periods of a panel, or all of them, one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Span<'a> {
    pub panel: &'a Panel,
    /// None for all.
    pub periods: Option<&'a [usize]>,
}

impl Span<'_> {
    /// `unit 'B', period 2015, indicator 'pm'`, given the row of a column and a node.
    pub fn cell(self, row: usize, framework: &Framework, node: usize) -> String {
        let units = self.panel.units.len().max(1);
        let period = self.periods.map_or(row / units, |periods| periods[row / units]);
        unit_at(self.panel, row % units, Some(period), named(framework, node))
    }
}

/// `unit 'B', period 2015, indicator 'pm'`, given the name of the node; the period only where it is
/// known and the panel has periods.
pub fn unit_at(panel: &Panel, unit: usize, period: Option<usize>, node: String) -> String {
    let unit = text(&panel.units, unit);
    match period.filter(|&period| panel.periods.is_valid(period)) {
        Some(period) => {
            format!("unit '{unit}', period {}, {node}", text(&panel.periods, period))
        }
        None => format!("unit '{unit}', {node}"),
    }
}

/// `indicator 'pm'`, `node 'economy'`.
pub fn named(framework: &Framework, node: usize) -> String {
    let node = &framework.nodes()[node];
    let what = if node.leaf.is_some() { "indicator" } else { "node" };
    format!("{what} '{}'", node.code)
}

/// What a score is called that enters that of its parent and is turned before; `cell` is where it is.
pub fn turned_at(framework: &Framework, node: usize, cell: String) -> String {
    match framework.is_turned(node) {
        true => format!("{cell}, turned within the lower and upper of its row"),
        false => cell,
    }
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
    let find = |message: &str| {
        let (message, cell) = culprit(columns, message, compute)?;
        Some((message, place(Some(cell))))
    };
    located(function, error, find, || place(None))
}

/// The same of what `series` computes for each row by itself, from all its columns: the row is at
/// fault where the error names no value of it, or more than one.
pub fn placed_in_row<T>(
    function: &str,
    error: DataFusionError,
    series: &Page,
    columns: &[ArrayRef],
    compute: impl Fn(&[ArrayRef]) -> Result<T>,
    place: impl Fn(Option<(Option<usize>, usize)>) -> String,
) -> DataFusionError {
    let find = |message: &str| {
        if is_of_call(message, series) {
            return None;
        }
        let (message, column, row) = culprit_in_row(columns, message, compute)?;
        Some((message, place(Some((column, row)))))
    };
    located(function, error, find, || place(None))
}

/// An error with its place, which is sought where it may lie with the values.
fn located(
    function: &str,
    error: DataFusionError,
    find: impl FnOnce(&str) -> Option<(String, String)>,
    anywhere: impl FnOnce() -> String,
) -> DataFusionError {
    let message = describe(&error);
    let with = |(message, place): (String, String)| {
        format!("{function}: {}", with_place(without_advice(&message), &place))
    };
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => error,
        DataFusionError::Execution(_) => {
            let found = find(&message).unwrap_or_else(|| (message, anywhere()));
            DataFusionError::Execution(with(found))
        }
        _ => DataFusionError::Plan(with((message, anywhere()))),
    }
}

/// A message without the hint how to group or partition rows, which an index does by itself.
fn without_advice(message: &str) -> &str {
    const ADVICE: [&str; 3] = [" (group by ", " (partition by ", " (group or partition by "];
    let start = ADVICE.iter().filter_map(|advice| message.rfind(advice)).max();
    start.filter(|_| message.ends_with(')')).map_or(message, |start| &message[..start])
}

/// Whether a message says what an argument of the call must be, which no row is at fault for.
fn is_of_call(message: &str, page: &Page) -> bool {
    let subject = message.split(": ").nth(1).and_then(|text| text.split(" must ").next());
    let mut own = page.parameters_of(true).iter().filter(|p| !p.role.is_provided());
    own.any(|parameter| Some(parameter.name) == subject)
}

/// What must be, of what a message says.
fn must(message: &str) -> Option<&str> {
    message.split(", got ").next()
}

/// The first cell with which the same fails, none of those after it being there, and what is then
/// said.
fn first_failure<T>(
    columns: &[ArrayRef],
    message: &str,
    compute: impl Fn(&[ArrayRef]) -> Result<T>,
) -> Option<(String, (usize, usize))> {
    let rows = columns.first().map_or(0, |column| column.len());
    let mut said = message.to_owned();
    // With so many cells it does not fail; with so many it does.
    let (mut well, mut badly) = (0, rows * columns.len());
    while badly - well > 1 {
        let middle = well + (badly - well) / 2;
        match failure(&first(columns, middle).ok()?, message, &compute) {
            Some(failure) => (badly, said) = (middle, failure),
            None => well = middle,
        }
    }
    let cell = badly.checked_sub(1)?;
    Some((said, (cell / rows, cell % rows)))
}

/// What is said of these columns, if it is the same that must be.
fn failure<T>(
    columns: &[ArrayRef],
    message: &str,
    compute: impl Fn(&[ArrayRef]) -> Result<T>,
) -> Option<String> {
    let said = describe(&compute(columns).err()?);
    (must(&said) == must(message)).then_some(said)
}

/// The first cell with which the same fails, none of those after it being there, and what is then
/// said; none if that is not about the value of the cell.
fn culprit<T>(
    columns: &[ArrayRef],
    message: &str,
    compute: impl Fn(&[ArrayRef]) -> Result<T>,
) -> Option<(String, (usize, usize))> {
    let (said, (column, row)) = first_failure(columns, message, compute)?;
    names(&said, &columns[column], row).then_some((said, (column, row)))
}

/// The row with which the same fails, no other being there, what is then said, and the column of
/// the value that this names, if it is one; none if the values are not at fault.
fn culprit_in_row<T>(
    columns: &[ArrayRef],
    message: &str,
    compute: impl Fn(&[ArrayRef]) -> Result<T>,
) -> Option<(String, Option<usize>, usize)> {
    let (_, (_, row)) = first_failure(columns, message, &compute)?;
    if failure(&first(columns, 0).ok()?, message, &compute).is_some() {
        return None;
    }
    let said = failure(&only(columns, row).ok()?, message, &compute)?;
    let named: Vec<usize> =
        (0..columns.len()).filter(|&column| names(&said, &columns[column], row)).collect();
    let column = match named[..] {
        [column] => Some(column),
        _ => None,
    };
    Some((said, column, row))
}

/// Whether a message names the value of a cell.
fn names(message: &str, column: &ArrayRef, row: usize) -> bool {
    let values = column.as_primitive::<Float64Type>();
    if !values.is_valid(row) {
        return false;
    }
    let value = values.value(row);
    let (value, short) = (value.to_string(), format!("{value:e}"));
    let was = message.split_once(", got ").map_or(message, |(_, was)| was);
    let mut words = was.split(|c: char| c.is_whitespace() || ",;()".contains(c));
    words.any(|word| word == value || word == short)
}

/// The columns with none but the cells of a row.
fn only(columns: &[ArrayRef], row: usize) -> Result<Vec<ArrayRef>> {
    let of_row = columns.iter().map(|column| {
        let is_other: BooleanArray = (0..column.len()).map(|other| Some(other != row)).collect();
        Ok(nullif(column, &is_other)?)
    });
    of_row.collect()
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
