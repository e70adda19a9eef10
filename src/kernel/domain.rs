//! The domain that values must lie in.

/// Why a value cannot take part: the domain that it is outside of.
///
/// The message says what must be; the caller adds the function and the value that was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Domain {
    /// What must be.
    pub must_be: &'static str,
    /// What can be done about it; nothing where that is plain.
    pub hint: &'static str,
}

impl Domain {
    /// One without a hint.
    pub const fn new(must_be: &'static str) -> Self {
        Self { must_be, hint: "" }
    }
}
