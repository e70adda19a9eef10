//! What goes wrong in the program, with its place and its exit code.

use std::path::PathBuf;
use std::process::ExitCode;
use std::{error, fmt, io};

use datafusion::common::DataFusionError;

use super::picture::Picture;
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
        /// The line itself, and what is said of it.
        picture: Option<Box<Picture>>,
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
    /// What went wrong has been told.
    Told {
        /// Its exit code.
        code: u8,
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
        ExitCode::from(self.code())
    }

    /// The same as a number.
    pub fn code(&self) -> u8 {
        match self {
            Self::ClosedPipe => 0,
            Self::Statement { .. } | Self::Data(_) => 1,
            Self::Usage(_) | Self::File { .. } => 2,
            Self::Interrupted => 130,
            Self::Told { code } => *code,
        }
    }

    /// The file, `<shell>` or `-c`, of a statement that failed.
    pub fn origin(&self) -> Option<&str> {
        match self {
            Self::Statement { origin, .. } => Some(origin),
            _ => None,
        }
    }

    /// The line of what failed, counted from 1.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Statement { line, .. } => Some(*line),
            _ => None,
        }
    }

    /// The letter in the line where it stands, counted from 1, if it is known.
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::Statement { picture, .. } => picture.as_ref()?.column(),
            _ => None,
        }
    }

    /// What must be, what was, without a place.
    pub fn message(&self) -> String {
        match self {
            Self::Statement { message, .. } => message.clone(),
            other => other.to_string(),
        }
    }

    /// The error for a person: its line after `who`, and the picture under it, in colours.
    pub fn told(&self, who: &str) -> String {
        let picture = match self {
            Self::Statement { picture, .. } => picture.as_ref().and_then(|picture| picture.drawn()),
            _ => None,
        };
        match picture {
            Some(picture) => format!("{who}: {self}\n{picture}"),
            None => format!("{who}: {self}"),
        }
    }

    /// What is wrong at a line of a text.
    pub fn at(origin: &str, line: usize, message: impl Into<String>) -> Self {
        Self::Statement { origin: origin.to_owned(), line, message: message.into(), picture: None }
    }

    /// Several faults as one error: they are told; one alone is told by whoever gets it.
    pub fn all(mut faults: Vec<Self>, tell: impl Fn(&Self)) -> Self {
        match faults.pop() {
            Some(only) if faults.is_empty() => only,
            last => {
                faults.extend(last);
                faults.iter().for_each(tell);
                Self::Told { code: faults.iter().map(Self::code).min().unwrap_or(1) }
            }
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
            // A command of the shell is one line.
            Self::Statement { origin, message, .. } if origin.starts_with('\\') => {
                write!(f, "{origin}: {message}")
            }
            Self::Statement { origin, line, message, .. } => {
                write!(f, "{origin}:{line}: {message}")
            }
            Self::Data(message) | Self::Usage(message) => f.write_str(message),
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Told { .. } => f.write_str("it has been told"),
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
