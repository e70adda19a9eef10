//! The rows of a text part by part, several at a time.
//!
//! A part begins after the first line feed at its place, if the part before ends there: only then is
//! that line feed between two rows and not within a cell. If it is not, parts are read in turn.

use std::sync::atomic::{AtomicUsize, Ordering};

use csv::StringRecord;

use super::bytes::TextBytes;
use super::rows::{END, Read, Rows};
use crate::read::fault::Fault;

/// How many bytes a part has, at least and at most, and how many parts are enough.
const PART: u64 = if cfg!(test) { 64 << 10 } else { 4 << 20 };
const LARGEST: u64 = 32 << 20;
const ENOUGH: u64 = 512;
/// How far a row may go beyond its part, at first and at most.
const BEYOND: u64 = 64 << 10;
const LONGEST: u64 = 64 << 20;

/// Where rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first byte.
    pub from: u64,
    /// The byte after the last.
    pub to: u64,
    /// The line of the first byte, from 1.
    pub line: u64,
}

/// Rows of a text between two bytes.
#[derive(Debug, Clone, Copy)]
pub struct Body {
    /// Where they are.
    pub range: Range,
    /// What separates their cells.
    pub delimiter: u8,
}

impl Body {
    /// Its parts, before anything is read: only the first begins where it must.
    fn parts(&self) -> Vec<Range> {
        let Range { from, to, line } = self.range;
        let part = (to.saturating_sub(from) / ENOUGH).clamp(PART, LARGEST);
        let count = to.saturating_sub(from).div_ceil(part).max(1);
        (0..count)
            .map(|i| Range { from: from + i * part, to: to.min(from + (i + 1) * part), line })
            .collect()
    }
}

/// What a part was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walked {
    /// Where its first row begins, and its last one ends.
    pub from: u64,
    /// See `from`.
    pub to: u64,
    /// How many lines that is.
    pub lines: u64,
}

/// Why a part was not read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Halt {
    /// The text is not UTF-8.
    NotUtf8,
    /// A fault, and how many lines below the part's first it is, if it has a line.
    At(u64, String),
    /// The system failed.
    System(String),
}

/// What takes rows in: it is given the line of each, from 0 at the part's first row.
pub type See<'a> = &'a mut dyn FnMut(u64, &StringRecord) -> Result<(), Fault>;

/// Reads the rows that begin in a part. Unless it begins with a row, its first is the one after the
/// first line feed.
pub fn walk(
    bytes: &TextBytes,
    body: Body,
    part: Range,
    begins: bool,
    see: See<'_>,
) -> Result<Walked, Halt> {
    let mut found: Option<Walked> = None;
    let mut beyond = BEYOND;
    loop {
        // The line feed before the part may be the one that ends a row.
        let at = match &found {
            Some(walked) => walked.to,
            None if begins => part.from,
            None => part.from - 1,
        };
        let end = body.range.to.min(part.to.saturating_add(beyond));
        let is_last = end == body.range.to;
        let mut text = bytes.read(at, end).map_err(|error| Halt::System(error.to_string()))?;
        let start = match begins || found.is_some() {
            true => 0,
            false => text.iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| at + 1),
        };
        let from = at + start as u64;
        let walked = found.get_or_insert(Walked { from, to: from, lines: 0 });
        if from >= part.to {
            return Ok(*walked);
        }
        if is_last {
            text.extend_from_slice(END);
        }
        let text = &text[start..];
        let lines = walked.lines;
        let mut below = |line: u64, cells: &StringRecord| see(lines + line, cells);
        let (length, is_cut) = rows(text, body.delimiter, is_last, part.to - from, &mut below)
            .map_err(|halt| halt.below(lines))?;
        let length = length.min(end - from);
        walked.to = from + length;
        walked.lines += memchr::memchr_iter(b'\n', &text[..length as usize]).count() as u64;
        if !is_cut {
            return Ok(*walked);
        }
        if beyond >= LONGEST {
            let text = format!(
                "a row must end within {} MiB, found none that does (an open quote?)",
                LONGEST >> 20
            );
            return Err(Halt::At(walked.lines, text));
        }
        beyond = (beyond * 16).min(LONGEST);
    }
}

impl Halt {
    fn below(self, lines: u64) -> Self {
        match self {
            Self::At(line, text) => Self::At(line + lines, text),
            other => other,
        }
    }
}

/// Reads rows up to the first that begins at `to` or later. Returns where they end, and whether the
/// bytes end within the row after them.
fn rows(
    text: &[u8],
    delimiter: u8,
    is_last: bool,
    to: u64,
    see: See<'_>,
) -> Result<(u64, bool), Halt> {
    let mut rows = Rows::new(text, delimiter, is_last);
    let mut end = 0;
    while end < to {
        match rows.next() {
            Read::Row => {
                see(rows.line, &rows.cells).map_err(|fault| Halt::At(rows.line, fault.0))?;
                end = rows.after;
            }
            Read::None => return Ok((to.max(end), false)),
            Read::Cut => return Ok((end, true)),
            Read::Open => {
                let fault = "a quote must be closed, found the end of the file".to_owned();
                return Err(Halt::At(rows.line, fault));
            }
            Read::NotUtf8 => return Err(Halt::NotUtf8),
        }
    }
    Ok((end, false))
}

/// Reads all rows of a text, several parts at a time. Returns the parts as they are, with what was
/// made of each.
pub fn read_all<T: Send>(
    bytes: &TextBytes,
    body: Body,
    threads: usize,
    begin: impl Fn() -> T + Sync,
    see: impl Fn(&mut T, u64, &StringRecord) -> Result<(), Fault> + Sync,
) -> Result<Vec<(Range, T)>, Halt> {
    let parts = body.parts();
    let one = |part: Range, begins: bool| {
        let mut made = begin();
        let walked =
            walk(bytes, body, part, begins, &mut |line, cells| see(&mut made, line, cells));
        (walked, made)
    };
    let mut read = at_a_time(&parts, threads, |i, part| one(part, i == 0));
    let mut found: Vec<(Range, T)> = Vec::with_capacity(parts.len());
    let (mut at, mut line) = (body.range.from, body.range.line);
    let mut is_chain = true;
    for (i, part) in parts.iter().enumerate() {
        let mut this = read[i].take();
        if let Some((Ok(walked), _)) = &this
            && walked.from != at
        {
            is_chain = false;
        }
        if !is_chain || !matches!(this, Some((Ok(_), _))) {
            // Only what begins where the part before ends is known to be right.
            this = Some(one(Range { from: at, to: part.to.max(at), line }, true));
        }
        let Some((walked, made)) = this else { continue };
        let walked = walked.map_err(|halt| halt.below(line))?;
        is_chain |= walked.to >= part.to;
        found.push((Range { from: walked.from, to: walked.to, line }, made));
        (at, line) = (walked.to, line + walked.lines);
    }
    Ok(found)
}

/// What is made of each part, so many at a time.
fn at_a_time<T: Send>(
    parts: &[Range],
    threads: usize,
    one: impl Fn(usize, Range) -> T + Sync,
) -> Vec<Option<T>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut made = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(part) = parts.get(i) else { return made };
            made.push((i, one(i, *part)));
        }
    };
    let mut all: Vec<Option<T>> = parts.iter().map(|_| None).collect();
    let made = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(parts.len())).map(|_| scope.spawn(work)).collect();
        let mut made = work();
        for other in others {
            made.extend(other.join().unwrap_or_default());
        }
        made
    });
    for (i, one) in made {
        all[i] = Some(one);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows with their lines, as one reader of the whole text sees them.
    fn whole(text: &str) -> Vec<(u64, String)> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.expect("a row");
            let line = record.position().expect("a place").line();
            rows.push((line, record.iter().collect::<Vec<_>>().join("|")));
        }
        rows
    }

    fn in_parts(text: &str) -> Vec<(u64, String)> {
        let bytes = TextBytes::of_reader(text.as_bytes()).expect("bytes");
        let range = Range { from: 0, to: bytes.len, line: 1 };
        let body = Body { range, delimiter: b',' };
        let see = |rows: &mut Vec<(u64, String)>, line, cells: &StringRecord| {
            rows.push((line, cells.iter().map(str::trim).collect::<Vec<_>>().join("|")));
            Ok(())
        };
        let read = read_all(&bytes, body, 3, Vec::new, see).expect("rows");
        let mut all = Vec::new();
        for (part, rows) in read {
            // A part read alone is the same as one read with the others.
            let mut alone = Vec::new();
            let mut see = |line, cells: &StringRecord| {
                alone.push((line, cells.iter().map(str::trim).collect::<Vec<_>>().join("|")));
                Ok(())
            };
            walk(&bytes, body, part, true, &mut see).expect("rows");
            assert_eq!(alone, rows);
            all.extend(rows.into_iter().map(|(line, cells)| (line + part.line, cells)));
        }
        all
    }

    #[test]
    fn parts_are_the_whole() {
        let plain: String = (0..20_000).map(|i| format!("u{i},{},省\n", i * 7 % 1000)).collect();
        assert!(plain.len() as u64 > 2 * PART);
        assert!(in_parts(&plain) == whole(&plain), "plain rows");
        // Line feeds within cells, also where a part begins.
        let cell = "\"a\nb\n,c\"".to_owned();
        let quoted: String = (0..20_000).map(|i| format!("{cell},{i},y\n")).collect();
        let (found, expected) = (in_parts(&quoted), whole(&quoted));
        let differs = found.iter().zip(&expected).position(|(a, b)| a != b);
        assert_eq!(differs.map(|i| (&found[i], &expected[i])), None);
        assert_eq!(found.len(), expected.len());
        // A cell that is longer than what is read beyond a part.
        let long = format!("1,2,3\n\"{}z\",2,3\n4,5,6\n", "z\n".repeat(300_000));
        assert!(in_parts(&long) == whole(&long), "a long cell");
    }
}
