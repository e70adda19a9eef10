//! A result being written, batch by batch.
//!
//! A file is written aside, in the same folder, and takes its name when it is complete: what was
//! there before survives a failure, and nobody ever reads half a file.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::DataFusionError;
use datafusion::parquet::errors::ParquetError;
use tempfile::NamedTempFile;

use super::error::Error;
use super::format::{Format, batch_writer};
use super::target::Target;
use super::writer::{About, BatchWriter, Out};

/// A result being written.
#[must_use = "a result is complete when it is finished"]
pub struct Export {
    writer: Box<dyn BatchWriter>,
    opening: Opening,
    rows: usize,
}

/// A target that is open: it has its name when it is complete.
pub(crate) struct Opening {
    aside: Option<Aside>,
    target: Target,
}

impl Target {
    /// Opens the target for one result.
    ///
    /// # Errors
    /// [`Error::Io`] when the folder is missing or cannot be written to, [`Error::Folder`] when it
    /// is the target, and [`Error::Format`] when the format cannot hold such columns.
    pub fn open(&self, format: Format, schema: &SchemaRef) -> Result<Export, Error> {
        let about = About { name: self.stem(), ..About::default() };
        self.open_with(schema, |out, schema| batch_writer(format, out, schema, &about))
    }

    /// Opens the target for one result, written by a writer of the caller's.
    ///
    /// # Errors
    /// As [`Target::open`].
    pub(crate) fn open_with(
        &self,
        schema: &SchemaRef,
        writer: impl FnOnce(Out, &SchemaRef) -> Result<Box<dyn BatchWriter>, DataFusionError>,
    ) -> Result<Export, Error> {
        let (out, opening) = self.begin()?;
        let writer = writer(out, schema).map_err(|error| opening.fault(error))?;
        Ok(Export { writer, opening, rows: 0 })
    }

    /// Opens the target for bytes.
    ///
    /// # Errors
    /// As [`Target::open`], but for the format.
    pub(crate) fn begin(&self) -> Result<(Out, Opening), Error> {
        let (out, aside): (Out, _) = match self {
            Self::Output => (Box::new(io::stdout()), None),
            Self::File(path) => match special_file(path)? {
                Some(device) => (Box::new(device), None),
                None => {
                    let aside = Aside::create(path)?;
                    let handle = aside.file.as_file().try_clone().map_err(refused(path))?;
                    (Box::new(handle), Some(aside))
                }
            },
        };
        let out = Box::new(BufWriter::with_capacity(1 << 16, out));
        Ok((out, Opening { aside, target: self.clone() }))
    }
}

impl Opening {
    /// What went wrong in a writer.
    pub fn fault(&self, error: DataFusionError) -> Error {
        fault(&self.target, error)
    }

    /// Gives a file its name.
    ///
    /// # Errors
    /// When it cannot be named.
    pub fn complete(self) -> Result<(), Error> {
        if let (Some(aside), Target::File(path)) = (self.aside, &self.target) {
            aside.file.as_file().sync_all().map_err(refused(path))?;
            aside.file.persist(&aside.name).map_err(|error| refused(path)(error.error))?;
        }
        Ok(())
    }
}

impl Export {
    /// Appends a batch.
    ///
    /// # Errors
    /// When it cannot be written; dropping the export then leaves nothing behind.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        self.rows += batch.num_rows();
        let written = self.writer.write(batch);
        written.map_err(|error| self.opening.fault(error))
    }

    /// Whether nothing is written before it is complete.
    #[cfg(feature = "cli")]
    pub(crate) fn is_late(&self) -> bool {
        self.writer.is_late()
    }

    /// Completes the result and gives a file its name. Returns the number of rows.
    ///
    /// # Errors
    /// When the last bytes cannot be written or the file cannot be named.
    pub fn finish(mut self) -> Result<usize, Error> {
        let finished = self.writer.finish();
        finished.map_err(|error| self.opening.fault(error))?;
        self.opening.complete()?;
        Ok(self.rows)
    }
}

/// What went wrong in a writer: the system, wherever it is hidden, or the format.
fn fault(target: &Target, error: DataFusionError) -> Error {
    let source = match error {
        DataFusionError::IoError(source) => Ok(source),
        DataFusionError::ArrowError(error, backtrace) => match *error {
            ArrowError::IoError(_, source) => Ok(source),
            // The writer of CSV hands on only the text of a system error.
            ArrowError::CsvError(text) if text.contains("Broken pipe") => {
                Ok(io::ErrorKind::BrokenPipe.into())
            }
            other => Err(DataFusionError::ArrowError(Box::new(other), backtrace)),
        },
        DataFusionError::ParquetError(error) => match *error {
            ParquetError::External(inner) => inner
                .downcast::<io::Error>()
                .map(|source| *source)
                .map_err(DataFusionError::External),
            other => Err(DataFusionError::ParquetError(Box::new(other))),
        },
        other => Err(other),
    };
    let target = target.clone();
    match source {
        Ok(source) => Error::Io { target, source },
        Err(source) => Error::Format { target, source },
    }
}

fn refused(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let target = Target::File(path.to_owned());
    move |source| Error::Io { target, source }
}

/// A file in the making and the name it will get.
struct Aside {
    file: NamedTempFile,
    name: PathBuf,
}

impl Aside {
    fn create(path: &Path) -> Result<Self, Error> {
        // A link stays a link: what it points to is replaced, or made.
        let mut name = path.to_owned();
        while let Ok(target) = fs::read_link(&name) {
            name = name.parent().map_or_else(|| target.clone(), |folder| folder.join(&target));
        }
        let folder = match name.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::metadata(folder).map_err(refused(path))?;
        let mut aside = tempfile::Builder::new();
        aside.prefix(".goalposts-").suffix(".part");
        #[cfg(unix)]
        aside.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // less the umask
        let file = aside.tempfile_in(folder).map_err(|error| refused(path)(error.kind().into()))?;
        Ok(Self { file, name })
    }
}

/// A device or a pipe by name is written straight; a folder is refused.
fn special_file(path: &Path) -> Result<Option<File>, Error> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(Error::Folder(path.to_owned())),
        Ok(found) if !found.is_file() => {
            File::options().write(true).open(path).map(Some).map_err(refused(path))
        }
        _ => Ok(None),
    }
}
