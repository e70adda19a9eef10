//! A result being written, batch by batch.
//!
//! A file, or a folder of them, is written aside, in the same folder, and takes its name when it is
//! complete: what was there before survives a failure, and nobody ever reads half a file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::DataFusionError;
use datafusion::parquet::errors::ParquetError;

use super::aside::{Aside, AsideFolder};
use super::error::Error;
use super::options::ExportOptions;
use super::partitions::{Partitions, foreign};
use super::target::Target;
use super::writer::{About, BatchWriter, Out};
use super::writers::batch_writer;

/// A result being written.
#[must_use = "a result is complete when it is finished"]
pub struct Export {
    writer: Box<dyn BatchWriter>,
    opening: Opening,
    rows: usize,
}

/// A target that is open: it has its name when it is complete.
pub(crate) struct Opening {
    making: Making,
    target: Target,
}

/// What becomes of a target.
enum Making {
    /// It is written straight.
    Straight,
    File(Aside),
    Folder(AsideFolder),
}

impl Target {
    /// Opens the target for one result, as a [`Format`](super::Format) or [`ExportOptions`] say.
    ///
    /// # Errors
    /// [`Error::Io`] when the folder is missing or cannot be written to, [`Error::Folder`] when it
    /// is the target, [`Error::Exists`] and [`Error::Foreign`] when a folder of partitions is and must
    /// not be replaced, and [`Error::Format`] when the format cannot hold such columns or has not
    /// what the options ask.
    pub fn open(
        &self,
        options: impl Into<ExportOptions>,
        schema: &SchemaRef,
    ) -> Result<Export, Error> {
        self.open_about(&options.into(), schema, About::default())
    }

    /// The same for a result of which more is known.
    ///
    /// # Errors
    /// As [`Target::open`].
    pub(crate) fn open_about(
        &self,
        options: &ExportOptions,
        schema: &SchemaRef,
        about: About,
    ) -> Result<Export, Error> {
        let about = About { name: self.stem(), ..about };
        options.check().map_err(|error| fault(self, error))?;
        match (&options.partition_by, self) {
            (Some(columns), Self::File(path)) => {
                if path.symlink_metadata().is_ok() {
                    if !options.overwrite || !path.is_dir() {
                        return Err(Error::Exists(path.clone()));
                    }
                    if let Some(found) = foreign(path).map_err(refused(path))? {
                        return Err(Error::Foreign(found));
                    }
                }
                let folder = AsideFolder::create(path, options.overwrite).map_err(refused(path))?;
                let writer = Partitions::new(folder.path(), columns, options, schema, about)
                    .map_err(|error| fault(self, error))?;
                let opening = Opening { making: Making::Folder(folder), target: self.clone() };
                Ok(Export { writer: Box::new(writer), opening, rows: 0 })
            }
            (Some(_), Self::Output) => {
                let text = "partitions must go to a folder, found standard output";
                Err(fault(self, DataFusionError::Plan(text.into())))
            }
            (None, _) => {
                self.open_with(schema, |out, schema| batch_writer(options, out, schema, &about))
            }
        }
    }

    /// Writes a file as a whole.
    ///
    /// # Errors
    /// As [`Target::open`], but for the format.
    pub(crate) fn write_whole(&self, bytes: &[u8]) -> Result<(), Error> {
        let (mut out, opening) = self.begin()?;
        let written = out.write_all(bytes).and_then(|()| out.flush());
        written.map_err(|source| Error::Io { target: self.clone(), source })?;
        drop(out);
        opening.complete()
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
        let (out, making): (Out, _) = match self {
            Self::Output => (Box::new(io::stdout()), Making::Straight),
            Self::File(path) => match special_file(path)? {
                Some(device) => (Box::new(device), Making::Straight),
                None => {
                    let aside = Aside::create(path).map_err(refused(path))?;
                    let handle = aside.file().try_clone().map_err(refused(path))?;
                    (Box::new(handle), Making::File(aside))
                }
            },
        };
        let out = Box::new(BufWriter::with_capacity(1 << 16, out));
        Ok((out, Opening { making, target: self.clone() }))
    }
}

impl Opening {
    /// What went wrong in a writer.
    pub fn fault(&self, error: DataFusionError) -> Error {
        fault(&self.target, error)
    }

    /// Gives a file, or a folder, its name.
    ///
    /// # Errors
    /// When it cannot be named.
    pub fn complete(self) -> Result<(), Error> {
        let Target::File(path) = &self.target else { return Ok(()) };
        match self.making {
            Making::Straight => Ok(()),
            Making::File(aside) => aside.complete().map_err(refused(path)),
            Making::Folder(aside) => aside.complete().map_err(refused(path)),
        }
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
        drop(self.writer);
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
            ArrowError::CsvError(text) => system_error(&text).ok_or_else(|| {
                DataFusionError::ArrowError(Box::new(ArrowError::CsvError(text)), backtrace)
            }),
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

/// A system error by its text: the writer of CSV hands on nothing else.
fn system_error(text: &str) -> Option<io::Error> {
    let (_, code) = text.rsplit_once("(os error ")?;
    let code: String = code.chars().take_while(char::is_ascii_digit).collect();
    Some(io::Error::from_raw_os_error(code.parse().ok()?))
}

fn refused(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let target = Target::File(path.to_owned());
    move |source| Error::Io { target, source }
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
