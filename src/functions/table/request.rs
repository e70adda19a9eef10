//! What is wanted of the result of a table function.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

/// What is wanted of the result.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its columns.
    pub schema: SchemaRef,
    /// Its nodes, where the function gives a row per node.
    pub nodes: Vec<usize>,
    /// Whether a period is wanted, for each of the panel; none for all. Rows of others may hold anything.
    pub periods: Option<Vec<bool>>,
}

impl Request {
    /// Whether somebody asks for a period.
    pub fn wants_period(&self, period: usize) -> bool {
        self.periods.as_ref().is_none_or(|wanted| wanted[period])
    }

    pub fn wants(&self, column: &str) -> bool {
        self.schema.field_with_name(column).is_ok()
    }

    /// All rows at once, the columns by name.
    pub fn batch(
        &self,
        rows: usize,
        column: impl Fn(&str) -> Result<ArrayRef>,
    ) -> Result<RecordBatch> {
        let columns = self.schema.fields().iter().map(|field| column(field.name()));
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            columns.collect::<Result<Vec<_>>>()?,
            &options,
        )?)
    }
}
