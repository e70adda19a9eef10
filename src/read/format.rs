//! What a file is, by its ending or by name.

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text, columns separated by this byte unless the file says otherwise.
    Text(u8),
    /// A workbook.
    Sheet,
    /// An array of objects, or an object a line.
    Json,
    /// Arrow IPC.
    Arrow,
    /// Parquet.
    Parquet,
}

/// The formats by the words that name them.
pub const FORMATS: [(&str, Format); 12] = [
    ("csv", Format::Text(b',')),
    ("tsv", Format::Text(b'\t')),
    ("txt", Format::Text(b',')),
    ("xlsx", Format::Sheet),
    ("xls", Format::Sheet),
    ("xlsb", Format::Sheet),
    ("ods", Format::Sheet),
    ("json", Format::Json),
    ("ndjson", Format::Json),
    ("arrow", Format::Arrow),
    ("arrows", Format::Arrow),
    ("parquet", Format::Parquet),
];

impl Format {
    /// By the ending of a file.
    pub fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "parquet" => Self::Parquet,
            // What is in an archive is known when it is opened.
            "csv" | "txt" | "dat" | "prn" | "zip" => Self::Text(b','),
            "tsv" | "tab" => Self::Text(b'\t'),
            "psv" => Self::Text(b'|'),
            "xlsx" | "xlsm" | "xls" | "xlsb" | "ods" => Self::Sheet,
            "json" | "ndjson" | "jsonl" => Self::Json,
            "arrow" | "arrows" | "feather" | "ipc" => Self::Arrow,
            _ => return None,
        })
    }
}

/// A sheet as the user names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetName {
    /// By its name; case is ignored if that leaves one.
    Name(String),
    /// By its place among all sheets, from 1.
    Number(usize),
}
