//! A row as lines of its columns, for what is too wide for a table.

use std::io::Write;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Result;
use textwrap::core::display_width;

use crate::export::{BatchWriter, Out};

/// A writer of rows as lines of their columns.
pub struct Vertical {
    out: Out,
    names: Vec<String>,
    width: usize,
    max_rows: usize,
    rows: usize,
}

impl Vertical {
    /// On `out`, so many rows at most.
    pub fn new(out: Out, schema: &SchemaRef, max_rows: usize) -> Self {
        let names: Vec<_> = schema.fields().iter().map(|field| line(field.name())).collect();
        let width = names.iter().map(|name| display_width(name)).max().unwrap_or(0);
        Self { out, names, width, max_rows, rows: 0 }
    }
}

impl BatchWriter for Vertical {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let options = FormatOptions::default().with_null("NULL");
        let columns = batch.columns().iter();
        let columns = columns.map(|column| ArrayFormatter::try_new(column, &options));
        let columns = columns.collect::<Result<Vec<_>, ArrowError>>()?;
        for row in 0..batch.num_rows() {
            self.rows += 1;
            if self.rows > self.max_rows {
                continue;
            }
            let head = format!("─[ {} ]", self.rows);
            let rule = "─".repeat((self.width + 8).saturating_sub(display_width(&head)));
            writeln!(self.out, "{head}{rule}")?;
            for (name, column) in self.names.iter().zip(&columns) {
                let blanks = " ".repeat(self.width - display_width(name));
                let indent = format!("\n{} │ ", " ".repeat(self.width));
                let value = column.value(row).to_string();
                let value: Vec<_> = value.split('\n').map(line).collect();
                writeln!(self.out, "{name}{blanks} │ {}", value.join(&indent))?;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        if self.rows == 0 {
            writeln!(self.out, "0 rows")?;
        }
        if self.rows > self.max_rows {
            let (shown, all) = (self.max_rows, self.rows);
            writeln!(self.out, "{shown} of {all} rows shown (\\rows 0 shows all)")?;
        }
        Ok(self.out.flush()?)
    }
}

/// A line without what would command the terminal.
fn line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if c.is_control() => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}
