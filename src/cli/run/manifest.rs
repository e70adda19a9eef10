//! The manifest of a run: what each file read, what it wrote, and how it went.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use datafusion::DATAFUSION_VERSION;
use datafusion::arrow::datatypes::Schema;
use serde::{Deserialize, Serialize};

use crate::cli::error::Result;
use crate::cli::provenance::hash::Hashes;
use crate::cli::provenance::input::{InputRecord, Pattern};
use crate::cli::provenance::metadata::VERSION;
use crate::cli::provenance::place::named;
use crate::cli::whole::write_whole;
use crate::export::Target;
use crate::types::sql_name;

/// The version of the form; another is not read.
const SCHEMA: u32 = 1;

/// What a run did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    pub schema_version: u32,
    pub goalposts: String,
    pub engine: String,
    pub files: Vec<FileRecord>,
}

/// What a query file did.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FileRecord {
    pub file: String,
    /// `passed`, `failed` or `skipped`.
    pub status: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
    #[serde(flatten)]
    pub asked: Asked,
    pub inputs: Vec<InputRecord>,
    /// Folders and patterns that inputs were found by.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub patterns: Vec<Pattern>,
    /// Fingerprints of the frameworks that its result follows, as the result carries them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub framework: Option<String>,
    /// What makes it run every time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub always: Option<String>,
    pub outputs: Vec<Output>,
    pub rows: Option<usize>,
    pub columns: Vec<Column>,
    pub expectations: Vec<Expectation>,
    pub seconds: f64,
}

/// What a file asks for: if it is the same again, and its inputs are, so is the result.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Hash of the text.
    pub sql: String,
    /// Included files.
    pub includes: Vec<Text>,
    /// Parameters that it names, and their values.
    pub parameters: BTreeMap<String, String>,
    /// Options that decide what is written.
    pub options: BTreeMap<String, String>,
    /// Files before it whose tables or settings it uses.
    pub depends_on: Vec<Text>,
}

/// A file of SQL and the hash of what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub file: String,
    pub hash: String,
}

/// A file that was written, or a sheet of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sheet: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hash: Option<String>,
}

/// A column of the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    #[serde(rename = "type")]
    pub of: String,
}

/// A condition; `held` is null where it was not come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    pub condition: String,
    pub held: Option<bool>,
}

/// The columns of a result.
pub fn columns(schema: &Schema) -> Vec<Column> {
    let fields = schema.fields().iter();
    let column = |name: &String, of| Column { name: name.clone(), of: sql_name(of) };
    fields.map(|field| column(field.name(), field.data_type())).collect()
}

impl Output {
    /// A file as it is now.
    pub fn file(path: &Path, hashes: &Hashes) -> Self {
        let (size, hash) = hashes.now(path).ok().unzip();
        Self { path: named(path), sheet: None, size, hash }
    }
}

impl Manifest {
    /// Of no file yet.
    pub fn new() -> Self {
        let engine = format!("DataFusion {DATAFUSION_VERSION}");
        Self { schema_version: SCHEMA, goalposts: VERSION.to_owned(), engine, files: Vec::new() }
    }

    /// Where it lies: in the folder of the results, or beside the workbook.
    pub fn path(out: &Path, is_workbook: bool) -> PathBuf {
        match is_workbook {
            false => out.join("manifest.json"),
            true => out.with_extension("manifest.json"),
        }
    }

    /// That of the run before; none if there is none, or it is of another form or version.
    pub fn read(path: &Path) -> Option<Self> {
        let text = std::fs::read(path).ok()?;
        let found: Self = serde_json::from_slice(&text).ok()?;
        let now = Self::new();
        let is_same = found.schema_version == now.schema_version
            && found.goalposts == now.goalposts
            && found.engine == now.engine;
        is_same.then_some(found)
    }

    /// What it says of a file.
    pub fn of(&self, file: &str) -> Option<&FileRecord> {
        self.files.iter().find(|record| record.file == file)
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self).unwrap_or_default(); // it always can
        write_whole(&Target::File(path.to_owned()), format!("{text}\n").as_bytes())
    }
}
