//! What is told of a file.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::ErrorKind;
use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value};

use super::super::provenance::hash::Hashes;
use super::super::provenance::input::InputRecord;
use super::super::provenance::metadata::{
    FILE, FRAMEWORK, INPUTS, OPTIONS, PARAMETERS, PROGRAM, QUERY, VERSION,
};
use super::facts::Facts;
use crate::words::count;

/// What is told of a file.
#[derive(Debug, Serialize)]
pub struct Report {
    file: String,
    format: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    compression: Option<String>,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row_groups: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    columns: Option<Vec<Column>>,
    /// None where the file says nothing.
    provenance: Option<Provenance>,
}

#[derive(Debug, Serialize)]
struct Column {
    name: String,
    #[serde(rename = "type")]
    of: String,
}

#[derive(Debug, Serialize)]
struct Provenance {
    file: String,
    version: String,
    parameters: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    framework: Option<String>,
    /// Of an import.
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Map<String, Value>>,
    inputs: Vec<Checked>,
    /// Of a result.
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
}

/// An input, and what has become of it.
#[derive(Debug, Serialize)]
struct Checked {
    #[serde(flatten)]
    record: InputRecord,
    state: State,
}

/// What has become of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is as it was.
    Unchanged,
    /// It is another.
    Changed,
    /// It is not there.
    Missing,
    /// What it was is not known.
    Unknown,
}

impl State {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }

    fn of(input: &InputRecord, hashes: &Hashes) -> Self {
        let Some(hash) = &input.hash else { return Self::Unknown };
        match hashes.now(Path::new(&input.path)) {
            Ok((size, found)) if found == *hash && Some(size) == input.size => Self::Unchanged,
            Err(error) if error.kind() == ErrorKind::NotFound => Self::Missing,
            _ => Self::Changed,
        }
    }
}

impl Report {
    /// The facts, and the inputs looked at.
    pub fn new(file: &str, facts: Facts, hashes: &Hashes) -> Self {
        let Facts { format, compression, bytes, size, rows, row_groups, columns, said } = facts;
        let (width, height) = size.unzip();
        let columns = columns.into_iter().map(|(name, of)| Column { name, of }).collect();
        let columns = rows.map(|_| columns);
        let provenance = (!said.is_empty()).then(|| Provenance::new(said, hashes));
        let file = file.to_owned();
        Self {
            file,
            format,
            compression,
            bytes,
            width,
            height,
            rows,
            row_groups,
            columns,
            provenance,
        }
    }

    /// The inputs of which this has become.
    pub fn names(&self, state: State) -> Vec<&str> {
        let inputs = self.provenance.iter().flat_map(|provenance| &provenance.inputs);
        inputs.filter(|one| one.state == state).map(|one| one.record.shown()).collect()
    }

    /// The report for a person.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let columns = self.columns.as_deref().unwrap_or_default();
        let size = self.width.zip(self.height);
        let parts = [
            Some(self.format.clone()),
            self.compression.as_ref().map(|packed| format!("compression {packed}")),
            Some(format!("{} bytes", self.bytes)),
            size.map(|(width, height)| format!("{width} by {height} pixels")),
            self.rows.map(|rows| count(rows, "row")),
            self.row_groups.map(|groups| count(groups, "row group")),
            self.rows.map(|_| count(columns.len(), "column")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let _ = writeln!(text, "{}: {}", self.file, parts.join(", "));
        let width = |names: &mut dyn Iterator<Item = &str>| {
            names.map(|name| name.chars().count()).max().unwrap_or_default()
        };
        let wide = width(&mut columns.iter().map(|column| column.name.as_str()));
        for column in columns {
            let _ = writeln!(text, "  {:wide$}  {}", column.name, column.of);
        }
        let Some(provenance) = &self.provenance else {
            text.push_str("\nIt does not say where it comes from.\n");
            return text;
        };
        let version = match provenance.version == VERSION {
            true => provenance.version.clone(),
            false => format!("{} (this is {VERSION})", provenance.version),
        };
        let _ = writeln!(text, "\nfrom       {}", provenance.file);
        let _ = writeln!(text, "goalposts  {version}");
        if let Some(framework) = &provenance.framework {
            let _ = writeln!(text, "framework  {framework}");
        }
        for (name, value) in &provenance.parameters {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let _ = writeln!(text, "parameter  {name} = {value}");
        }
        for (name, value) in provenance.options.iter().flatten() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let _ = writeln!(text, "option     {name} = {value}");
        }
        let wide = width(&mut provenance.inputs.iter().map(|one| one.record.shown()));
        for Checked { record, state } in &provenance.inputs {
            let (name, state) = (record.shown(), state.word());
            let size = record.size.map(|size| format!("{size} bytes")).unwrap_or_default();
            let hash = record.hash.as_deref().unwrap_or_default();
            let line = format!("input      {state:9}  {name:wide$}  {size}  {hash}");
            let _ = writeln!(text, "{}", line.trim_end());
        }
        if let Some(query) = &provenance.query {
            let _ = writeln!(text, "\n{}", query.trim());
        }
        text
    }
}

impl Provenance {
    fn new(mut said: BTreeMap<String, String>, hashes: &Hashes) -> Self {
        let mut take = |name: &str| said.remove(name);
        let parameters = take(PARAMETERS).and_then(|text| serde_json::from_str(&text).ok());
        let options = take(OPTIONS).and_then(|text| serde_json::from_str(&text).ok());
        let inputs = take(INPUTS).and_then(|text| serde_json::from_str(&text).ok());
        let inputs: Vec<InputRecord> = inputs.unwrap_or_default();
        let checked = inputs.into_iter().map(|record| {
            let state = State::of(&record, hashes);
            Checked { record, state }
        });
        Self {
            inputs: checked.collect(),
            file: take(FILE).unwrap_or_default(),
            version: take(PROGRAM).unwrap_or_default(),
            parameters: parameters.unwrap_or_default(),
            framework: take(FRAMEWORK),
            options,
            query: take(QUERY),
        }
    }
}
