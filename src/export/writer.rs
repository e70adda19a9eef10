//! What a format has: a writer of batches of one schema.

use std::collections::BTreeMap;
use std::io::Write;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

/// Where bytes go.
pub(crate) type Out = Box<dyn Write + Send>;

/// Where rows come from, for formats that tell it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Source {
    /// The file of the query, or what else it came in by.
    pub file: String,
    /// The parameters that it uses and their values.
    pub parameters: BTreeMap<String, String>,
    /// Its text, with the statements before it.
    pub query: String,
}

/// What a writer is told beside the rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    /// What the result is called, where it has a name inside of its file.
    pub name: String,
    /// Where it comes from.
    pub source: Source,
    /// Whether another result stands before it in the same stream.
    pub is_next: bool,
}

/// How the names begin of what the schema of a file carries.
pub(crate) const PREFIX: &str = "goalposts.";

impl Source {
    /// The parameters for a person, one a line.
    pub fn shown(&self) -> String {
        let lines = self.parameters.iter().map(|(name, value)| format!("{name} = {value}"));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Writes batches of one schema.
pub(crate) trait BatchWriter: Send {
    /// Appends a batch.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&mut self, batch: &RecordBatch) -> Result<()>;

    /// Whether nothing is written before the end.
    fn is_late(&self) -> bool {
        false
    }

    /// Writes what comes last, and out of every buffer.
    ///
    /// # Errors
    /// When it cannot be written.
    fn finish(&mut self) -> Result<()>;
}
