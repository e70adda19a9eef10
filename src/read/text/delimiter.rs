//! What separates the columns of a text.

use super::rows::{Read, Rows};
use crate::read::fault::{Fault, Result};

/// What may separate columns, as a reader of messages knows it.
const DELIMITERS: [(u8, &str); 4] =
    [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab"), (b'|', "vertical bar")];
/// How many rows are looked at.
const ROWS: usize = 200;

/// The delimiter of a first line `sep=;`, as Excel writes and reads it, and the line's length.
pub fn named(head: &[u8]) -> Option<(u8, usize)> {
    let length = head.iter().position(|byte| *byte == b'\n')? + 1;
    let line = std::str::from_utf8(&head[..length]).ok()?.trim_end_matches(['\r', '\n']);
    let line = line.trim_matches('"');
    let named = line.get(..4).filter(|name| name.eq_ignore_ascii_case("sep="));
    match (named, line.as_bytes().get(4..)?) {
        (Some(_), [delimiter]) => Some((*delimiter, length)),
        (Some(_), b"\\t") => Some((b'\t', length)),
        _ => None,
    }
}

/// The delimiter that a user writes: one character, or `tab`.
pub fn stated(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n".contains(byte) => {
            Some(*byte)
        }
        b"\\t" => Some(b'\t'),
        _ if text.eq_ignore_ascii_case("tab") => Some(b'\t'),
        _ => None,
    }
}

/// How a text looks with one delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    delimiter: u8,
    name: &'static str,
    /// How many columns most rows have, and how many rows that is.
    columns: usize,
    rows: usize,
    /// How many columns the first row has.
    first: usize,
}

/// What separates the columns: what makes most rows alike; of two that do, what the ending says.
pub fn find(head: &[u8], is_whole: bool, usual: u8, shown: &str) -> Result<u8> {
    let looks = DELIMITERS.map(|(delimiter, name)| look(head, is_whole, delimiter, name));
    let several = looks.iter().filter(|look| look.columns > 1);
    let best = several.max_by_key(|look| (look.rows, look.columns, look.delimiter == usual));
    let Some(best) = best else {
        return Ok(usual);
    };
    let mine = looks.iter().find(|look| look.delimiter == usual).unwrap_or(best);
    // The header has both, and so have the rows.
    let twin = looks
        .iter()
        .find(|look| look.delimiter != usual && look.rows >= mine.rows && look.first >= mine.first);
    if let (b',', true, Some(twin)) = (usual, mine.first > 1, twin)
        && mine.rows >= best.rows
        && twin.first > 1
    {
        return Err(Fault(format!(
            "{shown}: the header must have its columns separated by one of comma, semicolon, tab \
             and vertical bar, found {} by {} and {} by {} (quote the names that hold one of them)",
            mine.first, mine.name, twin.first, twin.name
        )));
    }
    Ok(best.delimiter)
}

fn look(head: &[u8], is_whole: bool, delimiter: u8, name: &'static str) -> Look {
    let mut rows = Rows::new(head, delimiter, is_whole);
    let mut widths: Vec<(usize, usize)> = Vec::new();
    let (mut first, mut seen) = (None, 0);
    while seen < ROWS && rows.next() == Read::Row {
        let width = rows.cells.len();
        first.get_or_insert(width);
        seen += 1;
        match widths.iter_mut().find(|(known, _)| *known == width) {
            Some((_, count)) => *count += 1,
            None => widths.push((width, 1)),
        }
    }
    let several = widths.iter().filter(|(width, _)| *width > 1);
    let (columns, rows) = several.max_by_key(|(width, count)| (*count, *width)).unwrap_or(&(1, 0));
    Look { delimiter, name, columns: *columns, rows: *rows, first: first.unwrap_or(0) }
}
