//! Why a result cannot be written.

use std::path::PathBuf;
use std::{error, fmt, io};

use datafusion::common::DataFusionError;

use super::target::Target;
use crate::error::describe;

/// Why a result cannot be written.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The system refuses.
    Io {
        /// Where it was to go.
        target: Target,
        /// What the system says.
        source: io::Error,
    },
    /// A file is to be written where a folder is.
    Folder(PathBuf),
    /// A folder is to be written where something is.
    Exists(PathBuf),
    /// A folder to be replaced holds something else than partitions.
    Foreign(PathBuf),
    /// The format cannot hold the result.
    Format {
        /// Where it was to go.
        target: Target,
        /// What does not fit.
        source: DataFusionError,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { target, source } => write!(f, "{target}: {source}"),
            Self::Folder(path) => {
                write!(f, "{}: must be a file, found a folder", path.display())
            }
            Self::Exists(path) => write!(
                f,
                "{}: must be a new folder, found one that exists (to replace it: overwrite)",
                path.display()
            ),
            Self::Foreign(path) => write!(
                f,
                "{}: must be a partition for its folder to be replaced, found something else",
                path.display()
            ),
            Self::Format { target, source } => write!(f, "{target}: {}", describe(source)),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Format { source, .. } => Some(source),
            Self::Folder(_) | Self::Exists(_) | Self::Foreign(_) => None,
        }
    }
}
