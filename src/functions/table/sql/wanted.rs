//! Which rows of an index are wanted.

use std::fmt::{self, Display, Formatter};

use datafusion::common::Result;

/// Conditions on the rows, each met by all that are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wanted<E> {
    /// On the nodes of the framework: on `code`, `parent`, `level`. Nobody else looks at it.
    pub nodes: Option<E>,
    /// On `period`. A filter above looks at it once more: what does not know periods gives all of them.
    pub periods: Option<E>,
}

impl<E> Wanted<E> {
    /// All rows.
    pub const ALL: Self = Self { nodes: None, periods: None };

    /// The same conditions in another form.
    pub fn map<F>(
        &self,
        nodes: impl FnOnce(&E) -> Result<F>,
        periods: impl FnOnce(&E) -> Result<F>,
    ) -> Result<Wanted<F>> {
        Ok(Wanted {
            nodes: self.nodes.as_ref().map(nodes).transpose()?,
            periods: self.periods.as_ref().map(periods).transpose()?,
        })
    }
}

/// For EXPLAIN.
impl<E: Display> Display for Wanted<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(nodes) = &self.nodes {
            write!(f, ", nodes={nodes}")?;
        }
        if let Some(periods) = &self.periods {
            write!(f, ", periods={periods}")?;
        }
        Ok(())
    }
}
