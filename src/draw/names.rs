//! Names of units and series, also of those that have none.

/// What is written where a name is NULL or empty.
pub const NONE: &str = "(none)";

/// `1 row`, `3 rows`.
pub fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Names, with a word where there is none.
pub fn filled(names: Vec<Option<String>>) -> Vec<String> {
    let name = |name: Option<String>| name.filter(|name| !name.trim().is_empty());
    names.into_iter().map(|of| name(of).unwrap_or_else(|| NONE.to_owned())).collect()
}
