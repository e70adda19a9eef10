//! Cells of text into columns of values.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, Float64Builder, Int64Builder, StringViewArray, StringViewBuilder,
    new_null_array,
};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_err};

use super::cell::trim;
use super::door::Door;
use super::looks::{Marks, is_not_finite};
use super::number::{Spelling, plain};
use crate::types::sql_name;

/// How the cells of a column become values.
#[derive(Debug, Clone)]
pub struct Making {
    /// Its name in the table.
    pub name: String,
    /// Where it stands in the file, if it does.
    pub position: Option<usize>,
    /// The type of its values.
    pub data_type: DataType,
    /// How its numbers are written.
    pub spelling: Spelling,
    /// Whether it has the flags of the cells in place of their values.
    pub is_flag: bool,
}

/// A column in the making.
pub struct Maker<'a> {
    making: &'a Making,
    marks: &'a Marks,
    /// The file, as the user knows it.
    shown: &'a str,
    door: Door,
    values: Values,
    is_plain: bool,
}

enum Values {
    Whole(Int64Builder),
    Double(Float64Builder),
    /// Made into the type when the batch is finished, with the line of each.
    Text(StringViewBuilder, Vec<u64>),
    Nothing(usize),
}

impl<'a> Maker<'a> {
    /// For batches of so many rows.
    pub fn new(
        making: &'a Making,
        marks: &'a Marks,
        shown: &'a str,
        door: Door,
        rows: usize,
    ) -> Self {
        let values = match &making.data_type {
            _ if making.position.is_none() => Values::Nothing(0),
            DataType::Null => Values::Nothing(0),
            _ if making.is_flag => Values::Text(StringViewBuilder::with_capacity(rows), Vec::new()),
            DataType::Int64 => Values::Whole(Int64Builder::with_capacity(rows)),
            DataType::Float64 => Values::Double(Float64Builder::with_capacity(rows)),
            _ => Values::Text(StringViewBuilder::with_capacity(rows), Vec::new()),
        };
        let is_plain = making.spelling == Spelling::default();
        Self { making, marks, shown, door, values, is_plain }
    }

    /// Takes a cell in.
    pub fn push(&mut self, cell: &str, line: u64) -> Result<()> {
        let cell = trim(cell);
        let (text, flag) = self.marks.split(cell);
        let text = match self.making.is_flag {
            true => Some(flag).filter(|flag| !flag.is_empty()),
            false => Some(text).filter(|text| !self.marks.missing.is(text)),
        };
        match (&mut self.values, text) {
            (Values::Nothing(rows), _) => *rows += 1,
            (Values::Whole(values), None) => values.append_null(),
            (Values::Double(values), None) => values.append_null(),
            (Values::Text(values, lines), text) => {
                values.append_option(text);
                if self.making.data_type != DataType::Utf8View {
                    lines.push(line);
                }
            }
            (Values::Whole(values), Some(text)) => {
                let number = text.parse().ok().or_else(|| {
                    plain(text, self.making.spelling).and_then(|text| text.parse().ok())
                });
                match number {
                    Some(number) => values.append_value(number),
                    None => return self.unfit(text, line),
                }
            }
            (Values::Double(values), Some(text)) => {
                let number: Option<f64> = match self.is_plain {
                    true => text.parse().ok(),
                    false => None,
                };
                let number = number.or_else(|| {
                    plain(text, self.making.spelling).and_then(|text| text.parse().ok())
                });
                match number {
                    Some(number) if number.is_finite() => values.append_value(number),
                    _ => return self.unfit(text, line),
                }
            }
        }
        Ok(())
    }

    /// A row without the column.
    pub fn push_nothing(&mut self) {
        match &mut self.values {
            Values::Whole(values) => values.append_null(),
            Values::Double(values) => values.append_null(),
            Values::Text(values, lines) => {
                values.append_null();
                lines.push(0);
            }
            Values::Nothing(rows) => *rows += 1,
        }
    }

    /// The column, and begins the next.
    pub fn finish(&mut self) -> Result<ArrayRef> {
        Ok(match &mut self.values {
            Values::Whole(values) => Arc::new(values.finish()),
            Values::Double(values) => Arc::new(values.finish()),
            Values::Nothing(rows) => new_null_array(&self.making.data_type, std::mem::take(rows)),
            Values::Text(values, lines) => {
                let (cells, lines) = (values.finish(), std::mem::take(lines));
                match self.making.data_type {
                    DataType::Utf8View => Arc::new(cells),
                    _ => self.typed(&cells, &lines)?,
                }
            }
        })
    }

    /// A column of its type; a cell that is none of it is an error on its line.
    fn typed(&self, cells: &StringViewArray, lines: &[u64]) -> Result<ArrayRef> {
        let wanted = &self.making.data_type;
        let spelled: StringViewArray;
        let cells = match self.is_plain {
            true => cells,
            false => {
                let plain = |cell| plain(cell, self.making.spelling).unwrap_or_default();
                spelled = cells.iter().map(|cell| cell.map(plain)).collect();
                &spelled
            }
        };
        let options = CastOptions { safe: true, ..CastOptions::default() };
        let typed = cast_with_options(cells, wanted, &options)?;
        match (0..cells.len()).find(|row| cells.is_valid(*row) && typed.is_null(*row)) {
            Some(row) => self.unfit(cells.value(row), lines.get(row).copied().unwrap_or_default()),
            None => Ok(typed),
        }
    }

    fn unfit<T>(&self, text: &str, line: u64) -> Result<T> {
        let (shown, name) = (self.shown, &self.making.name);
        if is_not_finite(text) {
            return exec_err!(
                "{shown}:{line}: column '{name}' must be finite, found {text} ({}{} takes it for \
                 missing)",
                self.door.how(),
                self.door.options("missing", [text])
            );
        }
        exec_err!(
            "{shown}:{line}: column '{name}' must be {}, found '{text}' ({}{} takes it for missing)",
            wanted_name(&self.making.data_type),
            self.door.how(),
            self.door.options("missing", [text])
        )
    }
}

/// What a cell must be, in words.
pub fn wanted_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Float64 | DataType::Float32 => "a number".into(),
        integer if integer.is_integer() => "a whole number".into(),
        other => sql_name(other),
    }
}

/// Columns that have one value in all rows.
pub fn constants(values: &[ScalarValue], rows: usize) -> Result<Vec<ArrayRef>> {
    values.iter().map(|value| value.to_array_of_size(rows)).collect()
}

impl From<super::fault::Fault> for DataFusionError {
    fn from(fault: super::fault::Fault) -> Self {
        Self::Plan(fault.0)
    }
}
