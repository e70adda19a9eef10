//! A table in a page.

use datafusion::common::Result;
use maud::{Markup, html};

use super::text::prose;
use crate::document::cells::{Cell, Column, columns};
use crate::document::table::Table;
use crate::document::words::{count, heading};

/// Rows that are seen before the rest is asked for.
pub const FIRST: usize = 50;

/// Rows that a page carries.
pub const MOST: usize = 1000;

/// What stands where there is no value, and how it is read out.
const NONE: &str = "–";
const NONE_SPOKEN: &str = "no value";

/// A table; `number` is its place among the tables.
///
/// # Errors
///
/// A value cannot be written.
pub fn table(table: &Table, number: usize) -> Result<Markup> {
    let columns = columns(&table.rows, MOST)?;
    let (all, carried) = (table.rows.num_rows(), table.rows.num_rows().min(MOST));
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
                        @for column in &columns {
                            th scope="col" class=[class(column)] data-column=(column.name) {
                                (heading(&column.name))
                            }
                        }
                    } }
                    tbody {
                        @for row in 0..carried {
                            tr { @for column in &columns { (cell(&column.cells[row], column)) } }
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

/// How a column stands: numbers at the right, times on one line.
fn class(column: &Column) -> Option<&'static str> {
    match column.is_number {
        true => Some("n"),
        false => column.is_time.then_some("t"),
    }
}

/// A cell. What is read of a number and what it is are two things where the first has fewer digits.
fn cell(cell: &Cell, column: &Column) -> Markup {
    let (class, is_number) = (class(column), column.is_number);
    let Some(shown) = cell.shown() else {
        return html! {
            td class=[class] data-null="" {
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
    html! { td class=[class] data-value=[value] { (read) } }
}
