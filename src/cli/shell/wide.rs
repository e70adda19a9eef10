//! Long to wide: a row per key of one column, a column per key of another.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, UInt32Array};
use datafusion::arrow::compute::{concat_batches, take};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::common::Result as Computed;

use crate::cli::error::{Error, Result};
use crate::cli::execute::ResultRows;
use crate::engine::interner::text;
use crate::engine::period_order::{has_period, in_time};
use crate::error::describe;
use crate::hint::did_you_mean;
use crate::types::plain;

/// What the command is called.
const COMMAND: &str = "\\crosstab";
/// Columns that a result may have.
const MOST: usize = 1600;

/// A result from long to wide. The columns of rows, columns and values are named or numbered; by
/// default the first, the second and the first that is left.
///
/// # Errors
/// What is wrong with the columns, or which cell has two values.
pub async fn widen(mut rows: ResultRows, columns: &[String]) -> Result<ResultRows> {
    let chosen = chosen(&rows.schema, columns)?;
    let mut batches = Vec::new();
    while let Some(batch) = rows.next().await? {
        batches.push(batch.project(&chosen).map_err(|error| rows.fault(&error.to_string()))?);
    }
    let schema = rows.schema.project(&chosen).map_err(|error| rows.fault(&error.to_string()))?;
    let long = concat_batches(&Arc::new(schema), &batches);
    let long = long.map_err(|error| rows.fault(&error.to_string()))?;
    let wide = wide(&long).map_err(|error| match error {
        Fault::Cell(message) => Error::Usage(format!("{COMMAND}: {message}")),
        Fault::Engine(message) => rows.fault(&message),
    })?;
    Ok(rows.replaced(wide))
}

/// What is wrong: the rows, or what the engine says.
enum Fault {
    Cell(String),
    Engine(String),
}

impl<E: Into<datafusion::common::DataFusionError>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Engine(describe(&error.into()))
    }
}

/// The places of the three columns.
fn chosen(schema: &Schema, words: &[String]) -> Result<[usize; 3]> {
    let count = schema.fields().len();
    if count < 3 {
        return Err(Error::Usage(format!(
            "{COMMAND}: a result must have three columns or more, found {count}"
        )));
    }
    let mut places = Vec::with_capacity(3);
    for (word, default) in words.iter().map(Some).chain([None; 3]).zip([Some(0), Some(1), None]) {
        places.push(match (word, default) {
            (Some(word), _) => place(schema, word)?,
            (None, Some(default)) if !places.contains(&default) => default,
            _ => (0..count).find(|place| !places.contains(place)).unwrap_or_default(),
        });
    }
    let [rows, columns, values] = places[..] else {
        return Err(Error::Usage(format!("{COMMAND}: must be three columns, got more")));
    };
    for (one, other) in [(rows, columns), (rows, values), (columns, values)] {
        if one == other {
            return Err(Error::Usage(format!(
                "{COMMAND}: must be three columns, got '{}' twice",
                schema.field(one).name()
            )));
        }
    }
    Ok([rows, columns, values])
}

/// The column that a word means: its name, or its number.
fn place(schema: &Schema, word: &str) -> Result<usize> {
    let names = || schema.fields().iter().map(|field| field.name().as_str());
    let named = names().position(|name| name == word);
    let named = named.or_else(|| names().position(|name| name.eq_ignore_ascii_case(word)));
    let numbered = || {
        let number: usize = word.parse().ok()?;
        (1..=schema.fields().len()).contains(&number).then(|| number - 1)
    };
    named.or_else(numbered).ok_or_else(|| {
        let meant = did_you_mean(word, names());
        Error::Usage(format!("{COMMAND}: column '{word}' not found{meant}"))
    })
}

/// The keys of a column: the number of each row's key, and the row that each key comes first in.
struct Keys {
    of_row: Vec<u32>,
    firsts: UInt32Array,
}

impl Keys {
    fn of(column: &ArrayRef) -> Computed<Self> {
        let converter = RowConverter::new(vec![SortField::new(column.data_type().clone())])?;
        let rows = converter.convert_columns(std::slice::from_ref(column))?;
        let mut known: HashMap<OwnedRow, u32> = HashMap::new();
        let (mut of_row, mut firsts) = (Vec::with_capacity(column.len()), Vec::new());
        for (row, at) in rows.iter().zip(0..) {
            of_row.push(*known.entry(row.owned()).or_insert_with(|| {
                firsts.push(at);
                firsts.len() as u32 - 1
            }));
        }
        Ok(Self { of_row, firsts: firsts.into() })
    }

    fn count(&self) -> usize {
        self.firsts.len()
    }
}

fn wide(long: &RecordBatch) -> Result<RecordBatch, Fault> {
    let (rows, columns) = (Keys::of(long.column(0))?, Keys::of(long.column(1))?);
    if columns.count() >= MOST {
        return Err(Fault::Cell(format!(
            "a result must have at most {MOST} columns, found {} in '{}'",
            columns.count(),
            long.schema().field(1).name()
        )));
    }
    let mut cells = vec![vec![None; rows.count()]; columns.count()];
    for (at, (&row, &column)) in rows.of_row.iter().zip(&columns.of_row).enumerate() {
        if cells[column as usize][row as usize].replace(at as u32).is_some() {
            let key = |i: usize| {
                format!("{} '{}'", long.schema().field(i).name(), text(long.column(i), at))
            };
            return Err(Fault::Cell(format!(
                "a cell must have one value, found two for {} and {}",
                key(0),
                key(1)
            )));
        }
    }
    let keys = take(long.column(1), &columns.firsts, None)?;
    let mut fields = vec![long.schema().field(0).clone()];
    let mut made = vec![take(long.column(0), &rows.firsts, None)?];
    for column in order(&keys, &rows, &columns)? {
        let name = text(&keys, column);
        if let Some(other) = fields.iter().find(|field| *field.name() == name) {
            let other = other.name();
            return Err(Fault::Cell(format!(
                "columns must have names of their own, got '{other}' twice"
            )));
        }
        let indices = UInt32Array::from(std::mem::take(&mut cells[column]));
        made.push(take(long.column(2), &indices, None)?);
        fields.push(Field::new(name, long.column(2).data_type().clone(), true));
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), made)?)
}

/// Columns in the order of the result; numbers, times and periods in their own, or backwards where
/// the result has them so in each of its rows.
fn order(keys: &ArrayRef, rows: &Keys, columns: &Keys) -> Computed<Vec<usize>> {
    let data_type = plain(keys.data_type());
    let has_order = data_type.is_numeric() || data_type.is_temporal() || has_period(keys)?;
    if !has_order {
        return Ok((0..keys.len()).collect());
    }
    let order: Vec<usize> = in_time(COMMAND, keys)?.into_iter().map(|at| at as usize).collect();
    let (nulls, mut order): (Vec<usize>, Vec<usize>) =
        order.into_iter().partition(|&at| keys.is_null(at));
    let mut places = vec![0; keys.len()];
    order.iter().zip(0..).for_each(|(&at, place)| places[at] = place);
    let mut last = vec![None; rows.count()];
    let (mut ups, mut downs) = (0, 0);
    for (&row, &column) in rows.of_row.iter().zip(&columns.of_row) {
        let place = places[column as usize];
        match last[row as usize].replace(place) {
            Some(before) if before < place => ups += 1,
            Some(before) if before > place => downs += 1,
            _ => {}
        }
    }
    if downs > 0 && ups == 0 {
        order.reverse();
    }
    order.extend(nulls);
    Ok(order)
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{Float64Array, Int64Array, StringArray};

    use super::*;

    fn long(rows: &[(&str, Option<&str>, f64)]) -> RecordBatch {
        let units: StringArray = rows.iter().map(|row| Some(row.0)).collect();
        let periods: StringArray = rows.iter().map(|row| row.1).collect();
        let values: Float64Array = rows.iter().map(|row| Some(row.2)).collect();
        let columns: [(&str, ArrayRef); 3] =
            [("unit", Arc::new(units)), ("period", Arc::new(periods)), ("value", Arc::new(values))];
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)))
            .expect("columns")
    }

    fn shown(long: &RecordBatch) -> String {
        match wide(long) {
            Ok(wide) => {
                let schema = wide.schema();
                let names = schema.fields().iter().map(|field| field.name().clone());
                let head: Vec<String> = names.collect();
                let rows = (0..wide.num_rows()).map(|row| {
                    let cells = wide.columns().iter().map(|column| text(column, row));
                    cells.collect::<Vec<_>>().join(" ")
                });
                [head.join(" ")].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
            }
            Err(Fault::Cell(message) | Fault::Engine(message)) => message,
        }
    }

    #[test]
    fn columns_stand_in_the_order_of_time_or_of_the_result() {
        let rows = [
            ("B", Some("2024-M10"), 1.5),
            ("A", Some("2024-M9"), 2.0),
            ("B", Some("2024-M9"), 3.0),
        ];
        // Each row has its periods backwards.
        assert_eq!(shown(&long(&rows)), "unit 2024-M10 2024-M9\nB 1.5 3.0\nA NULL 2.0");
        let rows = [rows[1], rows[2], rows[0]];
        assert_eq!(shown(&long(&rows)), "unit 2024-M9 2024-M10\nA 2.0 NULL\nB 3.0 1.5");
        let rows = [("A", Some("z"), 1.0), ("A", None, 2.0), ("A", Some("b"), 3.0)];
        assert_eq!(shown(&long(&rows)), "unit z NULL b\nA 1.0 2.0 3.0");
        let years: ArrayRef = Arc::new(Int64Array::from(vec![2024, 2022, 2023]));
        let order =
            order(&years, &Keys::of(&years).expect("keys"), &Keys::of(&years).expect("keys"));
        assert_eq!(order.expect("an order"), [1, 2, 0]);
        assert_eq!(shown(&long(&[])), "unit");
    }

    #[test]
    fn a_cell_has_one_value() {
        let rows = [("A", Some("x"), 1.0), ("A", Some("y"), 2.0), ("A", Some("x"), 1.0)];
        let message = "a cell must have one value, found two for unit 'A' and period 'x'";
        assert_eq!(shown(&long(&rows)), message);
        let rows = [("A", Some("unit"), 1.0)];
        assert_eq!(shown(&long(&rows)), "columns must have names of their own, got 'unit' twice");
    }

    #[test]
    fn columns_are_named_or_numbered() {
        let schema = long(&[]).schema();
        let chosen = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            chosen(&schema, &words).map_err(|error| error.to_string())
        };
        assert_eq!(chosen(&[]), Ok([0, 1, 2]));
        assert_eq!(chosen(&["period"]), Ok([1, 0, 2]));
        assert_eq!(chosen(&["2", "Value"]), Ok([1, 2, 0]));
        assert_eq!(chosen(&["3", "2", "1"]), Ok([2, 1, 0]));
        let message = "\\crosstab: column 'perod' not found; did you mean 'period'?";
        assert_eq!(chosen(&["perod"]), Err(message.to_owned()));
        let message = "\\crosstab: must be three columns, got 'unit' twice";
        assert_eq!(chosen(&["1", "unit"]), Err(message.to_owned()));
    }
}
