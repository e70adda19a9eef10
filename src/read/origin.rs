//! Where the rows of a table come from.

use super::source::Source;

/// Where the rows of a table come from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// Files.
    Files(Box<Source>),
    /// Standard input, which is read once.
    Input,
}
