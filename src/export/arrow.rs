//! Arrow IPC: a file, or a stream.

use std::io::Write;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::ipc::writer::{FileWriter, StreamWriter};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::plain::Plain;
use super::writer::{BatchWriter, Out};

/// A writer of a file.
pub(super) fn file(out: Out, schema: SchemaRef) -> Result<Box<dyn BatchWriter>> {
    Ok(Box::new(Plain { writer: FileWriter::try_new(out, &schema)?, schema }))
}

/// A writer of a stream.
pub(super) fn stream(out: Out, schema: SchemaRef) -> Result<Box<dyn BatchWriter>> {
    Ok(Box::new(Plain { writer: StreamWriter::try_new(out, &schema)?, schema }))
}

impl BatchWriter for FileWriter<Out> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        Ok(self.write(batch)?)
    }

    fn finish(&mut self) -> Result<()> {
        self.finish()?;
        Ok(self.get_mut().flush()?)
    }
}

impl BatchWriter for StreamWriter<Out> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        Ok(self.write(batch)?)
    }

    fn finish(&mut self) -> Result<()> {
        self.finish()?;
        Ok(self.get_mut().flush()?)
    }
}
