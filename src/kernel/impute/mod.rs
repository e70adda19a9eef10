//! Missing values from the other indicators of a unit.

pub mod em;
pub mod regression;
