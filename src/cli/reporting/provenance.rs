//! What stands at the end of a report: where its figures come from. Nothing in it is of the moment or of the machine.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::{cast, max, min};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use super::chapter::Told;
use crate::cli::file::QueryFile;
use crate::cli::provenance::hash::of_bytes;
use crate::cli::provenance::metadata::VERSION;
use crate::cli::provenance::place::named;
use crate::cli::provenance::trail::Read;
use crate::statement::Parameters;
use crate::words::count;

/// Names, and what is said of each.
type Terms = Vec<(String, String)>;

/// What is said of a report.
pub fn provenance(files: &[QueryFile], values: &[Parameters], told: &[Told], read: &Read) -> Terms {
    let results = || told.iter().flat_map(|one| &one.results);
    let mut terms = vec![("Program".to_owned(), format!("goalposts {VERSION}"))];
    terms.extend(periods(results()).map(|periods| ("Periods".to_owned(), periods)));
    terms.extend(newest(results()).map(|day| ("Newest date in the tables".to_owned(), day)));
    let checked: usize = told.iter().map(|one| one.checked).sum();
    if checked > 0 {
        terms.push(("Checks".to_owned(), format!("{} met", count(checked, "condition"))));
    }
    terms.extend(parameters(files, values));
    for input in &read.inputs {
        let mut said = vec![match input.size {
            Some(size) => count(usize::try_from(size).unwrap_or(usize::MAX), "byte"),
            None => "size not known".to_owned(),
        }];
        said.extend(input.hash.as_deref().map(in_words));
        terms.push((format!("Data `{}`", input.shown()), said.join(", ")));
    }
    for framework in &read.frameworks {
        terms.push(("Framework".to_owned(), in_words(framework)));
    }
    terms.extend(texts(files));
    terms
}

/// `SHA-256 0123...`, as a hash is said.
fn in_words(hash: &str) -> String {
    match hash.split_once(':') {
        Some(("sha256", digits)) => format!("SHA-256 `{digits}`"),
        Some((kind, digits)) => format!("{kind} `{digits}`"),
        None => format!("`{hash}`"),
    }
}

/// The query files and what they include, by their names.
fn texts(files: &[QueryFile]) -> Terms {
    let mut texts = BTreeMap::new();
    for file in files {
        let name = file.path.as_deref().map_or_else(|| file.origin.clone(), named);
        texts.insert(name, of_bytes(file.text.as_bytes()));
        for path in &file.includes {
            if let Ok(text) = std::fs::read(path) {
                texts.insert(named(path), of_bytes(&text));
            }
        }
    }
    let texts = texts.into_iter();
    texts.map(|(name, hash)| (format!("Query `{name}`"), in_words(&hash))).collect()
}

/// Parameters of any file, once where they have one value.
fn parameters(files: &[QueryFile], values: &[Parameters]) -> Terms {
    let mut found: BTreeSet<(String, String)> = BTreeSet::new();
    for (file, values) in files.iter().zip(values) {
        for name in crate::cli::values::names(file) {
            if let Some(value) = values.shown(name) {
                found.insert((format!("Parameter `{name}`"), format!("`{value}`")));
            }
        }
    }
    found.into_iter().collect()
}

/// The first and the last period of all tables, where they are years or texts of one form.
fn periods<'a>(results: impl Iterator<Item = &'a RecordBatch>) -> Option<String> {
    let (mut first, mut last): (Option<i64>, Option<i64>) = (None, None);
    for rows in results {
        let Some(column) = rows.column_by_name("period").filter(|c| c.data_type().is_integer())
        else {
            continue;
        };
        let years = cast(column, &DataType::Int64).ok()?;
        let years = years.as_primitive::<Int64Type>();
        first = first.into_iter().chain(min(years)).min();
        last = last.into_iter().chain(max(years)).max();
    }
    match (first?, last?) {
        (first, last) if first == last => Some(first.to_string()),
        (first, last) => Some(format!("{first} to {last}")),
    }
}

/// The last day that any table names.
fn newest<'a>(results: impl Iterator<Item = &'a RecordBatch>) -> Option<String> {
    let mut newest: Option<String> = None;
    for rows in results {
        for column in rows.columns().iter().filter(|c| *c.data_type() == DataType::Date32) {
            let options = FormatOptions::default();
            let formatter = ArrayFormatter::try_new(column, &options).ok()?;
            let days = (0..column.len()).filter(|row| !column.is_null(*row));
            let last = days.map(|row| formatter.value(row).to_string()).max();
            newest = newest.into_iter().chain(last).max();
        }
    }
    newest
}
