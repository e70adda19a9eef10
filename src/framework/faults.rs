//! All that is wrong with a framework, as a user reads it.

use std::error::Error;
use std::fmt::{self, Display, Formatter, Write};

/// Faults that are printed; the rest is counted.
const PRINTED: usize = 50;
/// Codes that one fault lists; the rest is counted.
const LISTED: usize = 10;

/// All that is wrong with a framework table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Faults(pub Vec<String>);

impl Display for Faults {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let [fault] = self.0.as_slice() {
            return f.write_str(fault);
        }
        // On one line, as errors are.
        let printed = self.0.iter().take(PRINTED).map(String::as_str).collect::<Vec<_>>();
        write!(f, "{} faults: {}", self.0.len(), printed.join("; "))?;
        match self.0.len().saturating_sub(PRINTED) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl Error for Faults {}

/// A code as faults show it, on one line whatever is in it.
pub(super) fn quoted(code: &str) -> String {
    let mut text = String::with_capacity(code.len() + 2);
    text.push('\'');
    for c in code.chars() {
        if c.is_control() {
            text.extend(c.escape_default());
        } else {
            text.push(c);
        }
    }
    text.push('\'');
    text
}

/// Things one after the other, the first ten of them.
pub(crate) fn list(things: impl ExactSizeIterator<Item = String>) -> String {
    let more = things.len().saturating_sub(LISTED);
    let mut text = things.take(LISTED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        // Writing to a String does not fail.
        let _ = write!(text, " and {more} more");
    }
    text
}

/// Names in quotes, the first ten of them.
pub(crate) fn some<T: AsRef<str>>(names: &[T]) -> String {
    list(names.iter().map(|name| format!("'{}'", name.as_ref())))
}
