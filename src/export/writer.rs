//! What a format has: a writer of batches of one schema.

use std::io::Write;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

/// Where bytes go.
pub(crate) type Out = Box<dyn Write + Send>;

/// Writes batches of one schema.
pub(crate) trait BatchWriter: Send {
    /// Appends a batch.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&mut self, batch: &RecordBatch) -> Result<()>;

    /// Writes what comes last, and out of every buffer.
    ///
    /// # Errors
    /// When it cannot be written.
    fn finish(&mut self) -> Result<()>;
}
