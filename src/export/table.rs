//! Record batches as an aligned table, for a terminal, a text file or Markdown.

use std::io::Write;
use std::sync::Arc;

use comfy_table::presets::{ASCII_MARKDOWN, UTF8_FULL_CONDENSED};
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Row, Width};
use datafusion::arrow::datatypes::{DataType, FieldRef, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Result;
use textwrap::core::display_width;

use super::writer::{BatchWriter, Out};

/// How a table is drawn.
#[derive(Debug, Clone)]
pub(crate) struct Style {
    preset: &'static str,
    null: &'static str,
    /// Width of the table, to which long cells are cut; none: as wide as they need.
    width: Option<u16>,
    /// Rows shown at most; the rest is counted.
    max_rows: usize,
    hints: Hints,
}

/// How whoever reads a table sees what was left out of it, each in parentheses after a blank.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hints {
    /// All rows.
    pub rows: &'static str,
    /// All columns.
    pub columns: &'static str,
}

impl Style {
    /// All rows, as wide as they need.
    pub fn plain() -> Self {
        Self {
            preset: UTF8_FULL_CONDENSED,
            null: "NULL",
            width: None,
            max_rows: usize::MAX,
            hints: Hints::default(),
        }
    }

    /// A Markdown table.
    pub fn markdown() -> Self {
        Self { preset: ASCII_MARKDOWN, null: "", ..Self::plain() }
    }

    /// For a person at a terminal: cut to its width, at most `max_rows` rows.
    pub fn terminal(width: Option<u16>, max_rows: usize, hints: Hints) -> Self {
        Self { width, max_rows, hints, ..Self::plain() }
    }

    fn is_markdown(&self) -> bool {
        self.preset == ASCII_MARKDOWN
    }
}

/// Rows that are drawn as one table: with a header of its own for every so many rows, because a
/// column is as wide as its widest cell and that must be known before the first is written.
const ROWS_A_TABLE: usize = 10_000;

/// What is left of a long text on a narrow terminal, and of a long number.
const LEGIBLE: (usize, usize) = (6, 10);

/// A table writer.
pub(crate) struct Table {
    out: Out,
    schema: SchemaRef,
    style: Style,
    rows: Vec<Vec<String>>,
    drawn: usize,
    left_out: usize,
    columns: usize,
}

impl Table {
    /// A table on `out`.
    pub fn new(out: Out, schema: &SchemaRef, style: Style) -> Self {
        let (schema, columns) = (Arc::clone(schema), schema.fields().len());
        Self { out, schema, style, rows: Vec::new(), drawn: 0, left_out: 0, columns }
    }

    fn draw(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let header = self.schema.fields().iter().map(|field| text(field.name(), &self.style));
        let header: Vec<String> = header.collect();
        let least = self.least_widths(&header, &rows);
        let shown = self.fitting(&least);

        let mut table = comfy_table::Table::new();
        table.load_preset(self.style.preset);
        if let Some(width) = self.style.width {
            table
                .set_truncation_indicator("…")
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(width);
        }
        let cells = |texts: &[String]| {
            let cells = shown.iter().map(|column| match column {
                Some(i) => Cell::new(&texts[*i])
                    .set_alignment(alignment(self.schema.field(*i).data_type())),
                None => Cell::new("…"),
            });
            Row::from(cells.collect::<Vec<_>>())
        };
        // A table of Markdown has one header, however long it is.
        if !self.style.is_markdown() || self.drawn == 0 {
            table.set_header(cells(&header));
        }
        for texts in &rows {
            let mut row = cells(texts);
            if self.style.width.is_some() && !texts.iter().any(|text| text.contains('\n')) {
                row.max_height(1); // what does not fit is cut, not folded
            }
            table.add_row(row);
        }
        if self.style.width.is_some() {
            for (column, shown) in table.column_iter_mut().zip(&shown) {
                let least = shown.map_or(1, |i| least[i]);
                let width = u16::try_from(least + 2).unwrap_or(u16::MAX);
                column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
            }
        }
        writeln!(self.out, "{table}")?;
        self.drawn += rows.len();
        self.columns = self.columns.min(shown.iter().flatten().count());
        Ok(())
    }

    /// The width below which a column says nothing.
    fn least_widths(&self, header: &[String], rows: &[Vec<String>]) -> Vec<usize> {
        let width = |text: &String| text.lines().map(display_width).max().unwrap_or(0);
        let column = |(i, field): (usize, &FieldRef)| {
            let cells = rows.iter().map(|row| width(&row[i])).max().unwrap_or(0);
            let legible = if field.data_type().is_numeric() { LEGIBLE.1 } else { LEGIBLE.0 };
            cells.min(legible).max(width(&header[i]).min(LEGIBLE.0))
        };
        self.schema.fields().iter().enumerate().map(column).collect()
    }

    /// The columns that are shown: all, or as many of the first and of the last as there is room
    /// for, and none for those between.
    fn fitting(&self, least: &[usize]) -> Vec<Option<usize>> {
        let all = least.len();
        let Some(width) = self.style.width.map(usize::from) else {
            return (0..all).map(Some).collect();
        };
        let framed = |least: usize| least + 3; // a space at both sides and a line
        let needed = 1 + least.iter().copied().map(framed).sum::<usize>();
        if needed <= width {
            return (0..all).map(Some).collect();
        }
        let mut room = width.saturating_sub(1 + framed(1));
        let (mut first, mut last) = (0, all);
        while first < last {
            let is_left = first <= all - last;
            let need = framed(if is_left { least[first] } else { least[last - 1] });
            if need > room && first > 0 {
                break;
            }
            room = room.saturating_sub(need);
            if is_left { first += 1 } else { last -= 1 }
        }
        (0..first).map(Some).chain([None]).chain((last..all).map(Some)).collect()
    }
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
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let options = FormatOptions::default().with_null(self.style.null);
        let columns =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
        let columns = columns.collect::<Result<Vec<_>, ArrowError>>()?;
        for row in 0..batch.num_rows() {
            if self.drawn + self.rows.len() >= self.style.max_rows {
                self.left_out += batch.num_rows() - row;
                return Ok(());
            }
            let cells =
                columns.iter().map(|column| text(&column.value(row).to_string(), &self.style));
            self.rows.push(cells.collect());
            if self.rows.len() == ROWS_A_TABLE {
                self.draw()?;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        if !self.rows.is_empty() || self.drawn == 0 {
            self.draw()?;
        }
        if self.left_out > 0 {
            let (shown, all) = (self.drawn, self.drawn + self.left_out);
            writeln!(self.out, "{shown} of {all} rows shown{}", self.style.hints.rows)?;
        }
        let all = self.schema.fields().len();
        if self.columns < all {
            let hint = self.style.hints.columns;
            writeln!(self.out, "{} of {all} columns shown{hint}", self.columns)?;
        }
        Ok(self.out.flush()?)
    }
}
