//! A workbook: a sheet for each result, and a last one that tells where they come from.

use std::env;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{Result, exec_err, plan_datafusion_err};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};

use super::names::Names;
use super::sheet::{Rows, dress, fault, header};
use crate::export::writer::{BatchWriter, Out, Source};

/// Characters of a cell.
const LONGEST: usize = 32_767;

/// The program and its version.
const PROGRAM: &str = concat!("goalposts ", env!("CARGO_PKG_VERSION"));

/// The columns of the last sheet and their widths.
const COLUMNS: [(&str, u8); 9] = [
    ("sheet", 24),
    ("file", 32),
    ("rows", 10),
    ("status", 24),
    ("parameters", 24),
    ("notes", 32),
    ("program", 18),
    ("written (UTC)", 20),
    ("query", 100),
];

/// A workbook in the making.
pub(crate) struct Book {
    workbook: Workbook,
    names: Names,
    entries: Vec<Entry>,
    written: Option<ExcelDateTime>,
}

/// What the last sheet says of a result.
struct Entry {
    /// Name of its sheet and number of rows, if there are any.
    sheet: Option<(String, usize)>,
    source: Source,
    status: String,
    notes: String,
}

impl Book {
    /// A workbook of the time that SOURCE_DATE_EPOCH says, or of none: the same rows are then the same
    /// bytes.
    ///
    /// # Errors
    /// When that is no time.
    pub fn new() -> Result<Self> {
        let written = time()?;
        let mut workbook = Workbook::new();
        // A workbook must have a time; the first that archives have says nothing.
        let first = ExcelDateTime::from_ymd(1980, 1, 1).map_err(fault)?;
        let created = written.as_ref().unwrap_or(&first);
        let properties = DocProperties::new().set_author(PROGRAM).set_creation_datetime(created);
        workbook.set_properties(&properties);
        Ok(Self { workbook, names: Names::default(), entries: Vec::new(), written })
    }

    /// Adds a sheet. Returns its name.
    ///
    /// # Errors
    /// When a sheet has not so many rows, or they cannot be written.
    pub fn add(&mut self, wanted: &str, rows: Rows, source: Source) -> Result<String> {
        rows.ensure_fit()?;
        let (name, number) = (self.names.take(wanted), rows.number());
        let sheet = self.workbook.add_worksheet_with_low_memory().map_err(fault)?;
        sheet.set_name(&name).map_err(fault)?;
        let notes = unharmed(|| rows.write_to(sheet))?.join("\n");
        let sheet = Some((name.clone(), number));
        self.entries.push(Entry { sheet, source, status: "complete".to_owned(), notes });
        Ok(name)
    }

    /// Tells of a query without a sheet.
    pub fn note(&mut self, source: Source, status: String) {
        self.entries.push(Entry { sheet: None, source, status, notes: String::new() });
    }

    /// How many sheets there are.
    pub fn sheets(&self) -> usize {
        self.entries.iter().filter(|entry| entry.sheet.is_some()).count()
    }

    /// Writes the workbook; its last sheet only where there is something to tell.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn save(mut self, mut out: Out) -> Result<()> {
        if self.entries.iter().any(|entry| entry.source != Source::default()) {
            let name = self.names.take("provenance");
            let sheet = self.workbook.add_worksheet();
            sheet.set_name(name).map_err(fault)?;
            provenance(sheet, &self.entries, self.written.as_ref())?;
        }
        let mut quiet = Quiet { out: &mut out, failed: None };
        let saved = unharmed(|| self.workbook.save_to_writer(&mut quiet).map_err(fault));
        match quiet.failed {
            Some(error) => Err(error.into()),
            None => {
                saved?;
                Ok(out.flush()?)
            }
        }
    }
}

/// Keeps the first error for itself: what is dropped after one would tell it on standard error.
struct Quiet<'a> {
    out: &'a mut Out,
    failed: Option<io::Error>,
}

impl Write for Quiet<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed.is_none() {
            match self.out.write(bytes) {
                Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                    self.failed = Some(error);
                }
                written => return written,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What writes sheets panics where there is no room for its temporary files.
fn unharmed<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        exec_err!(
            "a workbook must have room for temporary files, found too little in {}",
            env::temp_dir().display()
        )
    })
}

/// A row for each result; a long text goes on in the rows below.
fn provenance(
    sheet: &mut Worksheet,
    entries: &[Entry],
    written: Option<&ExcelDateTime>,
) -> Result<()> {
    let top = Format::new().set_align(FormatAlign::Top);
    let wrapped = top.clone().set_text_wrap();
    let dated = top.clone().set_num_format("yyyy-mm-dd hh:mm:ss");
    for (column, (name, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width).map_err(fault)?;
        sheet.write_string_with_format(0, column, name, &header()).map_err(fault)?;
    }
    let mut row = 0;
    for entry in entries {
        let name = entry.sheet.as_ref().map_or("", |(name, _)| name.as_str());
        let Source { file, query, .. } = &entry.source;
        let parameters = &entry.source.shown();
        let texts = [(3, &entry.status), (4, parameters), (5, &entry.notes), (8, query)];
        let texts = texts.map(|(column, text)| (column, pieces(text)));
        let rows = texts.iter().map(|(_, pieces)| pieces.len()).max().unwrap_or(1);
        for part in 0..rows {
            row += 1;
            sheet.set_row_height(row, 15).map_err(fault)?;
            sheet.write_string_with_format(row, 0, name, &top).map_err(fault)?;
            sheet.write_string_with_format(row, 1, file, &top).map_err(fault)?;
            for (column, pieces) in &texts {
                let Some(piece) = pieces.get(part) else { continue };
                sheet.write_string_with_format(row, *column, *piece, &wrapped).map_err(fault)?;
            }
            if part > 0 {
                continue;
            }
            let lines = texts.iter().flat_map(|(_, pieces)| pieces.first());
            let lines = lines.map(|text| text.lines().count()).max().unwrap_or(1);
            let height = u8::try_from(lines.clamp(1, 17) * 15).unwrap_or(u8::MAX);
            sheet.set_row_height(row, height).map_err(fault)?;
            if let Some((_, number)) = entry.sheet {
                sheet.write_number_with_format(row, 2, number as f64, &top).map_err(fault)?;
            }
            sheet.write_string_with_format(row, 6, PROGRAM, &top).map_err(fault)?;
            if let Some(written) = written {
                sheet.write_datetime_with_format(row, 7, written, &dated).map_err(fault)?;
            }
        }
    }
    dress(sheet, row, COLUMNS.len())
}

/// A text in pieces that fit into a cell, one at least.
fn pieces(text: &str) -> Vec<&str> {
    let (mut pieces, mut start, mut length) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        if length + c.len_utf16() > LONGEST {
            pieces.push(&text[start..at]);
            (start, length) = (at, 0);
        }
        length += c.len_utf16();
    }
    pieces.push(&text[start..]);
    pieces
}

/// What SOURCE_DATE_EPOCH says.
fn time() -> Result<Option<ExcelDateTime>> {
    let Ok(text) = env::var("SOURCE_DATE_EPOCH") else { return Ok(None) };
    let seconds = text.trim().parse().ok();
    let time = seconds.and_then(|seconds| ExcelDateTime::from_timestamp(seconds).ok());
    time.map(Some).ok_or_else(|| {
        plan_datafusion_err!(
            "SOURCE_DATE_EPOCH must be seconds since 1970, in years that Excel has, found '{text}'"
        )
    })
}

/// A workbook of one result.
struct OneSheet {
    rows: Option<(Rows, Out)>,
    name: String,
    source: Source,
}

/// A writer of a workbook with one result.
pub(crate) fn one_sheet(
    out: Out,
    schema: &SchemaRef,
    name: &str,
    source: &Source,
) -> Result<Box<dyn BatchWriter>> {
    let rows = Some((Rows::new(schema)?, out));
    Ok(Box::new(OneSheet { rows, name: name.to_owned(), source: source.clone() }))
}

impl BatchWriter for OneSheet {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        match &mut self.rows {
            Some((rows, _)) => rows.write(batch),
            None => Ok(()),
        }
    }

    fn finish(&mut self) -> Result<()> {
        let Some((rows, out)) = self.rows.take() else { return Ok(()) };
        let mut book = Book::new()?;
        book.add(&self.name, rows, std::mem::take(&mut self.source))?;
        book.save(out)
    }
}
