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
    /// Whether a period has rows, where the function gives rows for units and periods; none for all.
    pub periods: Option<Vec<bool>>,
}

impl Request {
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
