//! A text or a sheet of which every cell has been looked at.

use std::sync::Arc;

use csv::StringRecord;

use super::cell::trim;
use super::door::Door;
use super::encoding::{self, Decoded, Encoding};
use super::fault::{Fault, Result};
use super::looks::{Looks, Marks};
use super::sheet::Grid;
use super::text::bytes::TextBytes;
use super::text::delimiter;
use super::text::layout::{self, Header, Row, Stated};
use super::text::parts::{Body, Halt, Range, read_all, walk};
use super::text::rows::END;

/// How much of a text is looked at for its layout, at its beginning and at its end.
const HEAD: u64 = 256 << 10;
const TAIL: u64 = 64 << 10;

/// What was said of a text.
#[derive(Debug, Clone)]
pub struct Saying {
    /// What its bytes are.
    pub encoding: Option<Encoding>,
    /// What separates its columns.
    pub delimiter: Option<u8>,
    /// What usually does, by its ending.
    pub usual: u8,
    /// Where its table stands.
    pub stated: Stated,
    /// How the first cell of the first row below the table begins.
    pub until: Option<String>,
    /// How cells are understood.
    pub marks: Marks,
    /// How advice is written.
    pub door: Door,
    /// How many threads may read.
    pub threads: usize,
}

/// A column of a file.
#[derive(Debug, Clone)]
pub struct FileColumn {
    /// Its name in the file.
    pub name: String,
    /// Where it stands.
    pub position: usize,
    /// What was seen in it.
    pub looks: Looks,
}

/// Where the rows of a table are.
#[derive(Debug)]
pub enum Source {
    /// In a text, part by part.
    Text { bytes: TextBytes, body: Body, parts: Vec<Range> },
    /// In memory, with their lines.
    Grid(Vec<(u64, StringRecord)>),
}

/// A table of text.
#[derive(Debug)]
pub struct TextFile {
    /// The file, as the user knows it.
    pub shown: Arc<str>,
    /// Its columns: those that have a name or anything in them.
    pub columns: Vec<FileColumn>,
    /// How it was read, one line each.
    pub notes: Vec<String>,
    source: Source,
    marks: Marks,
}

/// What is seen of a part.
struct Seen {
    looks: Vec<Looks>,
}

/// The columns of a table while its cells are looked at.
struct Frame {
    shown: Arc<str>,
    names: Vec<String>,
    header_line: u64,
    /// Up to the last column that has a name.
    named: usize,
    marks: Marks,
    door: Door,
}

impl TextFile {
    /// Looks at a text.
    pub fn look(shown: &str, bytes: TextBytes, saying: &Saying) -> Result<Self> {
        let head = bytes.read(0, HEAD).map_err(|error| Fault::from_io(shown, error))?;
        let decoded = match (&saying.encoding, encoding::by_head(&head, shown)?) {
            (Some(stated), _) if !stated.is_utf8() => Some(*stated),
            (None, Some(marked)) if !marked.is_utf8() => Some(marked),
            _ => None,
        };
        if let Some(encoding) = decoded {
            return Self::decode(shown, &bytes, encoding, saying);
        }
        let bytes = bytes.with_line_feeds().map_err(|error| Fault::from_io(shown, error))?;
        match Self::look_at(shown, bytes, saying, Vec::new()) {
            Ok(file) => Ok(file),
            Err((Halt::NotUtf8, bytes)) => {
                let all = bytes.reader();
                let encoding = match &saying.encoding {
                    Some(stated) => *stated,
                    None => encoding::find(all, shown)?,
                };
                Self::decode(shown, &bytes, encoding, saying)
            }
            Err((halt, _)) => Err(fault(shown, 0, halt)),
        }
    }

    /// Looks at a text in another encoding.
    fn decode(shown: &str, bytes: &TextBytes, encoding: Encoding, saying: &Saying) -> Result<Self> {
        let notes = encoding.note().into_iter().collect();
        let decoded = Decoded::new(bytes.reader(), encoding, shown);
        let decoded =
            TextBytes::of_reader(decoded).map_err(|error| Fault::from_io(shown, error))?;
        let decoded = decoded.with_line_feeds().map_err(|error| Fault::from_io(shown, error))?;
        let looked = Self::look_at(shown, decoded, saying, notes);
        looked.map_err(|(halt, _)| fault(shown, 0, halt))
    }

    fn look_at(
        shown: &str,
        bytes: TextBytes,
        saying: &Saying,
        mut notes: Vec<String>,
    ) -> Result<Self, (Halt, TextBytes)> {
        let head = bytes.read(0, HEAD).unwrap_or_default();
        if std::str::from_utf8(&head).is_err_and(|error| error.error_len().is_some()) {
            return Err((Halt::NotUtf8, bytes));
        }
        let begun = match Begun::of(shown, &bytes, saying) {
            Ok(begun) => begun,
            Err(fault) => return Err((Halt::At(u64::MAX, fault.0), bytes)),
        };
        notes.extend(begun.notes.iter().cloned());
        let frame = Frame::of(shown, &begun.header, saying);
        let begin = || Seen { looks: vec![Looks::default(); frame.names.len()] };
        let see = |seen: &mut Seen, line, cells: &StringRecord| frame.see(seen, line, cells);
        let read = match read_all(&bytes, begun.body, saying.threads, begin, see) {
            Ok(read) => read,
            Err(halt) => return Err((halt, bytes)),
        };
        let mut all = begin();
        let mut parts = Vec::with_capacity(read.len());
        for (part, mut seen) in read {
            seen.looks.iter_mut().for_each(|looks| looks.shift(part.line));
            all.merge(&seen);
            parts.push(part);
        }
        let source = Source::Text { bytes, body: begun.body, parts };
        match frame.file(all, source, notes) {
            Ok(file) => Ok(file),
            Err(fault) => Err((Halt::At(u64::MAX, fault.0), TextBytes::empty())),
        }
    }

    /// Looks at the cells of a sheet.
    pub fn look_at_sheet(shown: &str, grid: Grid, saying: &Saying) -> Result<Self> {
        let Grid { sheet, sheets, rows, .. } = grid;
        let rows = rows.into_iter().map(|row| Row {
            cells: row.cells.iter().collect(),
            line: row.row,
            after: 0,
        });
        let mut file = Self::look_at_rows(shown, rows.collect(), saying)?;
        let others = sheets.iter().filter(|other| **other != sheet);
        let others: Vec<_> = others.map(|other| format!("'{other}'")).collect();
        if !others.is_empty() {
            let others = others.join(", ");
            file.notes.insert(0, format!("sheet '{sheet}' is read, not {others}"));
        }
        Ok(file)
    }

    /// Looks at rows.
    fn look_at_rows(shown: &str, rows: Vec<Row>, saying: &Saying) -> Result<Self> {
        let header = layout::header(&rows, &saying.stated, shown)?;
        let body = &rows[header.end..];
        let end = match &saying.until {
            Some(until) => body.iter().position(|row| row.begins_with(until)),
            None => Some(body.len() - layout::notes(body, header.names.len())),
        };
        let Some(end) = end else { return Err(not_found(shown, saying)) };
        let frame = Frame::of(shown, &header, saying);
        let mut seen = Seen { looks: vec![Looks::default(); frame.names.len()] };
        for row in &body[..end] {
            let place = |fault: Fault| Fault(format!("{shown}:{}: {fault}", row.line));
            frame.see(&mut seen, row.line, &row.cells).map_err(place)?;
        }
        let notes = told(&rows[..header.above], &body[end..]);
        let kept = body[..end].iter().map(|row| (row.line, row.cells.clone())).collect();
        frame.file(seen, Source::Grid(kept), notes)
    }

    /// Whether semicolons separate its columns.
    pub fn has_semicolons(&self) -> bool {
        matches!(&self.source, Source::Text { body, .. } if body.delimiter == b';')
    }

    /// How many parts its rows are read in.
    pub fn parts(&self) -> usize {
        match &self.source {
            Source::Text { parts, .. } => parts.len(),
            Source::Grid(_) => 1,
        }
    }

    /// Reads the rows of a part. `see` is given the line of each.
    pub fn read(
        &self,
        part: usize,
        see: &mut dyn FnMut(u64, &StringRecord) -> Result<()>,
    ) -> Result<()> {
        let see = &mut |line: u64, cells: &StringRecord| match is_empty(cells) {
            true => Ok(()),
            false => see(line, cells),
        };
        match &self.source {
            Source::Text { bytes, body, parts } => {
                let Some(part) = parts.get(part).copied() else { return Ok(()) };
                let mut below = |line: u64, cells: &StringRecord| see(part.line + line, cells);
                let walked = walk(bytes, *body, part, true, &mut below);
                walked.map(|_| ()).map_err(|halt| match halt {
                    // What was seen already says where it is.
                    Halt::At(_, text) => Fault(text),
                    halt => fault(&self.shown, part.line, halt),
                })
            }
            Source::Grid(rows) => rows.iter().try_for_each(|(line, cells)| see(*line, cells)),
        }
    }

    /// How its cells are understood.
    pub fn marks(&self) -> &Marks {
        &self.marks
    }
}

/// A halt as a fault; lines are counted from the one given.
fn fault(shown: &str, line: u64, halt: Halt) -> Fault {
    Fault(match halt {
        Halt::At(u64::MAX, text) => text,
        Halt::At(below, text) => format!("{shown}:{}: {text}", line + below),
        Halt::NotUtf8 => format!("{shown}: text must be UTF-8, found other bytes"),
        Halt::System(text) => format!("{shown}: {text}"),
    })
}

/// Whether no cell has anything, where there are several.
fn is_empty(cells: &StringRecord) -> bool {
    cells.len() > 1 && cells.iter().all(|cell| trim(cell).is_empty())
}

impl Seen {
    fn merge(&mut self, other: &Self) {
        for (looks, others) in self.looks.iter_mut().zip(&other.looks) {
            looks.merge(others);
        }
    }
}

impl Frame {
    fn of(shown: &str, header: &Header, saying: &Saying) -> Self {
        let names: Vec<String> = header.names.iter().map(|name| name.trim().to_owned()).collect();
        let named = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        Self {
            shown: shown.into(),
            header_line: header.line,
            named,
            names,
            marks: saying.marks.clone(),
            door: saying.door,
        }
    }

    /// Looks at a row. Its line is one of the file or of a part, as the caller counts.
    fn see(&self, seen: &mut Seen, line: u64, cells: &StringRecord) -> Result<()> {
        let width = self.names.len();
        if cells.len() != width {
            self.check_width(cells)?;
        }
        if is_empty(cells) {
            return Ok(());
        }
        for (looks, cell) in seen.looks.iter_mut().zip(cells) {
            looks.see(cell, &self.shown, line, &self.marks);
        }
        Ok(())
    }

    /// A row may lack columns without a name and have empty cells beyond them.
    fn check_width(&self, cells: &StringRecord) -> Result<()> {
        let filled = layout::filled(cells);
        let is_empty_line = filled == 0;
        if is_empty_line || (cells.len() >= self.named && filled <= self.names.len()) {
            return Ok(());
        }
        let is_short = cells.len() < self.named;
        let found = if is_short { cells.len() } else { filled };
        let first = cells.iter().map(trim).find(|cell| !cell.is_empty()).unwrap_or_default();
        let first: String = first.chars().take(20).collect();
        let until = self.door.option("until", &first);
        Err(Fault(format!(
            "a row must have {} column{} as the header in line {} has, found {found} ({}{})",
            self.names.len(),
            if self.names.len() == 1 { "" } else { "s" },
            self.header_line,
            self.door.how(),
            match is_short {
                true => format!("{until} ends the table above this row"),
                false => format!(
                    "{until} ends the table above this row; a cell with the delimiter in it must be \
                     quoted; {} begins the table below line {}",
                    self.door.number("skip", self.header_line),
                    self.header_line
                ),
            }
        )))
    }

    /// The table, once all is seen.
    fn file(self, seen: Seen, source: Source, notes: Vec<String>) -> Result<TextFile> {
        let columns = self.names.into_iter().zip(seen.looks).enumerate();
        let mut columns: Vec<_> = columns
            .map(|(position, (name, looks))| FileColumn { name, position, looks })
            // A column without a name and without cells, as a comma at the end of every line makes.
            .filter(|column| !column.name.is_empty() || !column.looks.is_empty())
            .collect();
        for column in columns.iter_mut().filter(|column| column.name.is_empty()) {
            // One with cells, as the row names of R, is called by its place.
            column.name = format!("column_{}", column.position + 1);
        }
        for (i, column) in columns.iter().enumerate() {
            let place = format!("{}:{}", self.shown, self.header_line);
            if column.name.contains(['\r', '\0']) {
                return Err(Fault(format!(
                    "{place}: must be text whose lines end in LF or CR LF, found {} in the header",
                    if column.name.contains('\0') { "NUL bytes" } else { "CR alone" }
                )));
            }
            if columns[..i].iter().any(|other| other.name == column.name) {
                return Err(Fault(format!(
                    "{place}: column names must be unique, found '{}' twice ({} joins the lines of \
                     a header)",
                    column.name,
                    self.door.number("header", 2)
                )));
            }
        }
        let (shown, marks) = (self.shown, self.marks);
        Ok(TextFile { shown, columns, notes, source, marks })
    }
}

/// The layout of a text.
struct Begun {
    header: Header,
    body: Body,
    notes: Vec<String>,
}

impl Begun {
    fn of(shown: &str, bytes: &TextBytes, saying: &Saying) -> Result<Self> {
        let system = |error| Fault::from_io(shown, error);
        let mut head = bytes.read(0, HEAD).map_err(system)?;
        let is_whole = head.len() as u64 == bytes.len;
        let mark = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let (named, line) = delimiter::named(&head[mark..]).unzip();
        let offset = mark + line.unwrap_or_default();
        if is_whole {
            head.extend_from_slice(END);
        }
        let begin = &head[offset..];
        let usual = saying.usual;
        let delimiter = match saying.delimiter.or(named) {
            Some(delimiter) => delimiter,
            None => delimiter::find(begin, is_whole, usual, shown)?,
        };
        let first = 1 + u64::from(line.is_some());
        let rows = layout::rows_of(begin, delimiter, is_whole, offset as u64, first, 400);
        let header = layout::header(&rows, &saying.stated, shown)?;
        let (from, line) = match header.end.checked_sub(1).map(|last| &rows[last]) {
            Some(last) => {
                let begin = usize::try_from(last.after).unwrap_or(head.len()).min(head.len());
                let lines = head[..begin].iter().filter(|byte| **byte == b'\n').count() as u64;
                (last.after.min(bytes.len), 1 + lines)
            }
            None => (offset as u64, first),
        };
        let width = header.names.len();
        let body = Body { range: Range { from, to: bytes.len, line }, delimiter };
        let (to, below) = match &saying.until {
            Some(until) => match find_line(bytes, from, until).map_err(system)? {
                Some(to) => (to, Vec::new()),
                None => return Err(not_found(shown, saying)),
            },
            None => notes_below(bytes, body, width).map_err(system)?,
        };
        let range = Range { to, ..body.range };
        let mut notes = told(&rows[..header.above], &below);
        if delimiter != usual {
            notes.push(format!("columns are separated by {:?}", char::from(delimiter)));
        }
        Ok(Self { header, body: Body { range, ..body }, notes })
    }
}

fn not_found(shown: &str, saying: &Saying) -> Fault {
    let until = saying.until.as_deref().unwrap_or_default();
    Fault(format!(
        "{shown}: until must be how a row below the table begins, found no row that begins with \
         '{until}'"
    ))
}

/// What is said of lines that are no rows of the table.
fn told(above: &[Row], below: &[Row]) -> Vec<String> {
    let line = |rows: &[Row], place: &str| {
        let told: Vec<_> = rows.iter().filter(|row| row.filled() > 0).collect();
        let first = told.first()?;
        let text = first.cells.iter().find(|cell| !cell.trim().is_empty())?.trim();
        let text: String = text.chars().take(40).collect();
        Some(format!(
            "{} {place} the table left out, the first in line {}: '{text}'",
            match told.len() {
                1 => "1 line".to_owned(),
                lines => format!("{lines} lines"),
            },
            first.line
        ))
    };
    [line(above, "above"), line(below, "below")].into_iter().flatten().collect()
}

/// Where the notes below a table begin, and their rows.
fn notes_below(bytes: &TextBytes, body: Body, width: usize) -> std::io::Result<(u64, Vec<Row>)> {
    let at = body.range.from.max(bytes.len.saturating_sub(TAIL));
    let mut tail = bytes.read(at, bytes.len)?;
    let skipped = match at == body.range.from {
        true => 0,
        false => tail.iter().position(|byte| *byte == b'\n').map_or(tail.len(), |at| at + 1),
    };
    tail.extend_from_slice(END);
    let begin = at + skipped as u64;
    let rows = layout::rows_of(&tail[skipped..], body.delimiter, true, begin, 1, usize::MAX);
    let notes = layout::notes(&rows, width);
    let below = rows[rows.len() - notes..].to_vec();
    if below.is_empty() {
        return Ok((bytes.len, below));
    }
    let before = match rows.len() - notes {
        0 => begin,
        above => rows[above - 1].after,
    };
    let lines = match at == body.range.from {
        true => body.range.line,
        false => 1 + bytes.lines(begin)?,
    };
    let below = below.into_iter().map(|row| Row { line: row.line - 1 + lines, ..row }).collect();
    Ok((before, below))
}

/// Where the first line stands that begins with a text, quotes and blanks before it left out.
fn find_line(bytes: &TextBytes, from: u64, text: &str) -> std::io::Result<Option<u64>> {
    const BLOCK: u64 = 1 << 20;
    let mut at = from;
    while at < bytes.len {
        let mut block = bytes.read(at, at + BLOCK)?;
        // Up to the last whole line.
        if at + (block.len() as u64) < bytes.len
            && let Some(end) = memchr::memrchr(b'\n', &block)
        {
            block.truncate(end + 1);
        }
        let mut line_at = at;
        for line in block.split_inclusive(|byte| *byte == b'\n') {
            let begin = line.iter().position(|byte| !b" \t\"".contains(byte)).unwrap_or(0);
            if line[begin..].starts_with(text.as_bytes()) {
                return Ok(Some(line_at));
            }
            line_at += line.len() as u64;
        }
        at += block.len() as u64;
    }
    Ok(None)
}
