//! Pictures of results: a kind of picture takes columns of a result for its roles and draws marks.
//!
//! [`request`] is what is asked for, [`rows`] the result as columns of numbers and texts, [`choice`] finds the kind,
//! the column of each role and what is [`setting`] of the kind, [`kinds`] has a file or folder for each kind, [`frame`]
//! puts title and source around what a kind has [`drawn`]; [`output`] writes it as SVG, as PNG or in characters.
//!
//! Kinds draw [`shapes`] on axes of a [`scale`], which count a [`measure`], with a [`key`] above where names have no space at the marks, in the
//! colours of the [`look`] or of a [`shade`] between them.

pub mod apart;
pub mod axes;
pub mod chart;
pub mod choice;
pub mod drawn;
pub mod figures;
pub mod frame;
pub mod key;
pub mod kind;
pub mod kinds;
pub mod known;
pub mod lanes;
pub mod look;
pub mod measure;
mod multipliers;
pub mod names;
pub mod output;
pub mod periods;
pub mod request;
pub mod rows;
pub mod scale;
pub mod setting;
pub mod shade;
pub mod shapes;
pub mod text;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{Result, plan_datafusion_err, plan_err};

pub use frame::Picture;
pub use kind::{Kind, Role};
pub use kinds::KINDS;
pub use look::Look;
pub use request::Request;
pub use setting::Setting;

/// Whether a result of a schema can be drawn as it is asked for, before there are rows.
///
/// # Errors
///
/// A column that there is not or that cannot have its role; a role without one.
pub fn fit(schema: &SchemaRef, request: &Request) -> Result<()> {
    choice::fit(&rows::Rows::new(schema, &[])?, request)
}

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
    if rows.is_empty() {
        return plan_err!("plot: there must be rows to draw, found none");
    }
    let unit = request.unit.as_deref();
    let mut first = None;
    for choice::Choice { kind, columns, settings, rows: some, note } in
        choice::choices(&rows, request)?
    {
        let rows = some.as_ref().unwrap_or(&rows);
        let chart = chart::Chart { rows, columns, settings, unit, look };
        match (kind.draw)(&chart) {
            Ok(mut drawn) => {
                drawn.notes.splice(0..0, note);
                let Request { title, subtitle, source, .. } = request.clone();
                return Ok(Picture { kind, drawn, title, subtitle, source, look: look.clone() });
            }
            // Another kind that the columns speak of may do; else the first says what is wrong.
            Err(error) => first = first.or(Some(error)),
        }
    }
    Err(first
        .unwrap_or_else(|| plan_datafusion_err!("plot: there must be rows to draw, found none")))
}

/// The same, the whole picture so wide and so high, with all that is written around the marks; it is higher where
/// its rows need more.
///
/// # Errors
///
/// As [`draw`].
pub fn draw_within(
    schema: &SchemaRef,
    batches: &[RecordBatch],
    request: &Request,
    look: &Look,
    (wide, high): (f64, f64),
) -> Result<Picture> {
    let look = Look { width: wide, height: high, ..look.clone() };
    let around = draw(schema, batches, request, &look)?.around();
    let look = Look { height: (high - around).max(1.0), ..look };
    draw(schema, batches, request, &look)
}
