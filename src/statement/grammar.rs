//! How a session reads SQL.

use datafusion::common::config::Dialect;
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::dialect::{self, GenericDialect, dialect_from_str};

/// How a session reads SQL: what `SET datafusion.sql_parser...` says.
#[derive(Debug, Clone, Copy)]
pub struct Grammar {
    pub(super) dialect: Dialect,
    pub(super) recursion_limit: usize,
}

impl Default for Grammar {
    fn default() -> Self {
        Self { dialect: Dialect::Generic, recursion_limit: 50 }
    }
}

impl Grammar {
    /// Of a session as it is now.
    pub fn of(context: &SessionContext) -> Self {
        let state = context.state_ref();
        let state = state.read();
        let options = &state.config().options().sql_parser;
        Self { dialect: options.dialect, recursion_limit: options.recursion_limit.get() }
    }

    /// Whether another cuts a text into the same statements.
    pub fn is_like(self, other: Self) -> bool {
        self.dialect == other.dialect
    }

    pub(super) fn dialect(&self) -> Box<dyn dialect::Dialect> {
        dialect_from_str(self.dialect).unwrap_or_else(|| Box::new(GenericDialect {}))
    }
}
