//! What stands in the cells of a table, whoever writes it.

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Result;

use crate::export::Digits;
use crate::words::unsigned_zero;

/// A column of a table.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Whether it holds numbers: they stand at the right, and are sorted as such.
    pub is_number: bool,
    /// Whether it holds days or times: they stand on one line.
    pub is_time: bool,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// There is no value.
    Null,
    /// A text, or a number as it is.
    Text(String),
    /// A number with as many digits as its column is read with, and in full.
    Rounded {
        /// What is read.
        shown: String,
        /// Every digit.
        full: String,
    },
}

/// The columns of a table, their first rows.
///
/// # Errors
///
/// A value cannot be written.
pub fn columns(rows: &RecordBatch, most: usize) -> Result<Vec<Column>> {
    let rows = rows.slice(0, rows.num_rows().min(most));
    let fields = rows.schema_ref().fields().iter().enumerate();
    fields.map(|(at, field)| column(&rows, at, field)).collect()
}

fn column(rows: &RecordBatch, at: usize, field: &Field) -> Result<Column> {
    let array = rows.column(at);
    let (is_number, is_time) = (is_number(field.data_type()), field.data_type().is_temporal());
    let numbers = match is_float(field.data_type()) {
        true => Some(cast(array, &DataType::Float64)?),
        false => None,
    };
    let numbers = numbers.as_ref().map(|numbers| numbers.as_primitive::<Float64Type>());
    let digits = numbers.map(|numbers| Digits::for_readers(numbers.iter().flatten()));
    // Within lists; elsewhere the cell says so.
    let options = FormatOptions::default().with_null("NULL");
    let formatter = ArrayFormatter::try_new(array, &options)?;
    let nulls = array.logical_nulls();
    let cell = |row: usize| {
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Cell::Null;
        }
        let text = formatter.value(row).to_string();
        match (digits, numbers.map(|numbers| numbers.value(row))) {
            (Some(digits), Some(value)) if value.is_finite() => {
                Cell::Rounded { shown: unsigned_zero(&digits.shown(value)).to_owned(), full: text }
            }
            _ => Cell::Text(text),
        }
    };
    let cells = (0..rows.num_rows()).map(cell).collect();
    Ok(Column { name: field.name().clone(), is_number, is_time, cells })
}

fn is_number(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_number(values),
        other => other.is_numeric(),
    }
}

fn is_float(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_float(values),
        other => other.is_floating(),
    }
}

impl Cell {
    /// A number or text, without more than can be read; none where there is no value.
    #[must_use]
    pub fn shown(&self) -> Option<&str> {
        match self {
            Self::Null => None,
            Self::Text(text) | Self::Rounded { shown: text, .. } => Some(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, ListArray, StringArray};
    use datafusion::arrow::datatypes::Int64Type;

    use super::*;

    #[test]
    fn numbers_have_the_digits_of_their_column() {
        let columns_of: [(&str, ArrayRef); 3] = [
            (
                "x",
                Arc::new(Float64Array::from(vec![Some(0.5), None, Some(154.140_000_000_000_01)])),
            ),
            ("n", Arc::new(Int64Array::from(vec![2014, 2015, 2016]))),
            ("t", Arc::new(StringArray::from(vec![Some("a"), Some(""), None]))),
        ];
        let rows = RecordBatch::try_from_iter(columns_of).unwrap();
        let found = columns(&rows, 10).unwrap();
        assert_eq!(found.iter().map(|one| one.is_number).collect::<Vec<_>>(), [true, true, false]);
        let shown = |at: usize| found[at].cells.iter().map(Cell::shown).collect::<Vec<_>>();
        assert_eq!(shown(0), [Some("0.50"), None, Some("154.14")]);
        assert_eq!(shown(1), [Some("2014"), Some("2015"), Some("2016")]);
        assert_eq!(shown(2), [Some("a"), Some(""), None]);
        assert_eq!(
            found[0].cells[2],
            Cell::Rounded { shown: "154.14".into(), full: "154.14000000000001".into() }
        );
        assert_eq!(columns(&rows, 1).unwrap()[0].cells.len(), 1);
    }

    #[test]
    fn what_arithmetic_leaves_of_nothing_has_no_sign() {
        let x: ArrayRef = Arc::new(Float64Array::from(vec![-1e-16, -0.25, 100.0 / 3.0, -0.0]));
        let rows = RecordBatch::try_from_iter([("x", x)]).unwrap();
        let found = columns(&rows, 10).unwrap();
        let shown: Vec<_> = found[0].cells.iter().filter_map(Cell::shown).collect();
        assert_eq!(shown, ["0.000", "-0.250", "33.333", "0.000"]);
    }

    #[test]
    fn a_list_says_what_it_lacks() {
        let lists = [Some(vec![Some(1), None])];
        let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(lists);
        let lists: ArrayRef = Arc::new(lists);
        let rows = RecordBatch::try_from_iter([("l", lists)]).unwrap();
        assert_eq!(columns(&rows, 10).unwrap()[0].cells, [Cell::Text("[1, NULL]".into())]);
    }
}
