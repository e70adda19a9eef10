//! A sheet of a workbook, as rows of text.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Cell, Data, DataRef, Dimensions, ExcelDateTime, Ods, Reader, SheetType, SheetVisible, Sheets,
    Xls, Xlsb, Xlsx,
};

use super::container::Magic;
use super::fault::{Fault, Result};
use super::format::SheetName;

/// The most cells that are held, empty ones between others counted.
const MOST_CELLS: usize = 50_000_000;

type Book = Sheets<BufReader<File>>;

/// The cells of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// The name of the sheet.
    pub sheet: String,
    /// The visible sheets of the workbook, with or without cells.
    pub sheets: Vec<String>,
    /// The rows that have cells, all of one width: a gap in their numbers is empty rows.
    pub rows: Vec<GridRow>,
    /// The column of the first cell of every row, from 0.
    pub first_column: usize,
}

/// A row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridRow {
    /// As Excel counts, from 1.
    pub row: u64,
    /// The cells as a CSV file would hold them; an empty cell is empty.
    pub cells: Vec<String>,
}

/// Reads a sheet of a workbook.
///
/// # Errors
/// A workbook that is damaged or locked, a sheet or a range that is not there, a sheet without
/// cells or with too many.
pub fn read(
    file: File,
    kind: Magic,
    shown: &str,
    sheet: Option<&SheetName>,
    range: Option<&str>,
) -> Result<Grid> {
    let again = file.try_clone().map_err(|error| Fault::from_io(shown, error))?;
    let grid = catch_unwind(AssertUnwindSafe(|| {
        let mut book = open(file, again, kind, shown)?;
        read_book(&mut book, shown, sheet, range)
    }));
    grid.unwrap_or_else(|_| Err(damaged(shown, "its structure")))
}

fn damaged(shown: &str, error: impl std::fmt::Display) -> Fault {
    let error = error.to_string();
    let lower = error.to_lowercase();
    if lower.contains("password") || lower.contains("encrypt") {
        return locked(shown);
    }
    Fault(format!(
        "{shown}: workbook must be whole, found it damaged: {} (open it in a spreadsheet program \
         and save it again)",
        error.replace(char::is_control, " ")
    ))
}

fn locked(shown: &str) -> Fault {
    Fault(format!(
        "{shown}: workbook must not be encrypted, found a password on it (save it without one)"
    ))
}

fn open(file: File, mut again: File, kind: Magic, shown: &str) -> Result<Book> {
    let file = BufReader::new(file);
    match kind {
        Magic::Xlsx => Xlsx::new(file).map(Sheets::Xlsx).map_err(|e| damaged(shown, e)),
        Magic::Xlsb => Xlsb::new(file).map(Sheets::Xlsb).map_err(|e| damaged(shown, e)),
        Magic::Ods => Ods::new(file).map(Sheets::Ods).map_err(|e| damaged(shown, e)),
        Magic::OldExcel => {
            if is_encrypted(&mut again).map_err(|error| Fault::from_io(shown, error))? {
                return Err(locked(shown));
            }
            if is_oversized(&mut again).map_err(|error| Fault::from_io(shown, error))? {
                return Err(damaged(shown, "more cells than a sheet can have"));
            }
            Xls::new(file).map(Sheets::Xls).map_err(|e| damaged(shown, e))
        }
        other => Err(Fault(format!("{shown}: must be a workbook, found {}", other.words()))),
    }
}

/// An encrypted workbook of any kind is OLE2 with a stream of this name.
fn is_encrypted(file: &mut File) -> std::io::Result<bool> {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    any_window(file, name.len(), |bytes| bytes == name)
}

/// A damaged record of a sheet's size: calamine makes room for what it says, and the program ends
/// where there is not so much memory.
fn is_oversized(file: &mut File) -> std::io::Result<bool> {
    any_window(file, 18, |bytes| {
        if !bytes.starts_with(&[0, 2, 14, 0]) || bytes[16..] != [0, 0] {
            return false;
        }
        let first = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]);
        let end = u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]);
        let rows = end.wrapping_sub(first); // an end before the first is as many as can be
        let columns = u16::from_le_bytes([bytes[14], bytes[15]]);
        end > 0 && u64::from(rows) * u64::from(columns) > 1 << 28
    })
}

/// Whether a test holds for some bytes of this length, one after another, in a file.
fn any_window(
    file: &mut File,
    length: usize,
    test: impl Fn(&[u8]) -> bool,
) -> std::io::Result<bool> {
    let mut part = vec![0; 1 << 16];
    let (mut kept, mut found) = (0, false);
    file.rewind()?;
    while !found {
        let count = file.read(&mut part[kept..])?;
        if count == 0 {
            break;
        }
        let held = kept + count;
        found = part[..held].windows(length).any(&test);
        kept = held.min(length - 1);
        part.copy_within(held - kept..held, 0);
    }
    file.rewind()?;
    Ok(found)
}

/// Cells with something in them, in order: row, column, text.
type Cells = Vec<(u32, u32, String)>;

fn read_book(
    book: &mut Book,
    shown: &str,
    sheet: Option<&SheetName>,
    range: Option<&str>,
) -> Result<Grid> {
    let (area, of_range) = match range {
        None => (Area::ALL, None),
        Some(range) => named_area(book, shown, range)?,
    };
    let of_range = of_range.map(SheetName::Name);
    let all = book.sheets_metadata().to_vec();
    let visible: Vec<_> = all
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let names = match sheet.or(of_range.as_ref()) {
        Some(sheet) => vec![find(&all, shown, sheet)?],
        None => visible.clone(),
    };
    for name in &names {
        let cells = cells(book, shown, name)?;
        if !cells.is_empty() {
            let merged = merged(book, shown, name)?;
            let at = format!("{shown}: sheet '{name}'");
            let (first_column, rows) = rows(cells, area, &merged, &at)?;
            return Ok(Grid { sheet: name.clone(), sheets: visible, rows, first_column });
        }
    }
    Err(Fault(match &names[..] {
        [name] => format!("{shown}: sheet '{name}' must have cells, found none"),
        _ => format!("{shown}: a visible sheet must have cells, found none"),
    }))
}

fn find(all: &[calamine::Sheet], shown: &str, wanted: &SheetName) -> Result<String> {
    let found = match wanted {
        SheetName::Number(number) => {
            let count = all.len();
            number.checked_sub(1).and_then(|index| all.get(index)).ok_or_else(|| {
                Fault(format!("{shown}: sheet must be a number from 1 to {count}, got {number}"))
            })?
        }
        SheetName::Name(name) => {
            let alike: Vec<_> = all
                .iter()
                .filter(|sheet| sheet.name.trim().to_lowercase() == name.trim().to_lowercase())
                .collect();
            let exact = all.iter().find(|sheet| sheet.name == *name);
            match (exact, &alike[..]) {
                (Some(sheet), _) => sheet,
                (None, [sheet]) => *sheet,
                _ => return Err(no_sheet(all, shown, name)),
            }
        }
    };
    if found.typ != SheetType::WorkSheet {
        let name = &found.name;
        return Err(Fault(format!(
            "{shown}: sheet '{name}' must have cells, found a sheet of another kind (a chart or a \
             macro)"
        )));
    }
    Ok(found.name.clone())
}

fn no_sheet(all: &[calamine::Sheet], shown: &str, name: &str) -> Fault {
    let shortly = |sheet: &calamine::Sheet| sheet.name.replace(char::is_control, " ");
    let names: Vec<_> = all.iter().take(10).map(|sheet| format!("'{}'", shortly(sheet))).collect();
    let more = if all.len() > 10 { format!(" and {} more", all.len() - 10) } else { String::new() };
    Fault(format!("{shown}: sheet must be one of {}{more}, found '{name}'", names.join(", ")))
}

/// The cells that are not empty. Those of the newer kinds are read one by one: a sheet with two
/// cells far from each other would not fit into memory whole.
fn cells(book: &mut Book, shown: &str, name: &str) -> Result<Cells> {
    let mut cells = Cells::new();
    let fault = |error: &dyn std::fmt::Display| damaged(shown, error);
    match book {
        Sheets::Xlsx(book) => {
            let mut reader = book.worksheet_cells_reader(name).map_err(|e| fault(&e))?;
            while let Some(cell) = reader.next_cell().map_err(|e| fault(&e))? {
                push(&mut cells, &cell);
                check_count(cells.len(), shown, name)?;
            }
        }
        Sheets::Xlsb(book) => {
            let mut reader = book.worksheet_cells_reader(name).map_err(|e| fault(&e))?;
            while let Some(cell) = reader.next_cell().map_err(|e| fault(&e))? {
                push(&mut cells, &cell);
                check_count(cells.len(), shown, name)?;
            }
        }
        Sheets::Xls(_) | Sheets::Ods(_) => {
            let range = book.worksheet_range(name).map_err(|e| fault(&e))?;
            let (row, column) = range.start().unwrap_or_default();
            for (r, c, data) in range.used_cells() {
                let text = text(data);
                if !text.is_empty() {
                    cells.push((row + r as u32, column + c as u32, text));
                }
            }
        }
    }
    if !cells.is_sorted_by_key(|cell| (cell.0, cell.1)) {
        cells.sort_by_key(|cell| (cell.0, cell.1));
    }
    Ok(cells)
}

fn push(cells: &mut Cells, cell: &Cell<DataRef<'_>>) {
    let (row, column) = cell.get_position();
    let text = match cell.get_value() {
        DataRef::Empty => return,
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Float(x) => number(*x),
        other => text(&Data::from(other.clone())),
    };
    if !text.is_empty() {
        cells.push((row, column, text));
    }
}

fn check_count(count: usize, shown: &str, name: &str) -> Result<()> {
    if count <= MOST_CELLS {
        return Ok(());
    }
    Err(Fault(format!(
        "{shown}: sheet '{name}' must have at most {MOST_CELLS} cells, found more (take a part: \
         range => 'A1:F20')"
    )))
}

/// Merged regions, which calamine has for .xlsx and .xls only.
fn merged(book: &mut Book, shown: &str, name: &str) -> Result<Vec<Dimensions>> {
    match book {
        Sheets::Xlsx(book) => {
            book.merge_cells_by_sheet_name(name).map_err(|error| damaged(shown, error))
        }
        Sheets::Xls(book) => {
            book.merge_cells_by_sheet_name(name).map_err(|error| damaged(shown, error))
        }
        Sheets::Xlsb(_) | Sheets::Ods(_) => Ok(Vec::new()),
    }
}

/// The rows of an area, and their first column.
fn rows(
    cells: Cells,
    area: Area,
    merged: &[Dimensions],
    at: &str,
) -> Result<(usize, Vec<GridRow>)> {
    // A merged region may begin outside the area.
    let outer: Vec<_> = merged
        .iter()
        .filter_map(|region| {
            let found = cells.binary_search_by_key(&region.start, |cell| (cell.0, cell.1)).ok()?;
            Some((*region, cells[found].2.clone()))
        })
        .collect();
    let cells: Cells = cells.into_iter().filter(|cell| area.holds(cell.0, cell.1)).collect();
    let Some(last) = cells.iter().map(|cell| cell.1).max() else {
        return Err(Fault(format!("{at} must have cells in the range, found none")));
    };
    let least = cells.iter().map(|cell| cell.1).min().unwrap_or_default();
    let first = if area == Area::ALL { least } else { area.first.1 };
    let width = (last - first) as usize + 1;
    let count = cells.chunk_by(|a, b| a.0 == b.0).count();
    if count.saturating_mul(width) > MOST_CELLS {
        return Err(Fault(format!(
            "{at} must have at most {MOST_CELLS} cells, found {count} rows and {width} columns \
             (take a part: range => 'A1:F20')"
        )));
    }
    let mut rows: Vec<GridRow> = Vec::with_capacity(count);
    for (row, column, text) in cells {
        let row = u64::from(row) + 1;
        if rows.last().is_none_or(|last| last.row != row) {
            rows.push(GridRow { row, cells: vec![String::new(); width] });
        }
        if let Some(last) = rows.last_mut() {
            last.cells[(column - first) as usize] = text;
        }
    }
    fill(&mut rows, first, &outer);
    Ok((first as usize, rows))
}

/// Gives every cell of a merged region the text of its first, in the rows that are there.
fn fill(rows: &mut [GridRow], first: u32, merged: &[(Dimensions, String)]) {
    let mut left = MOST_CELLS;
    for (region, text) in merged {
        let from = rows.partition_point(|row| row.row <= u64::from(region.start.0));
        for row in rows[from..].iter_mut() {
            if row.row > u64::from(region.end.0) + 1 || left == 0 || region.end.1 < first {
                break;
            }
            let end = ((region.end.1 - first) as usize + 1).min(row.cells.len());
            let start = (region.start.1.saturating_sub(first) as usize).min(end);
            for cell in row.cells[start..end].iter_mut().filter(|cell| cell.is_empty()) {
                cell.clone_from(text);
                left = left.saturating_sub(1);
            }
            left = left.saturating_sub(1);
        }
    }
}

/// A part of a sheet: rows and columns from 0, both ends in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    first: (u32, u32),
    last: (u32, u32),
}

impl Area {
    const ALL: Self = Self { first: (0, 0), last: (u32::MAX, u32::MAX) };

    fn holds(self, row: u32, column: u32) -> bool {
        (self.first.0..=self.last.0).contains(&row)
            && (self.first.1..=self.last.1).contains(&column)
    }

    /// `B3:F20`, `B3:`, `B3`, `B:F`, `3:20`; `$` is let pass.
    fn parse(range: &str) -> Option<Self> {
        let range = range.replace('$', "");
        let (begin, end) = range.split_once(':').unwrap_or((&range, ""));
        let (row, column) = corner(begin)?;
        let (last_row, last_column) = if end.is_empty() { (None, None) } else { corner(end)? };
        if row.is_none() && column.is_none() {
            return None;
        }
        let first = (row.unwrap_or(0), column.unwrap_or(0));
        let last = (last_row.unwrap_or(u32::MAX), last_column.unwrap_or(u32::MAX));
        (first.0 <= last.0 && first.1 <= last.1).then_some(Self { first, last })
    }
}

/// The row and the column of `B3`, `B` or `3`, from 0.
fn corner(text: &str) -> Option<(Option<u32>, Option<u32>)> {
    let text = text.trim().to_ascii_uppercase();
    let split = text.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(text.len());
    let (letters, digits) = text.split_at(split);
    if letters.len() > 3 {
        return None;
    }
    let column = letters.bytes().fold(0, |sum, letter| sum * 26 + u32::from(letter - b'A') + 1);
    let row = match digits {
        "" => None,
        digits => Some(digits.parse::<u32>().ok().filter(|row| *row > 0)? - 1),
    };
    Some((row, column.checked_sub(1)))
}

/// An area by its corners or by a name of the workbook, which has a sheet as well.
fn named_area(book: &Book, shown: &str, range: &str) -> Result<(Area, Option<String>)> {
    let defined = book.defined_names().iter();
    let defined: Vec<_> = defined.filter(|name| name.0.eq_ignore_ascii_case(range)).collect();
    let meant = defined.first().map_or(range, |name| name.1.as_str());
    let (sheet, corners) = match meant.rsplit_once('!') {
        Some((sheet, corners)) => (Some(unquoted(sheet)), corners),
        None => (None, meant),
    };
    let is_cell = !defined.is_empty() && !corners.contains(':');
    let corners = if is_cell { format!("{corners}:{corners}") } else { corners.to_owned() };
    match Area::parse(&corners) {
        Some(area) => Ok((area, sheet)),
        None => Err(Fault(format!(
            "{shown}: range must be as 'B3:F20', 'B3:' or 'B:F', or a name of the workbook, got \
             '{range}'"
        ))),
    }
}

fn unquoted(sheet: &str) -> String {
    let inner = sheet.trim_start_matches('=');
    let inner = inner.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(inner);
    inner.replace("''", "'")
}

/// A cell as a CSV file would hold it.
fn text(data: &Data) -> String {
    match data {
        Data::Int(value) => value.to_string(),
        Data::Float(value) => number(*value),
        Data::String(text) => text.clone(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(value) => date_time(value),
        Data::DateTimeIso(text) => iso(text),
        Data::DurationIso(text) => duration(text).unwrap_or_else(|| text.clone()),
        Data::Error(error) => error.to_string(),
        Data::Empty => String::new(),
    }
}

/// The shortest text that reads back as the same number.
fn number(x: f64) -> String {
    match x.abs() {
        0.0 => "0".to_owned(),
        size if (1e-7..1e17).contains(&size) => x.to_string(),
        _ => format!("{x:e}"),
    }
}

fn date_time(value: &ExcelDateTime) -> String {
    let x = value.as_f64();
    if value.is_duration() {
        return clock(x * 86_400.0);
    }
    // Beyond what a spreadsheet has as a date.
    if !(0.0..2_958_466.0).contains(&x) {
        return number(x);
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    let time = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    let date = format!("{year:04}-{month:02}-{day:02}");
    // Without a day: the 0 of the dates from 1900 is no date, but midnight as a time.
    if x > 0.0 && x < 1.0 || year < 1900 {
        time
    } else if (hour, minute, second, milli) == (0, 0, 0, 0) {
        date
    } else {
        format!("{date} {time}")
    }
}

/// Seconds as hours, minutes and seconds.
fn clock(seconds: f64) -> String {
    let millis = (seconds.abs() * 1000.0).round() as u64;
    let sign = if seconds < 0.0 && millis > 0 { "-" } else { "" };
    let (seconds, millis) = (millis / 1000, millis % 1000);
    let fraction = if millis == 0 { String::new() } else { format!(".{millis:03}") };
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{sign}{hour:02}:{minute:02}:{second:02}{fraction}")
}

fn iso(text: &str) -> String {
    let text = text.replacen('T', " ", 1);
    text.strip_suffix(" 00:00:00").map_or(text.clone(), str::to_owned)
}

/// `PT10H30M05S` as hours, minutes and seconds.
fn duration(text: &str) -> Option<String> {
    let (sign, rest) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let (days, time) = rest.strip_prefix('P')?.split_once('T')?;
    let days = days.strip_suffix('D').unwrap_or("0").parse::<f64>().ok()?;
    let (mut seconds, mut digits) = (days * 86_400.0, String::new());
    for c in time.chars() {
        let size = match c {
            'H' => 3600.0,
            'M' => 60.0,
            'S' => 1.0,
            _ => {
                digits.push(if c == ',' { '.' } else { c });
                continue;
            }
        };
        seconds += size * std::mem::take(&mut digits).parse::<f64>().ok()?;
    }
    Some(clock(sign * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let area = |first, last| Some(Area { first, last });
        assert_eq!(Area::parse("$B$3:f20"), area((2, 1), (19, 5)));
        assert_eq!(Area::parse("B3:"), area((2, 1), (u32::MAX, u32::MAX)));
        assert_eq!(Area::parse("B3"), Area::parse("B3:"));
        assert_eq!(Area::parse("B:F"), area((0, 1), (u32::MAX, 5)));
        assert_eq!(Area::parse("3:20"), area((2, 0), (19, u32::MAX)));
        for wrong in ["", ":", "B0", "F20:B3", "ABCD1", "1B", "B3:F20:G1", "数"] {
            assert_eq!(Area::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_read_back() {
        let texts = [(1.0, "1"), (-0.0, "0"), (0.1 + 0.2, "0.30000000000000004"), (1e300, "1e300")];
        for (x, text) in texts {
            assert_eq!(number(x), text);
            assert_eq!(text.parse::<f64>(), Ok(x));
        }
    }

    #[test]
    fn durations() {
        assert_eq!(duration("PT36H05M00.5S").as_deref(), Some("36:05:00.500"));
        assert_eq!(duration("P1DT1H").as_deref(), Some("25:00:00"));
        assert_eq!(clock(-90.0), "-00:01:30");
        assert_eq!(iso("2024-01-31T00:00:00"), "2024-01-31");
    }

    #[test]
    fn merged_cells_are_filled_in_rows_that_are_there() {
        let cell = |row, column, text: &str| (row, column, text.to_owned());
        let cells = vec![cell(0, 1, "head"), cell(1, 0, "u"), cell(1, 2, "x"), cell(3, 2, "y")];
        let merged = [Dimensions::new((0, 1), (0, 2)), Dimensions::new((1, 0), (3, 0))];
        let (first, rows) = rows(cells, Area::ALL, &merged, "t").unwrap();
        let rows: Vec<_> = rows.into_iter().map(|row| (row.row, row.cells.join(","))).collect();
        assert_eq!(first, 0);
        let expected = [(1, ",head,head"), (2, "u,,x"), (4, "u,,y")];
        assert_eq!(rows, expected.map(|(row, cells)| (row, cells.to_owned())));
    }
}
