//! Pictures of results: a kind of picture takes columns of a result for its roles and draws marks.
//!
//! [`request`] is what is asked for, [`rows`] the result as columns of numbers and texts, [`choice`] finds the kind
//! and the column of each role, [`kinds`] has a file for each kind, [`frame`] puts title and source around what a kind
//! draws, in the colours of [`look`]; [`output`] writes it as SVG, as PNG or in characters.

pub mod chart;
pub mod choice;
pub mod drawn;
pub mod frame;
pub mod kind;
pub mod kinds;
pub mod look;
pub mod output;
pub mod periods;
pub mod request;
pub mod rows;
pub mod setting;
pub mod text;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

pub use frame::Picture;
pub use kind::{Kind, Role};
pub use kinds::KINDS;
pub use look::Look;
pub use request::Request;
pub use setting::Setting;

/// Draws the rows of a result.
///
/// # Errors
///
/// No kind fits the columns, or the kind asked for lacks one; a number is not finite; there is nothing to draw; there is
/// more than can be read.
pub fn draw(
    schema: &SchemaRef,
    batches: &[RecordBatch],
    request: &Request,
    look: &Look,
) -> Result<Picture> {
    let rows = rows::Rows::new(schema, batches)?;
    let chosen = choice::choose(&rows, request)?;
    let (kind, unit) = (chosen.kind, request.unit.as_deref());
    let chart = chart::Chart {
        rows: &rows,
        columns: chosen.columns,
        settings: chosen.settings,
        unit,
        look,
    };
    let drawn = (kind.draw)(&chart)?;
    let Request { title, subtitle, source, .. } = request.clone();
    Ok(Picture { kind, drawn, title, subtitle, source, look: look.clone() })
}
