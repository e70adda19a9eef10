//! JSON: one array of objects, or one object a line.

use std::io::Write;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::json::WriterBuilder;
use datafusion::arrow::json::writer::{JsonArray, JsonFormat, LineDelimited, Writer};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{DataFusionError, Result};

use super::plain::{Plain, file_schema, plain_batch};
use super::writer::{BatchWriter, Out};

/// A writer of one array.
pub(super) fn array(out: Out, schema: SchemaRef) -> Box<dyn BatchWriter> {
    let writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, JsonArray>(out);
    Box::new(Plain { writer: Json { writer, ends_line: true }, schema })
}

/// A writer of one object a line.
pub(super) fn lines(out: Out, schema: SchemaRef) -> Box<dyn BatchWriter> {
    let writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(out);
    Box::new(Plain { writer: Json { writer, ends_line: false }, schema })
}

/// Each row as an object, to the digit as files have it.
#[cfg(feature = "cli")]
pub(crate) fn objects(rows: &RecordBatch) -> Result<Vec<String>> {
    let schema = file_schema(&rows.schema())?;
    let builder = WriterBuilder::new().with_explicit_nulls(true);
    let mut writer = builder.build::<_, LineDelimited>(Vec::new());
    writer.write(&plain_batch(rows, &schema)?)?;
    writer.finish()?;
    let text = String::from_utf8(writer.into_inner());
    let text = text.map_err(|error| DataFusionError::External(Box::new(error)))?;
    Ok(text.lines().map(str::to_owned).collect())
}

struct Json<F: JsonFormat> {
    writer: Writer<Out, F>,
    /// Whether a line must be ended: an array ends without one.
    ends_line: bool,
}

impl<F: JsonFormat + Send> BatchWriter for Json<F> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        Ok(self.writer.write(batch)?)
    }

    fn finish(&mut self) -> Result<()> {
        self.writer.finish()?;
        if self.ends_line {
            self.writer.get_mut().write_all(b"\n")?;
        }
        Ok(self.writer.get_mut().flush()?)
    }
}
