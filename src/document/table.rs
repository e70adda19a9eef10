//! A result as people read it.

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

/// A result in a document.
#[derive(Debug)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Its rows.
    pub rows: RecordBatch,
}

impl Table {
    /// A table of all rows of a result.
    ///
    /// # Errors
    ///
    /// The batches have not one schema.
    pub fn new(caption: impl Into<String>, batches: &[RecordBatch]) -> Result<Option<Self>> {
        let Some(first) = batches.first() else { return Ok(None) };
        let rows = datafusion::arrow::compute::concat_batches(&first.schema(), batches)?;
        Ok(Some(Self { caption: caption.into(), rows }))
    }
}
