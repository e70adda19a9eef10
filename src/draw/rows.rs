//! A result as columns of numbers and of texts.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::{DataType, Float64Type, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::{Result, plan_err};

use crate::types::sql_name;

/// The rows of a result.
#[derive(Debug)]
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
