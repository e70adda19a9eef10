//! Where the results of query files go.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::error::{Error, Result};
use crate::cli::execute::ResultRows;
use crate::cli::file::QueryFile;
use crate::cli::options::Options;
use crate::cli::output::{Output, write_rows};
use crate::cli::provenance::place::named;
use crate::cli::report::shown;
use crate::cli::writing::WritingArguments;
use crate::error::describe;
use crate::export::{ExportOptions, Format, Target, Workbook};

/// Where the last result of each query file goes.
#[derive(Debug)]
pub enum Destination {
    /// Standard output, as all others.
    Output,
    /// A file for each in a folder.
    Folder(PathBuf, Box<ExportOptions>),
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
    pub fn of(out: Option<&Path>, options: &Options, writing: &WritingArguments) -> Result<Self> {
        let Some(out) = out else {
            writing.ensure_none("run without --out")?;
            return Ok(Self::Output);
        };
        if Format::from_ending(out) != Some(Format::Xlsx) {
            let format = options.format.unwrap_or(Format::Arrow);
            return Ok(Self::Folder(out.to_owned(), Box::new(writing.options(format)?)));
        }
        writing.ensure_none("a workbook")?;
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
        let writing = match self {
            Self::Folder(_, writing) => Some(writing.as_ref()),
            Self::Workbook(_) | Self::Output => None,
        };
        let format = match self {
            Self::Workbook(_) => Some(Format::Xlsx),
            _ => writing.map(|writing| writing.format),
        };
        let format = format.map(|format| format!("{format:?}").to_lowercase());
        let compression = writing.and_then(|writing| writing.compression);
        let row_group_rows = writing.and_then(|writing| writing.row_group_rows);
        let partition_by = writing.and_then(|writing| writing.partition_by.as_ref());
        let data = options.data().map(|data| named(Path::new(data)));
        let decided = [
            ("format", format),
            ("compression", compression.map(|compression| compression.to_string())),
            ("row_group_rows", row_group_rows.map(|rows| rows.to_string())),
            ("partition_by", partition_by.map(|columns| columns.join(","))),
            ("data", data),
        ];
        decided.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// Makes the folder, opens the workbook.
    pub fn open(&self, options: &Options) -> Result<Results> {
        let (folder, format) = match self {
            Self::Output => (None, options.format()),
            Self::Folder(folder, _) => (Some(folder.as_path()), options.format()),
            Self::Workbook(file) => (file.parent(), Format::Table),
        };
        if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
            if folder.is_file() {
                return Err(Error::Usage(format!(
                    "--out must be a folder, or a workbook (.xlsx), found the file {}",
                    folder.display()
                )));
            }
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
        let Self::Folder(folder, writing) = self else { return None };
        let path = file.path.as_deref()?;
        let name = Path::new(path.file_name().unwrap_or(path.as_os_str()));
        Some(match writing.partition_by {
            Some(_) => folder.join(name).with_extension(""),
            None => folder.join(name).with_extension(writing.format.ending()),
        })
    }

    /// Writes a result to the file that is its own, if it has one.
    pub async fn write(&self, file: &QueryFile, rows: ResultRows) -> Result<Written> {
        match (self, self.target(file)) {
            (Self::Folder(_, writing), Some(target)) => {
                let writing = writing.as_ref().clone();
                let rows = write_rows(rows, &Target::File(target.clone()), writing).await?;
                Ok(Written::Kept(Kept { rows, target: shown(&target) }))
            }
            _ => Ok(Written::Open(Box::new(rows))),
        }
    }
}

/// A result, written or not.
pub enum Written {
    Kept(Kept),
    Open(Box<ResultRows>),
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
