//! Arrow IPC: a file, or a stream.

use std::io::Write;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::plain::Plain;
use super::writer::{BatchWriter, Out};

/// A writer of a file.
pub(super) fn file(
    out: Out,
    schema: SchemaRef,
    options: IpcWriteOptions,
) -> Result<Box<dyn BatchWriter>> {
    let writer = FileWriter::try_new_with_options(out, &schema, options)?;
    Ok(Box::new(Plain { writer, schema }))
}

/// A writer of a stream.
pub(super) fn stream(
    out: Out,
    schema: SchemaRef,
    options: IpcWriteOptions,
) -> Result<Box<dyn BatchWriter>> {
    let writer = StreamWriter::try_new_with_options(out, &schema, options)?;
    Ok(Box::new(Plain { writer, schema }))
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
