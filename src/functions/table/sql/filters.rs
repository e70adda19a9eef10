//! What filters above an index let through, told to it.

use std::fmt::{self, Display, Formatter};

/// Conditions on a result, by what decides them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Filters<E> {
    /// On what the framework alone decides: other nodes have no rows.
    pub nodes: Option<E>,
    /// On periods: a function need not compute the rows of others, which a filter above it leaves out.
    pub periods: Option<E>,
}

impl<E: Display> Display for Filters<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (name, filter) in [("nodes", &self.nodes), ("periods", &self.periods)] {
            if let Some(filter) = filter {
                write!(f, ", {name}={filter}")?;
            }
        }
        Ok(())
    }
}
