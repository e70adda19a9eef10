//! A table in a page.

use datafusion::common::Result;
use maud::{Markup, html};
use textwrap::core::display_width;

use super::text::prose;
use crate::document::cells::{Cell, Column, columns};
use crate::document::table::{FIRST, Table};
use crate::document::words::{heading, language};
use crate::words::count;

/// Columns that a text takes on one line, however narrow the page.
const SHORT: usize = 28;

/// What stands where there is no value, and how it is read out.
const NONE: &str = "–";
const NONE_SPOKEN: &str = "no value";

/// A table; `number` is its place among the tables.
///
/// # Errors
///
/// A value cannot be written.
pub fn table(table: &Table, number: usize) -> Result<Markup> {
    let (all, carried) = (table.rows.num_rows(), table.carried());
    let columns = columns(&table.rows, carried)?;
    let classes: Vec<&str> = columns.iter().map(class).collect();
    let (id, caption) = (format!("_t{number}"), format!("_t{number}-caption"));
    Ok(html! {
        div.table {
            div.wide role="region" aria-labelledby=(caption) tabindex="0" {
                table id=(id) data-first=(FIRST) {
                    caption id=(caption) {
                        span.held {
                            span.number { "Table " (number) } " "
                            (prose(&table.caption))
                        }
                    }
                    thead { tr {
                        @for (column, class) in columns.iter().zip(&classes) {
                            (head(column, class))
                        }
                    } }
                    tbody {
                        @for row in 0..carried {
                            tr {
                                @for (at, (column, class)) in columns.iter().zip(&classes).enumerate() {
                                    (cell(&column.cells[row], column.is_number, class, at == 0))
                                }
                            }
                        }
                    }
                }
            }
            @if all == 0 { p.rows { "No rows." } }
            @if all > carried {
                p.rows {
                    "The first " (count(carried, "row")) " of " (count(all, "row"))
                    "; the query gives all of them."
                }
            }
        }
    })
}

fn head(column: &Column, class: &str) -> Markup {
    let name = heading(&column.name);
    html! {
        th scope="col" class=(class) data-column=(column.name) lang=[language(&name)] { (name) }
    }
}

/// How a column stands: numbers at the right, days and short texts on one line, long texts with room for it.
fn class(column: &Column) -> &'static str {
    let widths = column.cells.iter().filter_map(Cell::shown).map(display_width);
    match widths.max().unwrap_or(0) {
        _ if column.is_number => "n",
        _ if column.is_time => "d",
        0..=SHORT => "t",
        _ => "w",
    }
}

/// A cell; the first of a row heads it.
fn cell(cell: &Cell, is_number: bool, class: &str, is_first: bool) -> Markup {
    let (read, is_null) = match cell.shown() {
        Some(shown) => (as_read(shown, is_number), false),
        None => (html! { span aria-hidden="true" { (NONE) } span.spoken { (NONE_SPOKEN) } }, true),
    };
    let (null, value) = (is_null.then_some(""), is_number.then(|| value(cell)).flatten());
    let language = cell.shown().filter(|_| !is_number).and_then(language);
    html! {
        @match is_first {
            true => th scope="row" class=(class) data-null=[null] data-value=[value] lang=[language] { (read) },
            false => td class=(class) data-null=[null] data-value=[value] lang=[language] { (read) },
        }
    }
}

/// A number below 0 with the sign of the printing press.
fn as_read(shown: &str, is_number: bool) -> Markup {
    match shown.strip_prefix('-').filter(|_| is_number) {
        Some(size) => html! { "−" (size) },
        None => html! { (shown) },
    }
}

/// What a number is to a program, where that is not what is read of it.
fn value(cell: &Cell) -> Option<&str> {
    let (shown, full) = match cell {
        Cell::Null => return None,
        Cell::Text(text) => (text, text),
        Cell::Rounded { shown, full } => (shown, full),
    };
    match full.as_str() {
        "inf" => Some("Infinity"),
        "-inf" => Some("-Infinity"),
        full => (full != shown || full.starts_with('-')).then_some(full),
    }
}
