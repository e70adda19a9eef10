//! A table of LaTeX, in the style of booktabs.

use std::io::Write;

use datafusion::arrow::array::Array;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Result;

use super::writer::{BatchWriter, Out};

/// A `tabular`, row by row.
pub(super) struct Latex {
    out: Out,
}

impl Latex {
    /// Begins the table.
    pub(super) fn new(mut out: Out, schema: &SchemaRef) -> Result<Self> {
        let fields = schema.fields().iter();
        let columns: String =
            fields.map(|field| if field.data_type().is_numeric() { 'r' } else { 'l' }).collect();
        let names: Vec<String> = schema.fields().iter().map(|field| cell(field.name())).collect();
        writeln!(out, "% \\usepackage{{booktabs}}\n\\begin{{tabular}}{{{columns}}}\n\\toprule")?;
        writeln!(out, "{} \\\\\n\\midrule", names.join(" & "))?;
        Ok(Self { out })
    }
}

impl BatchWriter for Latex {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let options = FormatOptions::default().with_null("");
        let columns = batch.columns().iter();
        let columns = columns.map(|column| ArrayFormatter::try_new(column, &options));
        let columns = columns.collect::<Result<Vec<_>, ArrowError>>()?;
        for row in 0..batch.num_rows() {
            for (i, (column, cells)) in columns.iter().zip(batch.columns()).enumerate() {
                let text = column.value(row).to_string();
                let text = match text.strip_prefix('-') {
                    Some(rest) if cells.data_type().is_numeric() => format!("$-${rest}"),
                    _ => cell(&text),
                };
                write!(self.out, "{}{text}", if i > 0 { " & " } else { "" })?;
            }
            writeln!(self.out, " \\\\")?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        writeln!(self.out, "\\bottomrule\n\\end{{tabular}}")?;
        Ok(self.out.flush()?)
    }
}

/// A cell of text; one of several lines is a stack of them.
fn cell(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(escaped).collect();
    match lines.as_slice() {
        [] => String::new(),
        [line] => line.clone(),
        lines => format!("\\shortstack[l]{{{}}}", lines.join("\\\\")),
    }
}

/// Text with nothing in it that is an instruction.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '&' | '%' | '_' | '#' | '$' | '{' | '}' => escaped.extend(['\\', c]),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '\\' => escaped.push_str("\\textbackslash{}"),
            '<' => escaped.push_str("\\textless{}"),
            '>' => escaped.push_str("\\textgreater{}"),
            '|' => escaped.push_str("\\textbar{}"),
            // After the end of a row they would be arguments of it.
            '[' | '*' if at == 0 => escaped.extend(['{', c, '}']),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_an_instruction() {
        assert_eq!(cell("R&D 5% a_b #1 $2 {x}"), "R\\&D 5\\% a\\_b \\#1 \\$2 \\{x\\}");
        assert_eq!(cell("~^\\"), "\\textasciitilde{}\\textasciicircum{}\\textbackslash{}");
        assert_eq!(cell("[1, 2] * 3"), "{[}1, 2] * 3");
        assert_eq!(cell("北京 é"), "北京 é");
        assert_eq!(cell("a\nb&c"), "\\shortstack[l]{a\\\\b\\&c}");
        assert_eq!(cell(""), "");
    }
}
