//! Record batches as an aligned table or as records, for a terminal, a text file or Markdown.

mod cells;
mod fit;
mod footer;
mod grid;
mod kept;
mod plan;
mod records;
mod style;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use style::{Hints, Style};
pub(crate) use writer::Table;
