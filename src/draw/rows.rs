//! A result as columns of numbers and of texts.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array};
use datafusion::arrow::compute::{cast, concat_batches, filter_record_batch};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::{Result, plan_err};

use crate::types::sql_name;

/// The rows of a result.
#[derive(Debug, Clone)]
pub struct Rows {
    batch: RecordBatch,
}

impl Rows {
    /// All rows in one piece.
    pub fn new(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Self> {
        Ok(Self { batch: concat_batches(schema, batches)? })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.batch.num_rows()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The names of the columns.
    pub fn names(&self) -> Vec<&str> {
        self.batch.schema_ref().fields().iter().map(|field| field.name().as_str()).collect()
    }

    /// The column of a name, in any case.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names().iter().position(|known| known.eq_ignore_ascii_case(name))
    }

    /// The texts of the column of a name; none where there is no such column.
    pub fn named_texts(&self, name: &str) -> Result<Vec<Option<String>>> {
        self.find(name).map_or_else(|| Ok(vec![None; self.len()]), |column| self.texts(column))
    }

    /// The numbers of the column of a name; none where there is no such column.
    pub fn named_numbers(&self, name: &str) -> Result<Vec<Option<f64>>> {
        self.find(name).map_or_else(|| Ok(vec![None; self.len()]), |column| self.numbers(column))
    }

    /// Some of the rows.
    pub fn keep(&self, is_kept: impl Fn(usize) -> bool) -> Result<Self> {
        let mask: BooleanArray = (0..self.len()).map(|row| Some(is_kept(row))).collect();
        Ok(Self { batch: filter_record_batch(&self.batch, &mask)? })
    }

    /// The same with a column of one number.
    pub fn with(&self, name: &str, number: f64) -> Result<Self> {
        let mut fields: Vec<FieldRef> = self.batch.schema_ref().fields().iter().cloned().collect();
        fields.push(Arc::new(Field::new(name, DataType::Float64, false)));
        let mut columns = self.batch.columns().to_vec();
        columns.push(Arc::new(Float64Array::from(vec![number; self.len()])));
        Ok(Self { batch: RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)? })
    }

    /// A column as it is.
    pub fn column(&self, column: usize) -> &ArrayRef {
        self.batch.column(column)
    }

    /// The name of a column.
    pub fn name(&self, column: usize) -> &str {
        self.batch.schema_ref().field(column).name()
    }

    /// Whether a column holds numbers.
    pub fn is_number(&self, column: usize) -> bool {
        match self.column(column).data_type() {
            DataType::Dictionary(_, values) => values.is_numeric(),
            other => other.is_numeric(),
        }
    }

    /// Whether a column holds times.
    pub fn is_time(&self, column: usize) -> bool {
        use DataType::{Date32, Date64, Timestamp};
        matches!(self.column(column).data_type(), Date32 | Date64 | Timestamp(..))
    }

    /// The numbers of a column; NULL is none.
    ///
    /// # Errors
    ///
    /// It holds something else, or NaN or an infinity.
    pub fn numbers(&self, column: usize) -> Result<Vec<Option<f64>>> {
        let (name, of) = (self.name(column), self.column(column).data_type());
        if !self.is_number(column) {
            return plan_err!("{name}: must be numbers, found {}", sql_name(of));
        }
        let numbers = cast(self.column(column), &DataType::Float64)?;
        let numbers: Vec<Option<f64>> = numbers.as_primitive::<Float64Type>().iter().collect();
        let wrong = numbers.iter().position(|number| number.is_some_and(|n| !n.is_finite()));
        match wrong.and_then(|row| numbers[row].map(|number| (row + 1, number))) {
            Some((row, number)) => {
                plan_err!("{name}: must be finite to be drawn, got {number} in row {row}")
            }
            None => Ok(numbers),
        }
    }

    /// The texts of a column; NULL is none.
    pub fn texts(&self, column: usize) -> Result<Vec<Option<String>>> {
        let array = self.column(column);
        let options = FormatOptions::default();
        let formatter = ArrayFormatter::try_new(array, &options)?;
        let text = |row| (!array.is_null(row)).then(|| formatter.value(row).to_string());
        Ok((0..array.len()).map(text).collect())
    }
}
