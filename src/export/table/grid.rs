//! Rows as lines, in a frame or as Markdown.

use std::io::{self, Write};

use textwrap::core::display_width;

use super::cells::Cell;
use super::fit::Place;
use super::style::{Form, Style};

/// What is left out.
const CUT: &str = "…";

/// A row that stands for those that are not shown.
const HIDDEN: &str = "·";

/// A table as it is drawn.
pub(super) struct Grid<'a> {
    pub style: &'a Style,
    pub places: &'a [Place],
    /// Whether each column stands at the right.
    pub is_right: &'a [bool],
}

/// The letters of a frame.
struct Frame {
    left: &'static str,
    between: &'static str,
    right: &'static str,
    line: &'static str,
}

const TOP: Frame = Frame { left: "┌", between: "┬", right: "┐", line: "─" };
const BELOW_HEADER: Frame = Frame { left: "╞", between: "╪", right: "╡", line: "═" };
const BOTTOM: Frame = Frame { left: "└", between: "┴", right: "┘", line: "─" };
const MARKDOWN: Frame = Frame { left: "|", between: "|", right: "|", line: "-" };

impl Grid<'_> {
    /// The first line, the names, their types if they are told, and a line.
    pub fn header(
        &self,
        out: &mut impl Write,
        names: &[String],
        types: Option<&[String]>,
    ) -> io::Result<()> {
        if self.is_markdown() {
            self.row(out, |i| (&names[i], false), CUT)?;
            return self.rule(out, &MARKDOWN);
        }
        self.rule(out, &TOP)?;
        self.row(out, |i| (&names[i], false), CUT)?;
        if let Some(types) = types {
            self.row(out, |i| (&types[i], true), "")?;
        }
        self.rule(out, &BELOW_HEADER)
    }

    /// Rows; after so many, one that stands for those that are not shown.
    pub fn rows(
        &self,
        out: &mut impl Write,
        columns: &[Vec<Cell>],
        gap: Option<usize>,
    ) -> io::Result<()> {
        let rows = columns.first().map_or(0, Vec::len);
        let cell = |i: usize, row: usize| {
            let Cell { text, is_null } = &columns[i][row];
            (text.as_str(), *is_null)
        };
        for row in 0..rows {
            if gap == Some(row) {
                self.row(out, |_| (HIDDEN, true), HIDDEN)?;
            }
            self.row(out, |i| cell(i, row), CUT)?;
        }
        if gap == Some(rows) {
            self.row(out, |_| (HIDDEN, true), HIDDEN)?;
        }
        Ok(())
    }

    /// The last line.
    pub fn bottom(&self, out: &mut impl Write) -> io::Result<()> {
        if self.is_markdown() { Ok(()) } else { self.rule(out, &BOTTOM) }
    }

    fn is_markdown(&self) -> bool {
        self.style.form == Form::Markdown
    }

    fn rule(&self, out: &mut impl Write, frame: &Frame) -> io::Result<()> {
        let lines: Vec<String> =
            self.places.iter().map(|place| frame.line.repeat(place.width + 2)).collect();
        writeln!(out, "{}{}{}", frame.left, lines.join(frame.between), frame.right)
    }

    /// A row by each column's text and whether it stands back; `other`: in the place of columns that
    /// are not shown.
    fn row<'t>(
        &self,
        out: &mut impl Write,
        cell: impl Fn(usize) -> (&'t str, bool),
        other: &'t str,
    ) -> io::Result<()> {
        let (edge, between) = if self.is_markdown() { ("|", "|") } else { ("│", "┆") };
        let cells: Vec<(&str, bool)> =
            self.places.iter().map(|place| place.column.map_or((other, true), &cell)).collect();
        let height = cells.iter().map(|(text, _)| text.split('\n').count()).max().unwrap_or(1);
        for line in 0..height {
            for (i, (place, (text, is_dim))) in self.places.iter().zip(&cells).enumerate() {
                let text = text.split('\n').nth(line).unwrap_or("");
                let text =
                    if self.style.width.is_some() { cut(text, place.width) } else { text.into() };
                let blanks = " ".repeat(place.width.saturating_sub(display_width(&text)));
                let text = if *is_dim { self.style.dimmed(&text) } else { text };
                let is_right = place.column.is_some_and(|i| self.is_right[i]);
                let (before, after) = if is_right { (&*blanks, "") } else { ("", &*blanks) };
                write!(out, "{} {before}{text}{after} ", if i == 0 { edge } else { between })?;
            }
            writeln!(out, "{edge}")?;
        }
        Ok(())
    }
}

/// A line within a width.
pub(super) fn cut(line: &str, width: usize) -> String {
    if display_width(line) <= width {
        return line.to_owned();
    }
    let mut room = width.saturating_sub(display_width(CUT));
    let mut kept = String::new();
    let mut buffer = [0; 4];
    for c in line.chars() {
        let Some(left) = room.checked_sub(display_width(c.encode_utf8(&mut buffer))) else { break };
        room = left;
        kept.push(c);
    }
    kept + CUT
}
