//! Names of the catalog and of what is always in it.

/// Name of the catalog.
pub const CATALOG: &str = "goalposts";
/// Name of the default schema.
pub const DEFAULT_SCHEMA: &str = "public";
