//! Record batches to a file or a stream, batch by batch.
//!
//! A file is written aside, in the same folder, and takes its name when it is complete: what was
//! there before survives a failure, and nobody ever reads half a file.

mod format;

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use tempfile::NamedTempFile;

use crate::error::{Error, Result};

pub use format::{BatchWriter, Format, Out, WriteError, batch_writer, parquet_writer};

/// Where results go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Output,
    /// A file.
    File(PathBuf),
}

impl Target {
    /// `-` is standard output, anything else a path.
    pub fn parse(text: &str) -> Self {
        match text {
            "-" => Self::Output,
            path => Self::File(path.into()),
        }
    }

    /// The format its ending stands for.
    pub fn format(&self) -> Option<Format> {
        match self {
            Self::Output => None,
            Self::File(path) => Format::from_ending(path),
        }
    }

    /// Opens the target for one result.
    ///
    /// # Errors
    /// [`Error::File`] when the folder is missing or cannot be written to.
    pub fn open(&self, format: Format, schema: &SchemaRef) -> Result<Export> {
        self.open_with(schema, |out, schema| batch_writer(format, out, schema))
    }

    /// Opens the target for one result, written by a writer of the caller's.
    ///
    /// # Errors
    /// As [`Target::open`].
    pub fn open_with(
        &self,
        schema: &SchemaRef,
        writer: impl FnOnce(Out, &SchemaRef) -> Result<Box<dyn BatchWriter>, WriteError>,
    ) -> Result<Export> {
        let (out, aside, path): (Out, _, _) = match self {
            Self::Output => (Box::new(io::stdout()), None, "standard output".into()),
            Self::File(path) => match special_file(path)? {
                Some(device) => (Box::new(device), None, path.clone()),
                None => {
                    let aside = Aside::create(path)?;
                    let handle = aside.file.as_file().try_clone().map_err(Error::file(path))?;
                    (Box::new(handle), Some(aside), path.clone())
                }
            },
        };
        let out = Box::new(BufWriter::with_capacity(1 << 16, out));
        let place = Place { path, is_output: *self == Self::Output };
        let writer = writer(out, schema).map_err(|error| place.fault(error))?;
        Ok(Export { writer, aside, place, rows: 0 })
    }
}

/// A result being written.
pub struct Export {
    writer: Box<dyn BatchWriter>,
    aside: Option<Aside>,
    place: Place,
    rows: usize,
}

impl Export {
    /// Appends a batch.
    ///
    /// # Errors
    /// When it cannot be written; dropping the export then leaves nothing behind.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.rows += batch.num_rows();
        let written = self.writer.write(batch);
        written.map_err(|error| self.place.fault(error))
    }

    /// Completes the result and gives a file its name. Returns the number of rows.
    ///
    /// # Errors
    /// When the last bytes cannot be written or the file cannot be named.
    pub fn finish(mut self) -> Result<usize> {
        let finished = self.writer.finish();
        finished.map_err(|error| self.place.fault(error))?;
        if let Some(aside) = self.aside.take() {
            aside.file.as_file().sync_all().map_err(Error::file(&self.place.path))?;
            aside
                .file
                .persist(&aside.name)
                .map_err(|error| Error::file(&self.place.path)(error.error))?;
        }
        Ok(self.rows)
    }
}

/// Where a fault happened.
struct Place {
    path: PathBuf,
    is_output: bool,
}

impl Place {
    fn fault(&self, error: WriteError) -> Error {
        match error {
            WriteError::Io(error) if self.is_output => Error::output(error),
            WriteError::Io(error) => Error::file(&self.path)(error),
            WriteError::Data(message) => Error::Data(format!("{}: {message}", self.path.display())),
        }
    }
}

/// A file in the making and the name it will get.
struct Aside {
    file: NamedTempFile,
    name: PathBuf,
}

impl Aside {
    fn create(path: &Path) -> Result<Self> {
        // A link stays a link: what it points to is replaced, or made.
        let mut name = path.to_owned();
        while let Ok(target) = fs::read_link(&name) {
            name = name.parent().map_or_else(|| target.clone(), |folder| folder.join(&target));
        }
        let folder = match name.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::metadata(folder).map_err(Error::file(path))?;
        let mut aside = tempfile::Builder::new();
        aside.prefix(".goalposts-").suffix(".part");
        #[cfg(unix)]
        aside.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // less the umask
        let file =
            aside.tempfile_in(folder).map_err(|error| Error::file(path)(error.kind().into()))?;
        Ok(Self { file, name })
    }
}

/// A device or a pipe by name is written straight; a folder is refused.
fn special_file(path: &Path) -> Result<Option<File>> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            Err(Error::Usage(format!("{}: must be a file, found a folder", path.display())))
        }
        Ok(found) if !found.is_file() => {
            File::options().write(true).open(path).map(Some).map_err(Error::file(path))
        }
        _ => Ok(None),
    }
}
