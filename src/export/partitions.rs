//! Rows dealt out to folders by the values of some of their columns, `year=2024/data_0.parquet`: the
//! way of Hive, which other readers know.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray, UInt32Array};
use datafusion::arrow::compute::{cast, partition, take_record_batch};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{Result, plan_err};

use super::format::Format;
use super::options::ExportOptions;
use super::plain::plain_type;
use super::writer::{About, BatchWriter};
use super::writers::writer_of_many;

/// Where the rows without a value are.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";
/// How many files may be open at a time. Of more, the one that waited longest is ended, and its folder
/// has another file if rows of it come again.
const OPEN: usize = 128;

/// Writes a folder of files.
pub(super) struct Partitions {
    folder: PathBuf,
    /// Where the columns of the folders are, with their names, and the others.
    columns: Vec<(usize, String)>,
    others: Vec<usize>,
    schema: SchemaRef,
    options: ExportOptions,
    about: About,
    open: HashMap<String, Open>,
    /// How many files each folder has.
    files: HashMap<String, usize>,
    turn: u64,
}

struct Open {
    writer: Box<dyn BatchWriter>,
    path: PathBuf,
    turn: u64,
}

impl Partitions {
    pub fn new(
        folder: &Path,
        by: &[String],
        options: &ExportOptions,
        schema: &SchemaRef,
        about: About,
    ) -> Result<Self> {
        let mut columns = Vec::new();
        for name in by {
            let Ok(place) = schema.index_of(name) else {
                let names = schema.fields().iter().map(|field| field.name().as_str());
                let names: Vec<&str> = names.collect();
                return plan_err!(
                    "partition column '{name}' not found (the columns are {})",
                    names.join(", ")
                );
            };
            if columns.iter().any(|(known, _)| *known == place) {
                return plan_err!("partition columns must be named once, found '{name}' twice");
            }
            let data_type = plain_type(schema.field(place).data_type());
            if !is_of_folders(&data_type) {
                return plan_err!(
                    "partition column '{name}' must be text, a whole number, a date or BOOLEAN, \
                     found {data_type} (CAST makes it one)"
                );
            }
            if name.is_empty() || name.contains(['/', '=', '\0']) {
                return plan_err!(
                    "a partition column must have no / or = in its name, found '{name}'"
                );
            }
            columns.push((place, name.clone()));
        }
        let is_other = |place: &usize| columns.iter().all(|(column, _)| column != place);
        let others: Vec<usize> = (0..schema.fields().len()).filter(is_other).collect();
        if others.is_empty() {
            return plan_err!("a column must be left beside those of partitions, found none");
        }
        let schema = Arc::new(schema.project(&others)?);
        let (folder, options) = (folder.to_owned(), options.clone());
        let (open, files) = (HashMap::new(), HashMap::new());
        Ok(Self { folder, columns, others, schema, options, about, open, files, turn: 0 })
    }

    /// The folder of each run of rows, in their order.
    fn runs(&self, batch: &RecordBatch) -> Result<Vec<(String, std::ops::Range<usize>)>> {
        if self.columns.is_empty() {
            return Ok(vec![(String::new(), 0..batch.num_rows())]);
        }
        let text = |(place, _): &(usize, String)| {
            let column = batch.column(*place);
            cast(&cast(column, &plain_type(column.data_type()))?, &DataType::Utf8)
        };
        let texts: Vec<ArrayRef> = self.columns.iter().map(text).collect::<Result<_, _>>()?;
        let ranges = partition(&texts)?.ranges().into_iter();
        let texts: Vec<&StringArray> = texts.iter().map(|text| text.as_string()).collect();
        for ((_, name), values) in self.columns.iter().zip(&texts) {
            if values.iter().flatten().any(|value| value == NULL) {
                return plan_err!(
                    "partition column '{name}': a text must not be '{NULL}' (readers take it for NULL)"
                );
            }
        }
        let folder = |row: usize| {
            let names = self.columns.iter().zip(&texts).map(|((_, name), values)| {
                let value = match values.is_null(row) {
                    true => NULL.to_owned(),
                    false => escaped(values.value(row)),
                };
                format!("{name}={value}")
            });
            names.collect::<Vec<_>>().join("/")
        };
        Ok(ranges.map(|range| (folder(range.start), range)).collect())
    }

    /// Writes rows to the file of a folder.
    fn append(&mut self, folder: String, rows: &RecordBatch) -> Result<()> {
        self.turn += 1;
        if !self.open.contains_key(&folder) {
            if self.open.len() >= OPEN {
                let oldest = self.open.iter().min_by_key(|(_, open)| open.turn);
                let oldest = oldest.map(|(folder, _)| folder.clone());
                if let Some(open) = oldest.and_then(|folder| self.open.remove(&folder)) {
                    open.finish()?;
                }
            }
            let within = self.folder.join(&folder);
            fs::create_dir_all(&within)?;
            let number = self.files.entry(folder.clone()).or_default();
            let path = within.join(format!("data_{number}.{}", self.options.format.ending()));
            *number += 1;
            let out = Box::new(BufWriter::with_capacity(1 << 16, File::create(&path)?));
            let writer = writer_of_many(&self.options, out, &self.schema, &self.about)?;
            self.open.insert(folder.clone(), Open { writer, path, turn: 0 });
        }
        let Some(open) = self.open.get_mut(&folder) else { return Ok(()) };
        open.turn = self.turn;
        open.writer.write(rows)
    }
}

impl Open {
    fn finish(mut self) -> Result<()> {
        self.writer.finish()?;
        drop(self.writer);
        Ok(File::open(self.path)?.sync_all()?)
    }
}

impl BatchWriter for Partitions {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let rows = batch.project(&self.others)?;
        let runs = self.runs(batch)?;
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut dealt: Vec<(&str, Vec<std::ops::Range<usize>>)> = Vec::new();
        for (folder, range) in &runs {
            let place = *places.entry(folder).or_insert_with(|| {
                dealt.push((folder, Vec::new()));
                dealt.len() - 1
            });
            dealt[place].1.push(range.clone());
        }
        for (folder, ranges) in dealt {
            let rows = match ranges.as_slice() {
                [one] => rows.slice(one.start, one.len()),
                ranges => {
                    let places = ranges.iter().cloned().flatten().map(|row| row as u32);
                    take_record_batch(&rows, &places.collect::<UInt32Array>())?
                }
            };
            self.append(folder.to_owned(), &rows)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        for (_, open) in self.open.drain() {
            open.finish()?;
        }
        Ok(())
    }
}

/// Whether values have one text that a reader makes the same value of.
fn is_of_folders(data_type: &DataType) -> bool {
    data_type.is_integer()
        || matches!(data_type, DataType::Utf8 | DataType::Boolean | DataType::Date32)
}

/// A value as a name of folders; readers undo it.
fn escaped(value: &str) -> String {
    use std::fmt::Write;
    let mut name = String::with_capacity(value.len());
    for (i, c) in value.chars().enumerate() {
        let is_special = c.is_ascii_control() || "\"#%'*/:=?\\{[]^<>|".contains(c);
        // A blank at the end is one that systems cut off.
        if is_special || (c == ' ' && i + 1 == value.chars().count()) {
            let _ = write!(name, "%{:02X}", c as u32);
        } else {
            name.push(c);
        }
    }
    name
}

/// What there is in a folder that no partition is.
pub(super) fn foreign(folder: &Path) -> io::Result<Option<PathBuf>> {
    for entry in fs::read_dir(folder)? {
        let (entry, path) = entry.map(|entry| (entry.file_name(), entry.path()))?;
        let kind = fs::symlink_metadata(&path)?.file_type();
        let name = entry.to_string_lossy();
        if kind.is_dir() && name.contains('=') {
            if let Some(found) = foreign(&path)? {
                return Ok(Some(found));
            }
            continue;
        }
        let format = Format::from_ending(&path);
        let is_data = matches!(format, Some(Format::Parquet | Format::Arrow | Format::Arrows));
        if !(kind.is_file() && is_data) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_names_of_folders() {
        for (value, name) in [
            ("2024", "2024"),
            ("北京", "北京"),
            ("a/b=c%", "a%2Fb%3Dc%25"),
            ("..", ".."),
            ("a b ", "a b%20"),
            ("\n", "%0A"),
        ] {
            assert_eq!(escaped(value), name);
        }
    }
}
