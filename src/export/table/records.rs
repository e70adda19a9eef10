//! A row as lines of its columns, for what is too wide for a table.

use std::io::{self, Write};

use textwrap::core::display_width;

use super::cells::Cell;
use super::style::Style;

/// Rows after the `before` ones that were drawn; after `gap` of them, `hidden` are not shown.
pub(super) fn draw(
    out: &mut impl Write,
    names: &[String],
    columns: &[Vec<Cell>],
    style: &Style,
    before: usize,
    gap: Option<(usize, usize)>,
) -> io::Result<()> {
    let names: Vec<String> = names.iter().map(|name| name.replace('\n', "\\n")).collect();
    let width = names.iter().map(|name| display_width(name)).max().unwrap_or(0);
    let rows = columns.first().map_or(0, Vec::len);
    let mut number = before;
    for row in 0..rows {
        if let Some((_, hidden)) = gap.filter(|(at, _)| *at == row) {
            writeln!(out, "{}", style.dimmed("·"))?;
            number += hidden;
        }
        number += 1;
        let head = format!("─[ {number} ]");
        let line = "─".repeat((width + 8).saturating_sub(display_width(&head)));
        writeln!(out, "{head}{line}")?;
        for (name, cells) in names.iter().zip(columns) {
            let Cell { text, is_null } = &cells[row];
            let value = if *is_null { style.dimmed(text) } else { text.clone() };
            let blanks = " ".repeat(width - display_width(name));
            let below = format!("\n{} │ ", " ".repeat(width));
            let value = value.replace('\n', &below);
            writeln!(out, "{}", format!("{name}{blanks} │ {value}").trim_end_matches(' '))?;
        }
    }
    if let Some((at, _)) = gap
        && at == rows
    {
        writeln!(out, "{}", style.dimmed("·"))?;
    }
    Ok(())
}
