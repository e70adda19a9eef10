//! A table in a page.

use datafusion::common::Result;
use maud::{Markup, html};
use textwrap::core::display_width;

use super::text::prose;
use crate::document::cells::{Cell, Column, columns};
use crate::document::table::Table;
use crate::document::words::{count, heading};

/// Rows that are seen before the rest is asked for.
pub const FIRST: usize = 50;

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
    let columns = columns(&table.rows, table.most)?;
    let classes: Vec<&str> = columns.iter().map(class).collect();
    let (all, carried) = (table.rows.num_rows(), table.rows.num_rows().min(table.most));
    let (id, caption) = (format!("_t{number}"), format!("_t{number}-caption"));
    Ok(html! {
        div.table {
            div.wide role="region" aria-labelledby=(caption) tabindex="0" {
                table id=(id) data-first=(FIRST) {
                    caption id=(caption) {
                        span.number { "Table " (number) } " "
                        (prose(&table.caption))
                    }
                    thead { tr {
                        @for (column, class) in columns.iter().zip(&classes) {
                            th scope="col" class=(class) data-column=(column.name) {
                                (heading(&column.name))
                            }
                        }
                    } }
                    tbody {
                        @for row in 0..carried {
                            tr { @for (column, class) in columns.iter().zip(&classes) { (cell(&column.cells[row], column.is_number, class)) } }
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

/// A cell. What is read of a number and what it is are two things where the first has fewer digits.
fn cell(cell: &Cell, is_number: bool, class: &str) -> Markup {
    let Some(shown) = cell.shown() else {
        return html! {
            td class=(class) data-null="" {
                span aria-hidden="true" { (NONE) } span.spoken { (NONE_SPOKEN) }
            }
        };
    };
    let read = match shown.strip_prefix('-').filter(|_| is_number) {
        Some(size) => format!("−{size}"),
        None => shown.to_owned(),
    };
    let full = match cell {
        Cell::Rounded { full, .. } => full,
        _ => shown,
    };
    let value = (is_number && *full != read).then_some(full);
    html! { td class=(class) data-value=[value] { (read) } }
}
