//! Rows of cells out of bytes, each with its line.

use csv::{ByteRecord, ReaderBuilder, StringRecord, Terminator};

/// Put after the last row: the first ends it, and only an open quote takes the second.
pub const END: &[u8] = b"\n\n";

/// Reads rows from bytes that begin with one.
pub struct Rows<'a> {
    reader: csv::Reader<&'a [u8]>,
    length: u64,
    /// Whether the bytes are the last of the text, with [`END`] behind them.
    is_last: bool,
    bytes: ByteRecord,
    /// The row that was read.
    pub cells: StringRecord,
    /// The line it begins on, counted from 0.
    pub line: u64,
    /// Where it ends.
    pub after: u64,
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
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .terminator(Terminator::Any(b'\n')) // CR is trimmed: so lines can be counted
            .from_reader(bytes);
        Self {
            reader,
            length: bytes.len() as u64,
            is_last,
            bytes: ByteRecord::new(),
            cells: StringRecord::new(),
            line: 0,
            after: 0,
        }
    }

    /// Reads the next row that is no empty line.
    pub fn next(&mut self) -> Read {
        loop {
            let before = self.reader.position().clone();
            // From bytes in memory, every record can be read.
            if !self.reader.read_byte_record(&mut self.bytes).unwrap_or(false) {
                return Read::None;
            }
            let after = self.reader.position();
            self.after = after.byte();
            let lines = after.line() - before.line();
            let is_open =
                self.is_last && after.byte() == self.length && self.bytes.as_slice().ends_with(END);
            self.line = match lines {
                1 if !is_open => before.line().saturating_sub(1),
                _ => {
                    let inside =
                        self.bytes.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
                    after.line().saturating_sub(1 + u64::from(!is_open) + inside)
                }
            };
            if is_open {
                return Read::Open;
            }
            if !self.is_last && after.byte() == self.length {
                return Read::Cut;
            }
            // With CR LF an empty line is a CR and line ends, a quoted empty cell is more.
            let is_empty_line = self.bytes.len() == 1
                && self.bytes[0] == *b"\r"
                && after.byte() - before.byte() == lines + 1;
            if is_empty_line {
                continue;
            }
            return match StringRecord::from_byte_record(std::mem::take(&mut self.bytes)) {
                Ok(cells) => {
                    self.bytes = std::mem::replace(&mut self.cells, cells).into_byte_record();
                    Read::Row
                }
                Err(_) => Read::NotUtf8,
            };
        }
    }
}
