//! Where the results of query files go.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::error::{Error, Result};
use super::super::execute::ResultRows;
use super::super::file::QueryFile;
use super::super::options::Options;
use super::super::output::{Output, write_rows};
use super::super::provenance::place::named;
use super::super::report::shown;
use crate::error::describe;
use crate::export::{Format, Target, Workbook};

/// Where the last result of each query file goes.
#[derive(Debug)]
pub enum Destination {
    /// Standard output, as all others.
    Output,
    /// A file for each in a folder.
    Folder(PathBuf, Format),
    /// A sheet for each in a workbook.
    Workbook(PathBuf),
}

/// What is open for results.
pub struct Results {
    pub output: Output,
    pub workbook: Option<Box<Workbook>>,
}

/// A result that has a place of its own.
#[derive(Debug)]
pub struct Kept {
    pub rows: usize,
    pub target: String,
}

impl Destination {
    /// What `--out` says.
    pub fn of(out: Option<&Path>, options: &Options) -> Result<Self> {
        let Some(out) = out else { return Ok(Self::Output) };
        if Format::from_ending(out) != Some(Format::Xlsx) {
            let format = options.format.unwrap_or(Format::Arrow);
            return Ok(Self::Folder(out.to_owned(), format));
        }
        if options.format.is_some_and(|format| format != Format::Xlsx) {
            return Err(Error::Usage(format!(
                "--format must be xlsx for a workbook, found another for {} (or name a folder)",
                out.display()
            )));
        }
        Ok(Self::Workbook(out.to_owned()))
    }

    /// The options that decide what is written, for a manifest.
    pub fn decided_by(&self, options: &Options) -> BTreeMap<String, String> {
        let format = match self {
            Self::Folder(_, format) => Some(*format),
            Self::Workbook(_) => Some(Format::Xlsx),
            Self::Output => None,
        };
        let format = format.map(|format| format!("{format:?}").to_lowercase());
        let data = options.data().map(|data| named(Path::new(data)));
        [("format", format), ("data", data)]
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    }

    /// Makes the folder, opens the workbook.
    pub fn open(&self, options: &Options) -> Result<Results> {
        let (folder, format) = match self {
            Self::Output => (None, options.format()),
            Self::Folder(folder, _) => (Some(folder.as_path()), options.format()),
            Self::Workbook(file) => (file.parent(), Format::Table),
        };
        if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
        }
        let workbook = match self {
            Self::Workbook(file) => Some(Workbook::create(&Target::File(file.clone()))?),
            _ => None,
        };
        Ok(Results { output: Output::new(format), workbook: workbook.map(Box::new) })
    }

    /// The file of a query file's result.
    pub fn target(&self, file: &QueryFile) -> Option<PathBuf> {
        let Self::Folder(folder, format) = self else { return None };
        let path = file.path.as_deref()?;
        let name = Path::new(path.file_name().unwrap_or(path.as_os_str()));
        Some(folder.join(name).with_extension(format.ending()))
    }

    /// Writes a result to the file that is its own, if it has one.
    pub async fn write(&self, file: &QueryFile, rows: ResultRows) -> Result<Written> {
        match (self, self.target(file)) {
            (Self::Folder(_, format), Some(target)) => {
                let rows = write_rows(rows, &Target::File(target.clone()), *format).await?;
                Ok(Written::Kept(Kept { rows, target: shown(&target) }))
            }
            _ => Ok(Written::Open(rows)),
        }
    }
}

/// A result, written or not.
pub enum Written {
    Kept(Kept),
    Open(ResultRows),
}

impl Results {
    /// Adds a sheet.
    pub async fn add(&mut self, file: &QueryFile, mut rows: ResultRows) -> Result<Kept> {
        let Some(workbook) = &mut self.workbook else {
            let target = "standard output".to_owned();
            return Ok(Kept { rows: self.output.show(rows).await?, target });
        };
        let path = file.path.as_deref().unwrap_or(Path::new(&file.origin));
        let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
        let fault = |rows: &ResultRows, error| rows.fault(&describe(&error));
        let mut sheet = workbook.rows(&rows.schema).map_err(|error| fault(&rows, error))?;
        while let Some(batch) = rows.next().await? {
            sheet.write(&batch).map_err(|error| fault(&rows, error))?;
        }
        let written = sheet.number();
        let added = workbook.add(&name, sheet, rows.source.clone());
        let sheet = added.map_err(|error| fault(&rows, error))?;
        Ok(Kept { rows: written, target: format!("sheet '{sheet}'") })
    }
}
