//! A value, and the name of what has it.

/// A value with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub value: f64,
    pub name: Option<String>,
}
