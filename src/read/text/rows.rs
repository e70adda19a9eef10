//! Rows of cells out of bytes, each with its line.

use csv::{ByteRecord, ReaderBuilder, StringRecord, Terminator};

/// Put after the last row: the first ends it, and only an open quote takes the second.
pub const END: &[u8] = b"\n\n";

/// Reads rows from bytes that begin with one: lines cut at every delimiter up to the first quote,
/// and what follows by the rules of quoting.
pub struct Rows<'a> {
    text: &'a str,
    /// What comes after it: nothing, if the bytes are the last of the text, with [`END`] behind them.
    end: Read,
    delimiter: u8,
    /// Where the next line begins, and its number, as long as there was no quote.
    next: usize,
    next_line: u64,
    quoted: Option<Quoted<'a>>,
    /// The row that was read.
    pub cells: StringRecord,
    /// The line it begins on, counted from 0.
    pub line: u64,
    /// Where it ends.
    pub after: u64,
}

/// Reads the rows from the first with a quote on.
struct Quoted<'a> {
    reader: csv::Reader<&'a [u8]>,
    record: ByteRecord,
    /// Where they begin, and on which line.
    begin: u64,
    line: u64,
}

/// What came of reading a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// A row.
    Row,
    /// The bytes have no further row.
    None,
    /// The bytes end before the row does.
    Cut,
    /// A quote is open at the end of the text.
    Open,
    /// The bytes of the row are not UTF-8.
    NotUtf8,
}

impl<'a> Rows<'a> {
    /// Of bytes whose columns are separated by another.
    pub fn new(bytes: &'a [u8], delimiter: u8, is_last: bool) -> Self {
        const MARK: char = '\u{feff}';
        let (text, end) = match simdutf8::compat::from_utf8(bytes) {
            Ok(text) => (text, if is_last { Read::None } else { Read::Cut }),
            Err(error) => {
                let text = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
                let is_cut = !is_last && error.error_len().is_none();
                (text, if is_cut { Read::Cut } else { Read::NotUtf8 })
            }
        };
        Self {
            text,
            end,
            delimiter,
            next: if text.starts_with(MARK) { MARK.len_utf8() } else { 0 },
            next_line: 0,
            quoted: None,
            cells: StringRecord::new(),
            line: 0,
            after: 0,
        }
    }

    /// Reads the next row that is no empty line.
    pub fn next(&mut self) -> Read {
        while self.quoted.is_none() {
            let rest = &self.text[self.next..];
            let line = match memchr::memchr2(b'\n', b'"', rest.as_bytes()) {
                Some(end) if rest.as_bytes()[end] == b'\n' => &rest[..end],
                Some(_) => {
                    let quoted = Quoted::new(rest, self.delimiter, self.next, self.next_line);
                    self.quoted = Some(quoted);
                    break;
                }
                None if rest.is_empty() || self.end != Read::None => return self.end,
                None => rest,
            };
            self.line = self.next_line;
            self.next = self.text.len().min(self.next + line.len() + 1);
            self.next_line += 1;
            if matches!(line, "" | "\r") {
                continue;
            }
            self.after = self.next as u64;
            if self.is_broken() {
                return self.end;
            }
            cut(line, self.delimiter, &mut self.cells);
            return Read::Row;
        }
        self.next_quoted()
    }

    /// Whether the text ends with the row, which may not be all of it.
    fn is_broken(&self) -> bool {
        self.end != Read::None && self.after == self.text.len() as u64
    }

    fn next_quoted(&mut self) -> Read {
        while let Some(Quoted { reader, record, begin, line }) = &mut self.quoted {
            let before = reader.position().clone();
            // From bytes in memory, every record can be read.
            if !reader.read_byte_record(record).unwrap_or(false) {
                return self.end;
            }
            let after = reader.position();
            self.after = *begin + after.byte();
            let lines = after.line() - before.line();
            let is_end = self.after == self.text.len() as u64;
            if is_end && self.end != Read::None {
                return self.end;
            }
            let is_open = is_end && record.as_slice().ends_with(END);
            let below = match lines {
                1 if !is_open => before.line() - 1,
                _ => {
                    let inside = memchr::memchr_iter(b'\n', record.as_slice()).count() as u64;
                    after.line().saturating_sub(1 + u64::from(!is_open) + inside)
                }
            };
            self.line = *line + below;
            if is_open {
                return Read::Open;
            }
            // With CR LF an empty line is a CR and line ends, a quoted empty cell is more.
            let is_empty_line = record.len() == 1
                && record[0] == *b"\r"
                && after.byte() - before.byte() == lines + 1;
            if is_empty_line {
                continue;
            }
            return match StringRecord::from_byte_record(std::mem::take(record)) {
                Ok(cells) => {
                    *record = std::mem::replace(&mut self.cells, cells).into_byte_record();
                    Read::Row
                }
                Err(_) => Read::NotUtf8,
            };
        }
        Read::None
    }
}

impl<'a> Quoted<'a> {
    fn new(text: &'a str, delimiter: u8, begin: usize, line: u64) -> Self {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .terminator(Terminator::Any(b'\n')) // CR is trimmed: so lines can be counted
            .from_reader(text.as_bytes());
        Self { reader, record: ByteRecord::new(), begin: begin as u64, line }
    }
}

/// The cells of a line without quotes.
fn cut(line: &str, delimiter: u8, cells: &mut StringRecord) {
    cells.clear();
    let mut from = 0;
    for cell in line.as_bytes().split(|byte| *byte == delimiter) {
        cells.push_field(&line[from..from + cell.len()]);
        from += cell.len() + 1;
    }
}
