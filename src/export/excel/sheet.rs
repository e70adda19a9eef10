//! The rows of a sheet: kept on disk while they come, written when it is known what they are.

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek};

use datafusion::arrow::array::Array;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{DataFusionError, Result, exec_err, plan_err};
use rust_xlsxwriter::{Format, IgnoreError, Worksheet, XlsxError};

use super::cells::{Cells, Column};
use crate::export::delimited::{flat_batch, flat_schema};
use crate::export::plain::file_schema;

/// Rows of a sheet, its header included, and its columns.
const LIMITS: (usize, usize) = (1_048_576, 16_384);

/// The rows of a sheet that are not written yet.
pub(crate) struct Rows {
    schema: SchemaRef,
    columns: Vec<Column>,
    kept: StreamWriter<BufWriter<File>>,
    number: usize,
}

impl Rows {
    /// None yet, of these columns.
    ///
    /// # Errors
    /// Two columns of one name, more columns than Excel has, no room for temporary files.
    pub fn new(schema: &SchemaRef) -> Result<Self> {
        let found = schema.fields().len();
        if found > LIMITS.1 {
            return plan_err!("a sheet must have at most {} columns, found {found}", LIMITS.1);
        }
        let schema = flat_schema(&*file_schema(schema)?);
        let columns = schema.fields().iter().map(|field| Column::new(field)).collect();
        let kept = StreamWriter::try_new(BufWriter::new(temporary()?), &schema)?;
        Ok(Self { schema, columns, kept, number: 0 })
    }

    /// Appends rows.
    ///
    /// # Errors
    /// Values that no cell holds.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let before = self.number;
        self.number += batch.num_rows();
        if self.number >= LIMITS.0 {
            return Ok(()); // counted, to be told at the end
        }
        let batch = flat_batch(batch, &self.schema)?;
        for (column, cells) in self.columns.iter_mut().zip(batch.columns()) {
            column.learn(cells, before)?;
        }
        Ok(self.kept.write(&batch)?)
    }

    /// All rows are there.
    ///
    /// # Errors
    /// When they are more than a sheet has.
    pub fn ensure_fit(&self) -> Result<()> {
        let most = LIMITS.0 - 1;
        if self.number > most {
            return exec_err!(
                "a sheet must have at most {most} rows below its header, found {} (LIMIT {most}, or \
                 another format)",
                self.number
            );
        }
        Ok(())
    }

    /// How many there are.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Writes the sheet. Returns what a reader of its cells cannot see.
    pub fn write_to(mut self, sheet: &mut Worksheet) -> Result<Vec<String>> {
        self.ensure_fit()?;
        let (header, protected) = (header(), Format::new().set_quote_prefix());
        for (i, column) in (0..).zip(&self.columns) {
            if let Some(format) = column.number_format() {
                let format = Format::new().set_num_format(format);
                sheet.set_column_format(i, &format).map_err(fault)?;
            }
            sheet.set_column_width(i, column.width()).map_err(fault)?;
        }
        for (i, column) in (0..).zip(&self.columns) {
            sheet.write_string_with_format(0, i, &column.name, &header).map_err(fault)?;
        }
        self.kept.finish()?;
        let mut kept = self.kept.into_inner()?.into_inner().map_err(|error| error.into_error())?;
        kept.rewind()?;
        let mut row = 0;
        for batch in StreamReader::try_new(BufReader::new(kept), None)? {
            let batch = batch?;
            let columns = self.columns.iter().zip(batch.columns());
            let columns = columns.map(|(column, cells)| column.cells(cells));
            let columns = columns.collect::<Result<Vec<_>>>()?;
            for at in 0..batch.num_rows() {
                row += 1;
                for (i, cells) in (0..).zip(&columns) {
                    match cells {
                        Cells::Text(texts) if texts.is_valid(at) => match texts.value(at) {
                            text if is_tempting(text) => {
                                sheet.write_string_with_format(row, i, text, &protected)
                            }
                            text => sheet.write_string(row, i, text),
                        },
                        Cells::Number(numbers) if numbers.is_valid(at) => {
                            sheet.write_number(row, i, numbers.value(at))
                        }
                        Cells::Boolean(booleans) if booleans.is_valid(at) => {
                            sheet.write_boolean(row, i, booleans.value(at))
                        }
                        _ => continue,
                    }
                    .map_err(fault)?;
                }
            }
        }
        for (i, _) in (0..).zip(&self.columns).filter(|(_, column)| column.is_text() && row > 0) {
            let ignored = IgnoreError::NumberStoredAsText;
            sheet.ignore_error_range(1, i, row, i, ignored).map_err(fault)?;
        }
        dress(sheet, row, self.columns.len())?;
        Ok(self.columns.iter().flat_map(Column::notes).collect())
    }
}

/// A file for rows that wait.
fn temporary() -> io::Result<File> {
    let folder = env::temp_dir();
    tempfile::tempfile_in(&folder).map_err(|error| {
        let kind = error.kind();
        io::Error::new(kind, format!("temporary files in {}: {kind}", folder.display()))
    })
}

/// A header that stays in sight, on paper too, and a filter.
pub(super) fn dress(sheet: &mut Worksheet, last_row: u32, columns: usize) -> Result<()> {
    sheet.set_freeze_panes(1, 0).map_err(fault)?;
    sheet.set_repeat_rows(0, 0).map_err(fault)?;
    if let Some(last) = u16::try_from(columns).ok().and_then(|columns| columns.checked_sub(1)) {
        sheet.autofilter(0, 0, last_row, last).map_err(fault)?;
    }
    Ok(())
}

/// How headers look.
pub(super) fn header() -> Format {
    Format::new().set_bold()
}

/// What Excel would make something else of when the cell is edited.
fn is_tempting(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@']) || text.starts_with(|c: char| c.is_ascii_digit())
}

/// A fault of the writer: the system's, wherever it is hidden, or its own.
pub(super) fn fault(error: XlsxError) -> DataFusionError {
    let mut inner: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(found) = inner {
        if let Some(found) = found.downcast_ref::<io::Error>() {
            let same = found.raw_os_error().map(io::Error::from_raw_os_error);
            return same.unwrap_or_else(|| found.kind().into()).into();
        }
        inner = found.source();
    }
    match error {
        XlsxError::IoError(error) | XlsxError::TempFileError(_, error) => error.into(),
        other => DataFusionError::External(Box::new(other)),
    }
}
