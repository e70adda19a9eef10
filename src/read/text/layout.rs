//! Where the table stands among the lines of a text or of a sheet: the lines above it, its header,
//! and the notes below it.

use csv::StringRecord;

use super::rows::{Read, Rows};
use crate::read::fault::{Fault, Result};
use crate::read::number::Number;

/// How many rows the beginning of a table is found in.
const HEAD: usize = 200;
/// How many lines may stand above a table, for it to be found.
const ABOVE: usize = 30;

/// A row with its place.
#[derive(Debug, Clone)]
pub struct Row {
    pub cells: StringRecord,
    /// The line it begins on, from 1.
    pub line: u64,
    /// Where it ends, in bytes.
    pub after: u64,
}

impl Row {
    /// Up to where it has cells that are not empty.
    pub fn filled(&self) -> usize {
        filled(&self.cells)
    }

    /// Whether its first text begins so.
    pub fn begins_with(&self, text: &str) -> bool {
        self.first().starts_with(text)
    }

    /// Up to where it has cells; one text in all of them, as in merged cells, counts as one.
    fn width(&self) -> usize {
        let mut texts = self.cells.iter().map(str::trim).filter(|cell| !cell.is_empty());
        let first = texts.next();
        let begins = self.cells.get(0).is_some_and(|cell| !cell.trim().is_empty());
        match begins && texts.all(|text| Some(text) == first) {
            true => 1,
            false => self.filled(),
        }
    }

    fn first(&self) -> &str {
        self.cells.iter().map(str::trim).find(|cell| !cell.is_empty()).unwrap_or_default()
    }
}

/// Up to where a row has cells that are not empty.
pub fn filled(cells: &StringRecord) -> usize {
    let is_filled = |column: &usize| !cells[*column].trim().is_empty();
    (0..cells.len()).rev().find(is_filled).map_or(0, |last| last + 1)
}

/// What was said of the layout.
#[derive(Debug, Clone, Default)]
pub struct Stated {
    /// Lines above the table.
    pub skip: Option<u64>,
    /// Lines of the header.
    pub header: Option<u64>,
}

/// The header of a table and where it stands.
#[derive(Debug, Clone)]
pub struct Header {
    /// The names of the columns, as they are written; empty where there is none.
    pub names: Vec<String>,
    /// Its first line.
    pub line: u64,
    /// How many of the rows stand above the table, and up to which row the header is.
    pub above: usize,
    /// See `above`.
    pub end: usize,
}

/// The rows of some bytes, so many at most; one that is cut off is left out.
pub fn rows_of(
    bytes: &[u8],
    delimiter: u8,
    is_last: bool,
    offset: u64,
    line: u64,
    most: usize,
) -> Vec<Row> {
    let mut rows = Rows::new(bytes, delimiter, is_last);
    let mut found = Vec::new();
    while found.len() < most && rows.next() == Read::Row {
        found.push(Row {
            cells: rows.cells.clone(),
            line: line + rows.line,
            after: offset + rows.after,
        });
    }
    found
}

/// Finds the header among the first rows.
///
/// Lines above a table are narrow, and the header is the first row as wide as those after it; or
/// one that fills a single cell of many. What is said goes before what is found.
pub fn header(rows: &[Row], stated: &Stated, shown: &str) -> Result<Header> {
    let rows = &rows[..rows.len().min(HEAD)];
    let above = match (stated.skip, stated.header) {
        (Some(skip), _) => rows.iter().take_while(|row| row.line <= skip).count(),
        (None, Some(0)) => 0,
        (None, _) => lines_above(rows),
    };
    let lines = usize::try_from(stated.header.unwrap_or(1)).unwrap_or(usize::MAX);
    let Some(table) = rows.get(above..).filter(|table| !table.is_empty()) else {
        return Err(Fault(match stated.skip {
            Some(skip) => format!("{shown}: must have a header below line {skip}, found no row"),
            None => format!("{shown}: must have a header, found an empty file"),
        }));
    };
    let line = table[0].line;
    if lines == 0 {
        let width = table.iter().map(|row| row.cells.len()).max().unwrap_or_default();
        let names = (1..=width).map(|column| format!("column_{column}")).collect();
        return Ok(Header { names, line, above, end: above });
    }
    let Some(lines) = table.get(..lines) else {
        return Err(Fault(format!(
            "{shown}: must have a header of {lines} lines, found {} rows in all",
            table.len()
        )));
    };
    Ok(Header { names: joined(lines), line, above, end: above + lines.len() })
}

/// The names of columns, one line of the header below the other. In all but the last an empty cell
/// has the name of the one before it, as merged cells have.
fn joined(lines: &[Row]) -> Vec<String> {
    let width = lines.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let mut names = vec![String::new(); width];
    for (i, row) in lines.iter().enumerate() {
        let mut before = "";
        for (column, name) in names.iter_mut().enumerate() {
            let cell = row.cells.get(column).unwrap_or_default().trim();
            let cell = if cell.is_empty() && i + 1 < lines.len() { before } else { cell };
            before = cell;
            // The same words below each other, as in cells merged downwards, are said once.
            if !cell.is_empty() && !name.ends_with(cell) {
                if !name.is_empty() {
                    name.push('_');
                }
                name.push_str(cell);
            }
        }
    }
    names
}

/// How many rows stand above the table.
fn lines_above(rows: &[Row]) -> usize {
    let filled: Vec<usize> = rows.iter().map(Row::width).collect();
    let widest_after = |from: usize| filled[from..].iter().copied().max().unwrap_or_default();
    for above in 0..rows.len().min(ABOVE) {
        let (row, width) = (&rows[above], rows[above].cells.len());
        // Something wider follows: a line above the table, if it is half as wide at most.
        if width < widest_after(above + 1) {
            if filled[above] * 2 <= widest_after(above + 1) {
                continue;
            }
            return 0;
        }
        // A title in the first cell of many, as programs write that pad all lines alike.
        let next = filled.get(above + 1..).into_iter().flatten().find(|filled| **filled > 0);
        let is_title = width > 2
            && filled[above] <= if width > 5 { 2 } else { 1 }
            && next.is_some_and(|next| *next > filled[above])
            && rows[above..]
                .iter()
                .take(ABOVE)
                .any(|below| below.filled() + 1 >= width && !below.cells[0].trim().is_empty());
        if filled[above] == 0 || is_title {
            continue;
        }
        let is_wider_than_above = filled[..above].iter().all(|narrow| narrow * 2 <= row.filled());
        return if is_wider_than_above { above } else { 0 };
    }
    0
}

/// How many of the last rows are notes below the table, or empty.
///
/// Notes are the rows after which nothing is as wide as the table: narrower than it, below an empty
/// line, or begun with a word such as `Source`.
pub fn notes(rows: &[Row], width: usize) -> usize {
    let is_narrow = |row: &Row| {
        let filled = row.filled();
        filled <= 1 || (row.cells.len() != width && filled * 2 <= width)
    };
    if width < 2 {
        return rows.iter().rev().take_while(|row| row.filled() == 0).count();
    }
    let narrow = rows.iter().rev().take_while(|row| is_narrow(row)).count();
    let last = &rows[rows.len() - narrow..];
    let before = rows.len().checked_sub(narrow + 1).map(|i| &rows[i]);
    let lines_of =
        |row: &Row| 1 + row.cells.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
    let begin = (0..last.len()).find(|&i| {
        let row = &last[i];
        let above = if i == 0 { before } else { Some(&last[i - 1]) };
        let is_below_empty_line =
            above.is_some_and(|above| row.line > above.line + lines_of(above) as u64);
        row.filled() == 0
            || (is_below_empty_line && Number::of(row.first()).is_none())
            || is_note(row.first())
    });
    begin.map_or(0, |begin| last.len() - begin)
}

/// Whether a text begins as notes below a table do.
fn is_note(text: &str) -> bool {
    const WORDS: [&str; 22] = [
        "source",
        "note",
        "notes",
        "data from",
        "last updated",
        "last update",
        "footnote",
        "©",
        "quelle",
        "anmerkung",
        "fuente",
        "nota",
        "fonte",
        "数据来源",
        "资料来源",
        "注",
        "来源",
        "备注",
        "出典",
        "注記",
        "(*)",
        "* ",
    ];
    let lower = text.to_lowercase();
    WORDS.iter().any(|word| {
        lower.strip_prefix(word).is_some_and(|rest| {
            !word.ends_with(char::is_alphabetic)
                || !word.is_ascii()
                || rest.starts_with([':', '.', ' ', '：'])
                || rest.is_empty()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        rows_of(format!("{text}\n\n").as_bytes(), b',', true, 0, 1, 1000)
    }

    fn found(text: &str) -> (u64, usize, usize) {
        let rows = rows(text);
        let header = header(&rows, &Stated::default(), "x").expect("a header");
        let width = header.names.len();
        (header.line, width, notes(&rows[header.end..], width))
    }

    #[test]
    fn tables() {
        for (text, expected) in [
            ("a,b\n1,2\n", (1, 2, 0)),
            ("a\n1\n2\n", (1, 1, 0)),
            ("a\n1\nSource: x\n", (1, 1, 0)),
            // World Bank.
            (
                "\"Data Source\",\"WDI\",\n\n\"Last Updated\",\"2020\",\n\n\"n\",\"c\",\"1960\",\"1961\",\"1962\",\nA,B,1,2,3,\n",
                (5, 6, 0),
            ),
            // NBS.
            (
                "db: x\nv: y\ntime: 20\nr,2024,2023,2022\nA,1,2,3\nB,1,2,3\n注：x\nsource: y\n",
                (4, 4, 2),
            ),
            // Lines padded to one width.
            ("Title,,,\n,,,\nr,2024,2023,2022\nA,1,2,3\n,,,\nSource: x,,,\n", (3, 4, 2)),
            // A unit whose values are all missing is no note.
            ("c,n,1,2\nA,a,1,2\nZ,,,\n", (1, 4, 0)),
            ("c,v\nA,1\nB,\n", (1, 2, 0)),
            ("c,v\nA,1\n\nSource: a yearbook\n", (1, 2, 1)),
            ("c,n,v\nA,a,1\nSource,,\n", (1, 3, 1)),
            ("c,n,v,w\nA,a,1,1\n\n\nData from database: x\nLast Updated: 12/16/2020\n", (1, 4, 2)),
            // A row that is too wide is a fault of that row, and no header.
            ("a,b\n1,2\n3,4,5\n", (1, 2, 0)),
            ("a,b,c,d\n1,2,3,4,\n1,2,3,4,\n", (1, 4, 0)),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn lines_of_a_header() {
        let rows = rows("GDP,,Pop,\n2020,2021,2020,2021\n1,2,3,4\n");
        let stated = Stated { header: Some(2), ..Stated::default() };
        let header = header(&rows, &stated, "x").expect("a header");
        assert_eq!(header.names, ["GDP_2020", "GDP_2021", "Pop_2020", "Pop_2021"]);
        assert_eq!(header.end, 2);
    }
}
