//! A plan that EXPLAIN tells: lines of a tree, whose indentation is what they say.

use std::io::Write;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use textwrap::WordSplitter;

use super::cells::text;
use super::grid::cut;
use super::style::{Form, Style};

/// How far what does not fit a line stands below it.
const FOLDED: usize = 6;

/// Whether rows are plans.
pub(super) fn is_plan(schema: &Schema) -> bool {
    let fields = schema.fields();
    let names = fields.iter().map(|field| field.name().as_str());
    names.eq(["plan_type", "plan"])
        && fields.iter().all(|field| *field.data_type() == DataType::Utf8)
}

/// Each plan below its name.
pub(super) fn draw(out: &mut impl Write, batches: &[RecordBatch], style: &Style) -> Result<()> {
    for batch in batches {
        let texts = |i: usize| cast(batch.column(i), &DataType::Utf8);
        let (names, plans) = (texts(0)?, texts(1)?);
        let (names, plans) = (names.as_string::<i32>(), plans.as_string::<i32>());
        for row in (0..batch.num_rows()).filter(|row| plans.is_valid(*row)) {
            writeln!(out, "{}", text(names.value(row), style))?;
            for line in text(plans.value(row), style).trim_end().split('\n') {
                writeln!(out, "{}", folded(&format!("  {line}"), style).trim_end())?;
            }
        }
    }
    Ok(())
}

/// A line within the width, between words, what is left of it further in; a line of frames is cut.
fn folded(line: &str, style: &Style) -> String {
    let indent = line.len() - line.trim_start().len();
    let is_frame = line.trim_start().starts_with(['┌', '│', '├', '└', '┴']);
    match style.width.map(usize::from) {
        Some(width) if !is_frame && width > indent + 4 * FOLDED => {
            let below = " ".repeat(indent + FOLDED);
            let options = textwrap::Options::new(width)
                .subsequent_indent(&below)
                .word_splitter(WordSplitter::NoHyphenation)
                .break_words(false);
            textwrap::fill(line, options)
        }
        Some(width) if is_frame => cut(line, width),
        _ => line.to_owned(),
    }
}

impl Style {
    /// Whether plans are told as lines.
    pub(super) fn unfolds_plans(&self) -> bool {
        self.form != Form::Markdown
    }
}
