//! A framework: which indicators make up an index, in which groups, with which weights.
//!
//! It is a table with a row per node of a tree; a row names its parent, and rows that are nobody's
//! parent are the indicators. [`rows`] reads it and [`Framework::new`] checks it as a whole: what
//! is wrong comes back in one go, each fault with the code it is about.
//!
//! A table without parents is an index straight over its indicators. Its root is implied, under
//! the code `index`.

mod check;
mod faults;
mod links;
mod row;
mod table;
#[cfg(test)]
mod tests;
mod tree;

pub use faults::Faults;
pub(crate) use faults::{list, some};
pub use row::{Defaults, Row};
pub use table::{check_schema, columns, rows};
pub use tree::{Framework, Node};
