//! Workbooks of Excel: rows are kept on disk until all of them are known, then written as cells.

mod book;
mod cells;
mod names;
mod sheet;

pub(super) use book::{Book, one_sheet};
pub(super) use sheet::Rows;
