//! Record batches as an aligned table, for a terminal, a text file or Markdown.

use std::io::Write;
use std::sync::Arc;

use comfy_table::presets::{ASCII_MARKDOWN, UTF8_FULL_CONDENSED};
use comfy_table::{Cell, CellAlignment, ContentArrangement, Row};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::export::{BatchWriter, WriteError};

/// How a table is drawn.
#[derive(Debug, Clone)]
pub struct Style {
    preset: &'static str,
    null: &'static str,
    /// Width of the table, to which long cells are cut; none: as wide as they need.
    width: Option<u16>,
    /// Rows shown at most; the rest is counted.
    max_rows: usize,
}

impl Style {
    /// All rows, as wide as they need.
    pub fn plain() -> Self {
        Self { preset: UTF8_FULL_CONDENSED, null: "NULL", width: None, max_rows: usize::MAX }
    }

    /// A Markdown table.
    pub fn markdown() -> Self {
        Self { preset: ASCII_MARKDOWN, null: "", ..Self::plain() }
    }

    /// For a person at a terminal: cut to its width, at most `max_rows` rows.
    pub fn terminal(width: Option<u16>, max_rows: usize) -> Self {
        Self { width, max_rows, ..Self::plain() }
    }

    fn is_markdown(&self) -> bool {
        self.preset == ASCII_MARKDOWN
    }
}

/// Rows that are drawn as one table: with a header of its own for every so many rows, because a
/// column is as wide as its widest cell and that must be known before the first is written.
const ROWS_A_TABLE: usize = 10_000;

/// A table writer.
pub struct Table {
    out: Box<dyn Write + Send>,
    schema: SchemaRef,
    style: Style,
    table: comfy_table::Table,
    waiting: usize,
    drawn: usize,
    left_out: usize,
}

impl Table {
    /// A table on `out`.
    pub fn new(out: Box<dyn Write + Send>, schema: &SchemaRef, style: Style) -> Self {
        let table = head(schema, &style);
        let schema = Arc::clone(schema);
        Self { out, schema, style, table, waiting: 0, drawn: 0, left_out: 0 }
    }

    fn draw(&mut self) -> Result<(), WriteError> {
        let table = std::mem::replace(&mut self.table, head(&self.schema, &self.style));
        writeln!(self.out, "{table}")?;
        self.drawn += self.waiting;
        self.waiting = 0;
        Ok(())
    }
}

fn head(schema: &SchemaRef, style: &Style) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_preset(style.preset);
    if let Some(width) = style.width {
        table
            .set_truncation_indicator("…")
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
    }
    table.set_header(schema.fields().iter().map(|field| {
        let cell = Cell::new(text(field.name(), style));
        cell.set_alignment(alignment(field.data_type()))
    }));
    table
}

fn alignment(data_type: &DataType) -> CellAlignment {
    match data_type.is_numeric() {
        true => CellAlignment::Right,
        false => CellAlignment::Left,
    }
}

/// A cell's text, with nothing in it that would break the table or command the terminal.
fn text(value: &str, style: &Style) -> String {
    let mut shown = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '|' if style.is_markdown() => shown.push_str("\\|"),
            '\n' if style.is_markdown() => shown.push_str("<br>"),
            '\n' => shown.push('\n'), // a cell of several lines
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if c.is_control() => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

impl BatchWriter for Table {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), WriteError> {
        let options = FormatOptions::default().with_null(self.style.null);
        let columns =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            if self.drawn + self.waiting >= self.style.max_rows {
                self.left_out += batch.num_rows() - row;
                return Ok(());
            }
            let cells: Vec<_> = columns
                .iter()
                .map(|column| text(&column.value(row).to_string(), &self.style))
                .collect();
            let has_lines = cells.iter().any(|cell| cell.contains('\n'));
            let aligned = cells.into_iter().zip(self.schema.fields());
            let mut line =
                Row::from(aligned.map(|(cell, field)| {
                    Cell::new(cell).set_alignment(alignment(field.data_type()))
                }));
            if self.style.width.is_some() && !has_lines {
                line.max_height(1); // what does not fit is cut, not folded
            }
            self.table.add_row(line);
            self.waiting += 1;
            if self.waiting == ROWS_A_TABLE {
                self.draw()?;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        if self.waiting > 0 || self.drawn == 0 {
            self.draw()?;
        }
        if self.left_out > 0 {
            let (shown, all) = (self.drawn, self.drawn + self.left_out);
            writeln!(self.out, "{shown} of {all} rows shown (\\rows 0 shows all)")?;
        }
        Ok(self.out.flush()?)
    }
}
