//! What rows must be before they are kept: their key complete and unique, their numbers finite.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::{concat, partition};
use datafusion::arrow::datatypes::{Float64Type, Int64Type, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;

use super::super::error::{Error, Result};
use crate::words::count;

/// Numbers that stand for a missing value in many files.
const SENTINELS: [f64; 6] = [-999.0, -9999.0, -99999.0, -999_999.0, -999.99, -9999.99];
/// How many rows are told of those that are not as they must be.
const TOLD: usize = 3;

/// Looks at rows in their order, batch by batch.
pub struct Checks {
    shown: String,
    schema: SchemaRef,
    /// Where the columns of the key stand.
    key: Vec<usize>,
    /// The key of the last row, and in how many rows it was.
    last: Option<(Vec<ArrayRef>, usize)>,
    /// Keys that several rows have, and the first of them in words.
    duplicates: usize,
    first_duplicates: Vec<String>,
    /// Cells without a value, column by column.
    pub missing: Vec<u64>,
    /// Cells that are usual for a missing value: the least, and how many.
    sentinels: Vec<Option<(f64, u64)>>,
    /// Rows that were seen.
    pub rows: usize,
}

impl Checks {
    /// Rows come in the order of the key's columns, whatever their own order.
    pub fn new(shown: &str, schema: &SchemaRef, key: &[usize]) -> Self {
        let columns = schema.fields().len();
        Self {
            shown: shown.to_owned(),
            schema: schema.clone(),
            key: key.to_vec(),
            last: None,
            duplicates: 0,
            first_duplicates: Vec::new(),
            missing: vec![0; columns],
            sentinels: vec![None; columns],
            rows: 0,
        }
    }

    /// Looks at a batch.
    pub fn see(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        self.rows += batch.num_rows();
        for (i, column) in batch.columns().iter().enumerate() {
            self.missing[i] += column.logical_null_count() as u64;
            self.see_numbers(i, column)?;
        }
        if !self.key.is_empty() {
            self.see_keys(batch)?;
        }
        Ok(())
    }

    fn see_numbers(&mut self, i: usize, column: &ArrayRef) -> Result<()> {
        let mut found: Option<(f64, u64)> = None;
        let mut see = |value: f64| {
            if value <= -999.0 && SENTINELS.contains(&value) {
                let (least, count) = found.unwrap_or((value, 0));
                found = Some((least.min(value), count + 1));
            }
        };
        if let Some(values) = column.as_primitive_opt::<Float64Type>() {
            for value in values.iter().flatten() {
                if !value.is_finite() {
                    return Err(Error::Data(format!(
                        "{}: column '{}' must be finite, found {value} (--missing {value} takes it \
                         for missing)",
                        self.shown,
                        self.schema.field(i).name()
                    )));
                }
                see(value);
            }
        } else if let Some(values) = column.as_primitive_opt::<Int64Type>() {
            values.iter().flatten().filter(|value| *value <= -999).for_each(|v| see(v as f64));
        }
        if let Some((value, count)) = found {
            let known = self.sentinels[i].get_or_insert((value, 0));
            *known = (known.0.min(value), known.1 + count);
        }
        Ok(())
    }

    /// Rows of one key stand next to each other.
    fn see_keys(&mut self, batch: &RecordBatch) -> Result<()> {
        let fault = |error| Error::Data(format!("{error}"));
        let keys: Vec<ArrayRef> = self.key.iter().map(|i| batch.column(*i).clone()).collect();
        let ranges = partition(&keys).map_err(fault)?.ranges();
        let mut carried = match &self.last {
            Some((last, rows)) => {
                let first = keys.iter().map(|key| key.slice(0, 1));
                let both = last.iter().zip(first).map(|(a, b)| concat(&[a.as_ref(), b.as_ref()]));
                let both = both.collect::<Result<Vec<_>, _>>().map_err(fault)?;
                match partition(&both).map_err(fault)?.len() {
                    1 => *rows,
                    _ => {
                        self.close()?;
                        0
                    }
                }
            }
            None => 0,
        };
        let end = ranges.len();
        for (i, range) in ranges.into_iter().enumerate() {
            let rows = range.len() + std::mem::take(&mut carried);
            if rows == 1 && i + 1 < end {
                continue; // as nearly all
            }
            let key = keys.iter().map(|key| key.slice(range.start, 1)).collect();
            self.last = Some((key, rows));
            if i + 1 < end {
                self.close()?;
            }
        }
        Ok(())
    }

    /// No further row has the last key.
    fn close(&mut self) -> Result<()> {
        let Some((key, rows)) = self.last.take().filter(|(_, rows)| *rows > 1) else {
            return Ok(());
        };
        self.duplicates += 1;
        if self.first_duplicates.len() < TOLD {
            let cells = self.key.iter().zip(&key).map(|(i, cell)| {
                let text = match cell.is_null(0) {
                    true => Ok("NULL".to_owned()),
                    false => array_value_to_string(cell, 0),
                };
                Ok(format!("{} = {}", self.schema.field(*i).name(), text?))
            });
            let cells: Vec<String> = cells
                .collect::<Result<_, datafusion::arrow::error::ArrowError>>()
                .map_err(|error| Error::Data(error.to_string()))?;
            self.first_duplicates.push(format!("{} in {rows} rows", cells.join(", ")));
        }
        Ok(())
    }

    /// Says whether all is well.
    ///
    /// # Errors
    /// When a key is not complete or not unique.
    pub fn finish(&mut self, must_be_complete: &[usize]) -> Result<()> {
        self.close()?;
        for i in must_be_complete {
            if self.missing[*i] > 0 {
                return Err(Error::Data(format!(
                    "{}: column '{}' must not be empty, found {} without it",
                    self.shown,
                    self.schema.field(*i).name(),
                    count(self.missing[*i] as usize, "row")
                )));
            }
        }
        if self.duplicates == 0 {
            return Ok(());
        }
        let first = self.first_duplicates.join("; ");
        let how_many = match self.duplicates {
            1 => first,
            keys => {
                let more = if keys > self.first_duplicates.len() { "; ..." } else { "" };
                format!("{keys} that are not: {first}{more}")
            }
        };
        Err(Error::Data(format!("{}: a key must be unique, found {how_many}", self.shown)))
    }

    /// What should be known of numbers that may mean a missing value.
    pub fn notes(&self) -> Vec<String> {
        let fields = self.schema.fields().iter().zip(&self.sentinels);
        let note = |(name, value, rows): (&str, f64, u64)| {
            let rows = count(rows as usize, "row");
            format!(
                "column '{name}' holds {value} in {rows}; if that means missing: --missing {value}"
            )
        };
        fields
            .filter_map(|(field, found)| {
                found.map(|(value, rows)| (field.name().as_str(), value, rows))
            })
            .map(note)
            .collect()
    }
}
