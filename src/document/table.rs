//! A result as people read it.

use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

/// Rows that are seen before the rest is asked for.
pub const FIRST: usize = 50;

/// Rows that a page carries where nothing else is said, and cells.
pub const MOST: usize = 1000;
const MOST_CELLS: usize = 50_000;

/// A result in a document.
#[derive(Debug)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Its rows.
    pub rows: RecordBatch,
    /// So many of them stand in a page or a text at the most.
    pub most: usize,
}

impl Table {
    /// How many of its rows, the first ones, are written where people read it.
    #[must_use]
    pub fn carried(&self) -> usize {
        let columns = self.rows.num_columns().max(1);
        let most = (MOST_CELLS / columns).max(FIRST).min(self.most);
        self.rows.num_rows().min(most)
    }

    /// A table of all rows of a result; none if the result has neither rows nor columns.
    ///
    /// # Errors
    ///
    /// The batches have not one schema.
    pub fn new(caption: impl Into<String>, batches: &[RecordBatch]) -> Result<Option<Self>> {
        let Some(first) = batches.first() else { return Ok(None) };
        Self::of(caption, &first.schema(), batches).map(Some)
    }

    /// The same of a result that may have no rows: its columns are known.
    ///
    /// # Errors
    ///
    /// The batches have another schema.
    pub fn of(
        caption: impl Into<String>,
        schema: &SchemaRef,
        batches: &[RecordBatch],
    ) -> Result<Self> {
        Ok(Self { caption: caption.into(), rows: concat_batches(schema, batches)?, most: MOST })
    }
}
