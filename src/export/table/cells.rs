//! What stands in the cells of a table.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Result;

use super::style::{Form, Style};
use crate::export::digits::Digits;

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub text: String,
    pub is_null: bool,
}

/// The cells of one column.
pub(super) fn column(batches: &[RecordBatch], i: usize, style: &Style) -> Result<Vec<Cell>> {
    let options = FormatOptions::default().with_null(style.null);
    let is_short = style.is_screen && style.form == Form::Boxes;
    let floats = match batches.first() {
        Some(batch) if is_short && batch.column(i).data_type().is_floating() => {
            Some(floats(batches, i)?)
        }
        _ => None,
    };
    let digits = floats.as_ref().map(|values| Digits::of(values.iter().flatten().copied()));
    let mut cells = Vec::new();
    for batch in batches {
        let array = batch.column(i);
        let (nulls, formatter) = (array.logical_nulls(), ArrayFormatter::try_new(array, &options)?);
        for row in 0..array.len() {
            let is_null = nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
            let value = floats.as_ref().and_then(|values| values[cells.len()]);
            let text = match (digits, value) {
                (Some(digits), Some(value)) if value.is_finite() => digits.shown(value),
                _ => text(&formatter.value(row).to_string(), style),
            };
            cells.push(Cell { text, is_null });
        }
    }
    Ok(cells)
}

fn floats(batches: &[RecordBatch], i: usize) -> Result<Vec<Option<f64>>> {
    let mut values = Vec::new();
    for batch in batches {
        let column: ArrayRef = cast(batch.column(i), &DataType::Float64)?;
        values.extend(column.as_primitive::<Float64Type>());
    }
    Ok(values)
}

/// Whether values of a type stand at the right.
pub(super) fn is_right(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_right(values),
        other => other.is_numeric(),
    }
}

/// Whether part of a value still says what it is.
pub(super) fn can_be_cut(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => can_be_cut(values),
        other => !other.is_numeric() && !other.is_temporal() && *other != DataType::Boolean,
    }
}

/// A cell's text, with nothing in it that would break the table or command the terminal.
pub(super) fn text(value: &str, style: &Style) -> String {
    let is_markdown = style.form == Form::Markdown;
    let mut shown = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '|' if is_markdown => shown.push_str("\\|"),
            '\n' if is_markdown => shown.push_str("<br>"),
            '\n' => shown.push('\n'), // a cell of several lines
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if c.is_control() || !is_markdown && turns(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

/// Whether a letter changes the direction of what comes after it, out of its cell.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
