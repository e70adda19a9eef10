//! Where a result goes.

use std::fmt;
use std::path::PathBuf;

use super::format::Format;

/// Where results go.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// Standard output.
    Output,
    /// A file.
    File(PathBuf),
}

impl Target {
    /// `-` is standard output, anything else a path.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "-" => Self::Output,
            path => Self::File(path.into()),
        }
    }

    /// What a result is called that goes there.
    pub(crate) fn stem(&self) -> String {
        let stem = match self {
            Self::Output => None,
            Self::File(path) => path.file_stem(),
        };
        stem.map_or_else(|| "result".to_owned(), |stem| stem.to_string_lossy().into_owned())
    }

    /// The format its ending stands for.
    pub fn format(&self) -> Option<Format> {
        match self {
            Self::Output => None,
            Self::File(path) => Format::from_ending(path),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Output => f.write_str("standard output"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}
