//! A picture of a result as people read it: on light paper and on dark, with what is said around it.

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use crate::draw::{Look, Picture, Request, draw};

/// A picture in a document.
#[derive(Debug)]
pub struct Figure {
    /// The picture on light paper.
    pub light: Picture,
    /// The same marks in colours for dark paper.
    pub dark: Picture,
}

impl Figure {
    /// Draws the rows of a result.
    ///
    /// # Errors
    ///
    /// As [`draw`].
    pub fn draw(schema: &SchemaRef, batches: &[RecordBatch], request: &Request) -> Result<Self> {
        let look = |is_dark| Look { is_dark, ..Look::default() };
        Ok(Self {
            light: draw(schema, batches, request, &look(false))?,
            dark: draw(schema, batches, request, &look(true))?,
        })
    }
}
