//! Text files (`.csv`, `.tsv`) as a table: each file by its own header, all united by name.
//!
//! A file is read twice. The first time every cell is looked at, so that the types hold for all
//! rows and what cannot be read is an error with its line; the second time gives the rows.
//! Names and cells lose the blanks around them.

use std::collections::HashMap;
use std::fmt;
use std::io::{Cursor, Read};
use std::sync::Arc;

use csv::{ByteRecord, ReaderBuilder, StringRecord, Terminator};
use datafusion::arrow::array::{
    Array, ArrayRef, StringViewArray, StringViewBuilder, new_null_array,
};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::catalog::streaming::StreamingTable;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_err, plan_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::object_store::{GetResultPayload, ObjectMeta, ObjectStore, ObjectStoreExt};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use futures::{FutureExt, StreamExt, TryStreamExt, stream};

use super::columns::{check_names, check_partitions};
use super::looks::{Cell, Looks};
use super::part::Part;
use super::reading::{Missing, Reading};
use crate::types::sql_name;

/// How many files are looked at at a time.
const READERS: usize = 16;
/// How much of a file is looked at for what separates its columns.
const HEAD: usize = 64 * 1024;
/// What may separate columns, as a reader of messages knows it.
const DELIMITERS: [(u8, &str); 4] =
    [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab"), (b'|', "vertical bar")];
/// Put after every file: the first ends its last row, and only an open quote takes the second.
const END: &[u8] = b"\n\n";

/// A file to read, and the values that its folders stand for (`year=2024/`).
pub(super) struct TextFile {
    pub meta: ObjectMeta,
    /// As the user knows it.
    pub shown: String,
    pub partitions: Vec<ScalarValue>,
}

/// The table of some files, and what a reader of the file should know about it.
pub(super) async fn open(
    session: &dyn Session,
    store: &Arc<dyn ObjectStore>,
    delimiter: u8,
    files: Vec<TextFile>,
    partitions: &[(String, DataType)],
    reading: &Reading<'_>,
) -> Result<(Arc<dyn TableProvider>, Vec<String>)> {
    let missing = Arc::new(reading.missing.clone());
    let reads = files.into_iter().map(|place| {
        let (store, missing) = (Arc::clone(store), Arc::clone(&missing));
        Sheet::look(store, place, delimiter, missing).boxed()
    });
    let sheets: Vec<Sheet> =
        stream::iter(reads.collect::<Vec<_>>()).buffered(READERS).try_collect().await?;
    let columns = unite(&sheets, reading)?;
    let notes = columns.iter().filter_map(|column| column.note(reading)).collect();

    let mut fields: Vec<_> = columns
        .iter()
        .map(|column| Field::new(&column.name, column.data_type(reading), true))
        .collect();
    let first = sheets.first().map_or("", |sheet| sheet.shown.as_str());
    check_partitions(&Schema::new(fields.clone()), partitions, first)?;
    fields.extend(partitions.iter().map(|(name, kind)| Field::new(name, kind.clone(), true)));
    let schema = Arc::new(Schema::new(fields));

    let sheets: Vec<_> = sheets.into_iter().map(Arc::new).collect();
    let streams = session.config().target_partitions().clamp(1, sheets.len().max(1));
    let partitions = sheets.chunks(sheets.len().div_ceil(streams).max(1)).map(|sheets| {
        Arc::new(TextRows {
            sheets: sheets.to_vec(),
            store: Arc::clone(store),
            schema: Arc::clone(&schema),
            missing: Arc::clone(&missing),
        }) as Arc<dyn PartitionStream>
    });
    let table = StreamingTable::try_new(Arc::clone(&schema), partitions.collect())?;
    Ok((Arc::new(table), notes))
}

/// A column of one file, or of all.
#[derive(Debug, Clone)]
struct Column {
    name: String,
    /// Where it stands in its file.
    position: usize,
    /// The file it was found in.
    file: String,
    looks: Looks,
}

impl Column {
    /// The type asked for, or the one found.
    fn data_type(&self, reading: &Reading<'_>) -> DataType {
        match (reading.wanted)(&self.name) {
            Some(wanted) => wanted,
            None => self.looks.data_type(Part::of(&self.name)),
        }
    }

    /// What should be known of a column that was taken for text: that most of it is numbers.
    fn note(&self, reading: &Reading<'_>) -> Option<String> {
        let Looks { numbers, others, first_other, .. } = &self.looks;
        let other = first_other.as_ref()?;
        let is_text = self.data_type(reading) == DataType::Utf8View;
        if !is_text || (reading.wanted)(&self.name).is_some() || numbers < others || *others == 0 {
            return None;
        }
        Some(format!(
            "column '{}' is text: {numbers} of {} cells are numbers, but '{}' in line {} is not; \
             if that means missing: --null '{}'",
            self.name,
            numbers + others,
            other.text,
            other.line,
            other.text
        ))
    }
}

/// The columns of all files by name. A column must be numbers in all files or text in all.
fn unite(sheets: &[Sheet], reading: &Reading<'_>) -> Result<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    for sheet in sheets {
        for column in &sheet.columns {
            let Some(&known) = by_name.get(&column.name) else {
                by_name.insert(column.name.clone(), columns.len());
                columns.push(column.clone());
                continue;
            };
            let known = &mut columns[known];
            let mut both = known.looks.clone();
            both.merge(&column.looks);
            if (reading.wanted)(&column.name).is_none() {
                check_alike(known, column, &both)?;
            }
            if known.looks.numbers + known.looks.others == 0 {
                known.file.clone_from(&column.file);
            }
            known.looks = both;
        }
    }
    check_names(columns.iter().map(|column| (column.name.as_str(), column.file.as_str())))?;
    for column in &columns {
        let looks = &column.looks;
        let is_code = Part::of(&column.name) == Part::Code;
        let is_asked = (reading.wanted)(&column.name).is_some_and(|wanted| wanted.is_string());
        if let Some(cell) = looks.first_grouped.as_ref()
            && looks.is_grouped()
            && !is_code
            && !is_asked
        {
            return plan_err!(
                "{}:{}: column '{}' must have numbers with a decimal point and nothing between \
                 their thousands, found '{}'",
                cell.file,
                cell.line,
                column.name,
                cell.text
            );
        }
    }
    Ok(columns)
}

fn check_alike(known: &Column, column: &Column, both: &Looks) -> Result<()> {
    let part = Part::of(&column.name);
    let [one, other] = [known, column].map(|column| column.looks.data_type(part));
    let is_text = |data_type: &DataType| *data_type == DataType::Utf8View;
    let unlike = one != DataType::Null
        && other != DataType::Null
        && is_text(&both.data_type(part))
        && !(is_text(&one) && is_text(&other))
        && !both.is_padded()
        && known.looks.numbers + known.looks.others > 0
        && column.looks.numbers + column.looks.others > 0
        && part != Part::Code;
    if !unlike {
        return Ok(());
    }
    // The one that is text is at fault, at the first cell that makes it so.
    let (good, bad) = if is_text(&one) { (column, known) } else { (known, column) };
    let must = wanted_name(&good.looks.data_type(part));
    match &bad.looks.first_other {
        Some(Cell { file, line, text }) => plan_err!(
            "{file}:{line}: column '{}' must be {must} as in {}, found '{text}'",
            bad.name,
            good.file
        ),
        None => plan_err!(
            "{}: column '{}' must be {must} as in {}, found {}",
            bad.file,
            bad.name,
            good.file,
            sql_name(&bad.looks.data_type(part))
        ),
    }
}

/// What a cell must be, in words.
fn wanted_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Float64 | DataType::Float32 => "a number".into(),
        integer if integer.is_integer() => "a whole number".into(),
        other => sql_name(other),
    }
}

/// A text file of which every cell has been looked at.
#[derive(Debug)]
struct Sheet {
    meta: ObjectMeta,
    shown: String,
    partitions: Vec<ScalarValue>,
    layout: Layout,
    columns: Vec<Column>,
}

/// How a file is written.
#[derive(Debug, Clone, Copy)]
struct Layout {
    delimiter: u8,
    /// Bytes and lines before the header: a byte order mark, a line `sep=;`.
    skipped: (u64, u64),
}

impl Sheet {
    async fn look(
        store: Arc<dyn ObjectStore>,
        place: TextFile,
        delimiter: u8,
        missing: Arc<Missing>,
    ) -> Result<Self> {
        let source = source(&store, &place.meta).await?;
        let task =
            SpawnedTask::spawn_blocking(move || Self::look_at(source, place, delimiter, &missing));
        match task.join_unwind().await {
            Ok(sheet) => sheet,
            Err(error) => exec_err!("{error}"),
        }
    }

    fn look_at(source: Bytes, place: TextFile, delimiter: u8, missing: &Missing) -> Result<Self> {
        let TextFile { meta, shown, partitions } = place;
        let (layout, source) = Layout::find(source, &shown, delimiter)?;
        let mut records = Records::new(source, &shown, layout);
        if !records.next()? {
            return plan_err!("{shown}: must have a header, found an empty file");
        }
        let (header, header_line) = (records.record.clone(), records.line);
        let mut columns = Vec::with_capacity(header.len());
        for (position, name) in header.iter().enumerate() {
            let name = name.trim();
            if name.contains(['\r', '\0']) {
                return plan_err!(
                    "{shown}:{header_line}: must be text in UTF-8 whose lines end in LF or CR LF, \
                     found {} in the header",
                    if name.contains('\0') { "NUL bytes (UTF-16?)" } else { "CR alone" }
                );
            }
            columns.push(Column {
                name: name.to_owned(),
                position,
                file: shown.clone(),
                looks: Looks::default(),
            });
        }
        while records.next()? {
            for (column, cell) in columns.iter_mut().zip(&records.record) {
                let cell = cell.trim();
                if !missing.is(cell) {
                    column.looks.see(cell, &shown, records.line);
                }
            }
        }
        name_the_nameless(&mut columns);
        for (i, column) in columns.iter().enumerate() {
            if columns[..i].iter().any(|other| other.name == column.name) {
                return plan_err!(
                    "{shown}:{header_line}: column names must be unique, found '{}' twice",
                    column.name
                );
            }
        }
        Ok(Self { meta, shown, partitions, layout, columns })
    }

    /// The rows, batch by batch, as the table has them.
    async fn batches(
        self: Arc<Self>,
        store: Arc<dyn ObjectStore>,
        schema: SchemaRef,
        missing: Arc<Missing>,
        rows: usize,
    ) -> Result<Batches> {
        let mut source = source(&store, &self.meta).await?;
        source.skip(self.layout.skipped.0)?;
        let mut records = Records::new(source, &self.shown, self.layout);
        records.next()?; // the header
        let by_name: HashMap<_, _> =
            self.columns.iter().map(|column| (column.name.as_str(), column.position)).collect();
        let of_files = schema.fields().len() - self.partitions.len();
        let positions = schema.fields().iter().take(of_files);
        let positions =
            positions.map(|field| by_name.get(field.name().as_str()).copied()).collect();
        Ok(Batches { sheet: self, records, positions, schema, missing, rows })
    }
}

/// A column without a name and without cells, as a comma at the end of every line makes, is none;
/// one with cells, as the row names of R, is called by its place.
fn name_the_nameless(columns: &mut Vec<Column>) {
    columns
        .retain(|column| !column.name.is_empty() || column.looks.numbers + column.looks.others > 0);
    for column in columns.iter_mut().filter(|column| column.name.is_empty()) {
        column.name = format!("column_{}", column.position + 1);
    }
}

/// The bytes of a file, and how many there are.
struct Bytes {
    bytes: Box<dyn Read + Send>,
    size: u64,
}

impl Bytes {
    fn skip(&mut self, bytes: u64) -> Result<()> {
        std::io::copy(&mut self.bytes.by_ref().take(bytes), &mut std::io::sink())?;
        self.size = self.size.saturating_sub(bytes);
        Ok(())
    }
}

async fn source(store: &Arc<dyn ObjectStore>, meta: &ObjectMeta) -> Result<Bytes> {
    let found = store.get(&meta.location).await?;
    let size = found.meta.size;
    Ok(match found.payload {
        GetResultPayload::File(file, _) => Bytes { bytes: Box::new(file), size },
        GetResultPayload::Stream(chunks) => {
            let chunks: Vec<_> = chunks.try_collect().await?;
            Bytes { bytes: Box::new(Cursor::new(chunks.concat())), size }
        }
    })
}

impl Layout {
    /// Looks at the beginning of a file; what is returned begins with the header.
    fn find(mut source: Bytes, shown: &str, usual: u8) -> Result<(Self, Bytes)> {
        let mut head = Vec::new();
        source.bytes.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            return plan_err!("{shown}: {UTF8}, found UTF-16 {}", to_utf8("UTF-16"));
        }
        let mark = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let (named, line) = named_delimiter(&head[mark..]).unzip();
        let skipped = (mark + line.unwrap_or_default(), u64::from(line.is_some()));
        let begin = &head[skipped.0..];
        let delimiter = match named {
            Some(named) => named,
            None => delimiter(begin, shown, usual)?,
        };
        let layout = Self { delimiter, skipped: (skipped.0 as u64, skipped.1) };
        let size = source.size.saturating_sub(layout.skipped.0);
        head.drain(..skipped.0);
        let bytes = Box::new(Cursor::new(head).chain(source.bytes));
        Ok((layout, Bytes { bytes, size }))
    }
}

/// The delimiter of a first line `sep=;`, as Excel writes and reads it, and the line's length.
fn named_delimiter(head: &[u8]) -> Option<(u8, usize)> {
    let length = head.iter().position(|byte| *byte == b'\n')? + 1;
    let line = std::str::from_utf8(&head[..length]).ok()?.trim_end_matches(['\r', '\n']);
    let line = line.trim_matches('"');
    let named = line.get(..4).filter(|name| name.eq_ignore_ascii_case("sep="));
    match (named, line.as_bytes().get(4..)?) {
        (Some(_), [delimiter]) => Some((*delimiter, length)),
        _ => None,
    }
}

/// What separates the columns: what the ending says, unless the header has nothing of it and
/// something else.
fn delimiter(head: &[u8], shown: &str, usual: u8) -> Result<u8> {
    let cells = |delimiter: u8, rows: std::ops::Range<usize>| -> Vec<usize> {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(head);
        let records = reader.byte_records().take(rows.end).skip(rows.start);
        records.map_while(Result::ok).map(|record| record.len()).collect()
    };
    let in_header = |delimiter: u8| cells(delimiter, 0..1).first().copied().unwrap_or(0);
    let others: Vec<_> = DELIMITERS.into_iter().filter(|(other, _)| *other != usual).collect();
    let most = others.iter().max_by_key(|(other, _)| in_header(*other));
    let Some(&(other, other_name)) = most else { return Ok(usual) };
    let (columns, with_other) = (in_header(usual), in_header(other));
    let usual_name = DELIMITERS.iter().find(|(d, _)| *d == usual).map_or("comma", |d| d.1);
    if columns <= 1 && with_other > 1 {
        return Ok(other);
    }
    if usual == b',' && columns > 1 && with_other >= columns {
        return plan_err!(
            "{shown}: the header must have its columns separated by one of comma, semicolon, tab \
             and vertical bar, found {columns} by {usual_name} and {with_other} by {other_name} \
             (quote the names that hold one of them)"
        );
    }
    // A title above a table of another kind.
    for (other, name) in others {
        let rows = cells(other, 1..6);
        if let Some(first) = rows.first().copied().filter(|first| columns == 1 && *first > 1)
            && rows.iter().all(|row| *row == first)
        {
            return plan_err!(
                "{shown}: rows must have 1 column as the header has, found {first} separated by \
                 {name} (take out lines above the header)"
            );
        }
    }
    Ok(usual)
}

const UTF8: &str = "text must be UTF-8";

fn to_utf8(from: &str) -> String {
    format!("(save it as 'CSV UTF-8', or: iconv -f {from} -t UTF-8)")
}

/// The rows of a file, checked, each with its line.
struct Records {
    reader: csv::Reader<Box<dyn Read + Send>>,
    shown: String,
    record: StringRecord,
    bytes: ByteRecord,
    /// The line that the row begins on, from 1.
    line: u64,
    lines_before: u64,
    /// The header's line and number of columns, once it is read.
    header: Option<(u64, usize)>,
    /// Where the file ends, with what was put after it.
    end: u64,
}

impl Records {
    /// `source` begins with the header.
    fn new(source: Bytes, shown: &str, layout: Layout) -> Self {
        let bytes: Box<dyn Read + Send> = Box::new(source.bytes.chain(END));
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(layout.delimiter)
            .terminator(Terminator::Any(b'\n')) // CR is trimmed: so lines can be counted
            .from_reader(bytes);
        Self {
            reader,
            shown: shown.to_owned(),
            record: StringRecord::new(),
            bytes: ByteRecord::new(),
            line: 0,
            lines_before: layout.skipped.1,
            header: None,
            end: source.size + END.len() as u64,
        }
    }

    /// Reads the next row that is not empty.
    fn next(&mut self) -> Result<bool> {
        loop {
            let before = self.reader.position().clone();
            let fault = |error: csv::Error| DataFusionError::Execution(error.to_string());
            if !self.reader.read_byte_record(&mut self.bytes).map_err(fault)? {
                return Ok(false);
            }
            let after = self.reader.position();
            let inside = self.bytes.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
            let is_open = after.byte() == self.end && self.bytes.as_slice().ends_with(END);
            let ended = if is_open { 0 } else { 1 };
            self.line = self.lines_before + after.line() - ended - inside;
            if is_open {
                return plan_err!(
                    "{}:{}: a quote must be closed, found the end of the file",
                    self.shown,
                    self.line
                );
            }
            let width = self.header.map_or(0, |header| header.1);
            if self.bytes.len() == 1 && width != 1 && self.bytes[0].trim_ascii().is_empty() {
                continue; // an empty line
            }
            // With CR LF an empty line is a CR and line ends, a quoted empty cell is more.
            let lines = after.line() - before.line();
            if self.bytes.len() == 1
                && self.bytes[0] == *b"\r"
                && after.byte() - before.byte() == lines + 1
            {
                continue;
            }
            break;
        }
        match StringRecord::from_byte_record(std::mem::take(&mut self.bytes)) {
            Ok(record) => {
                self.bytes = std::mem::replace(&mut self.record, record).into_byte_record();
                self.check_width()?;
                Ok(true)
            }
            Err(_) => {
                let hint = to_utf8("GBK");
                plan_err!("{}:{}: {UTF8}, found other bytes {hint}", self.shown, self.line)
            }
        }
    }

    fn check_width(&mut self) -> Result<()> {
        let found = self.record.len();
        let (line, width) = *self.header.get_or_insert((self.line, found));
        if found == width {
            return Ok(());
        }
        plan_err!(
            "{}:{}: a row must have {width} column{} as the header in line {line} has, found \
             {found} (take out lines above the header and notes below the rows)",
            self.shown,
            self.line,
            if width == 1 { "" } else { "s" }
        )
    }
}

/// The rows of some files.
struct TextRows {
    sheets: Vec<Arc<Sheet>>,
    store: Arc<dyn ObjectStore>,
    schema: SchemaRef,
    missing: Arc<Missing>,
}

impl fmt::Debug for TextRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files: Vec<_> = self.sheets.iter().map(|sheet| sheet.shown.as_str()).collect();
        write!(f, "TextRows({})", files.join(", "))
    }
}

impl PartitionStream for TextRows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = context.session_config().batch_size();
        let (store, schema) = (Arc::clone(&self.store), Arc::clone(&self.schema));
        let missing = Arc::clone(&self.missing);
        let batches = stream::iter(self.sheets.clone())
            .then(move |sheet| {
                let (store, schema) = (Arc::clone(&store), Arc::clone(&schema));
                sheet.batches(store, schema, Arc::clone(&missing), rows)
            })
            .map_ok(stream::iter)
            .try_flatten();
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}

/// The rows of one file.
struct Batches {
    sheet: Arc<Sheet>,
    records: Records,
    /// Where each column of the table stands in the file, if it does.
    positions: Vec<Option<usize>>,
    schema: SchemaRef,
    missing: Arc<Missing>,
    rows: usize,
}

impl Iterator for Batches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl Batches {
    fn read(&mut self) -> Result<Option<RecordBatch>> {
        let mut lines = Vec::with_capacity(self.rows);
        let mut cells: Vec<_> =
            self.positions.iter().map(|_| StringViewBuilder::with_capacity(self.rows)).collect();
        while lines.len() < self.rows && self.records.next()? {
            lines.push(self.records.line);
            for (column, position) in cells.iter_mut().zip(&self.positions) {
                let cell = position.and_then(|position| self.records.record.get(position));
                let cell = cell.map(str::trim).filter(|cell| !self.missing.is(cell));
                column.append_option(cell);
            }
        }
        if lines.is_empty() {
            return Ok(None);
        }
        let mut columns = Vec::with_capacity(self.schema.fields().len());
        for (field, mut cells) in self.schema.fields().iter().zip(cells) {
            columns.push(self.typed(field, &cells.finish(), &lines)?);
        }
        for value in &self.sheet.partitions {
            columns.push(value.to_array_of_size(lines.len())?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(lines.len()));
        Ok(Some(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?))
    }

    /// A column of its type; a cell that is none of it is an error on its line.
    fn typed(&self, field: &Field, cells: &StringViewArray, lines: &[u64]) -> Result<ArrayRef> {
        let wanted = field.data_type();
        if *wanted == DataType::Null {
            return Ok(new_null_array(wanted, cells.len()));
        }
        let options = CastOptions { safe: true, ..CastOptions::default() };
        let typed = cast_with_options(cells, wanted, &options)?;
        if typed.null_count() == cells.null_count() {
            return Ok(typed);
        }
        match (0..cells.len()).find(|row| cells.is_valid(*row) && typed.is_null(*row)) {
            Some(row) => exec_err!(
                "{}:{}: column '{}' must be {}, found '{}'",
                self.sheet.shown,
                lines[row],
                field.name(),
                wanted_name(wanted),
                cells.value(row)
            ),
            None => Ok(typed),
        }
    }
}
