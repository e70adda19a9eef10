//! What is wrong with a file, in one line for the one who reads it.

use std::fmt;
use std::io;

/// What is wrong with a file: `place: what must be, what was (what helps)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault(pub String);

/// The result of reading something.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

/// Through a `Read`, which knows only errors of its own kind.
impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        io::Error::other(fault)
    }
}

impl Fault {
    /// An error of the system at a place, or the fault that it carries.
    pub fn from_io(place: &str, error: io::Error) -> Self {
        match error.downcast::<Fault>() {
            Ok(fault) => fault,
            Err(error) => Fault(format!("{place}: {error}")),
        }
    }
}
