//! What goes wrong in the program, with its place and its exit code.

use std::path::PathBuf;
use std::process::ExitCode;
use std::{error, fmt, io};

use datafusion::common::DataFusionError;

use crate::error::describe;
use crate::export::{self, Target};

/// An error of the program, with its place.
#[derive(Debug)]
pub enum Error {
    /// A statement failed; `origin` is the file, `<shell>` or `-c`.
    Statement {
        /// Where the statement stands.
        origin: String,
        /// Its line, counted from 1.
        line: usize,
        /// What must be, what was.
        message: String,
    },
    /// Data or a query without a line is at fault.
    Data(String),
    /// The command line or a path is at fault.
    Usage(String),
    /// A file cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Some query files failed; each has been reported.
    Batch {
        /// How many failed.
        failed: usize,
        /// How many there were.
        files: usize,
    },
    /// Standard output was closed by its reader: a normal end.
    ClosedPipe,
    /// Ctrl-C.
    Interrupted,
}

/// Result with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// 0 done, 1 a statement or its data is at fault, 2 the command line or a path is, 130 Ctrl-C.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::ClosedPipe => ExitCode::SUCCESS,
            Self::Statement { .. } | Self::Data(_) | Self::Batch { .. } => ExitCode::from(1),
            Self::Usage(_) | Self::File { .. } => ExitCode::from(2),
            Self::Interrupted => ExitCode::from(130),
        }
    }

    /// An error of writing to standard output.
    pub fn output(source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::File { path: "standard output".into(), source },
        }
    }

    /// A system error about a path.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Statement { origin, line, message } => write!(f, "{origin}:{line}: {message}"),
            Self::Data(message) | Self::Usage(message) => f.write_str(message),
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Batch { failed, files } => write!(f, "{failed} of {files} query files failed"),
            Self::ClosedPipe => f.write_str("output closed"),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<DataFusionError> for Error {
    fn from(error: DataFusionError) -> Self {
        Self::Data(describe(&error))
    }
}

impl From<export::Error> for Error {
    fn from(error: export::Error) -> Self {
        match error {
            export::Error::Io { target: Target::Output, source } => Self::output(source),
            export::Error::Io { target: Target::File(path), source } => Self::File { path, source },
            error @ (export::Error::Folder(_)
            | export::Error::Exists(_)
            | export::Error::Foreign(_)) => Self::Usage(error.to_string()),
            error @ export::Error::Format { .. } => Self::Data(error.to_string()),
        }
    }
}
