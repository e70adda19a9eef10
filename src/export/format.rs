//! The formats a result can be written in, and the endings of their files.

use std::path::Path;

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Columns aligned, for reading
    #[cfg(feature = "cli")]
    Table,
    /// Comma-separated, a header line, NULL empty
    Csv,
    /// For Excel in Europe: semicolons, decimal commas, UTF-8 with a mark, lines as on Windows
    Csv2,
    /// As csv, separated by tabs
    Tsv,
    /// One array of objects
    Json,
    /// One object a line
    Ndjson,
    /// A Markdown table
    #[cfg(feature = "cli")]
    Markdown,
    /// A LaTeX table (tabular, booktabs)
    Latex,
    /// A workbook of Excel
    #[cfg(feature = "excel")]
    Xlsx,
    /// Arrow IPC: a file (.arrow), or a stream on standard output
    Arrow,
    /// Arrow IPC stream (.arrows)
    Arrows,
    /// Parquet, zstd, with statistics and page index
    Parquet,
}

impl Format {
    /// The format that a file's ending stands for.
    pub fn from_ending(path: &Path) -> Option<Self> {
        Some(match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "arrow" | "feather" | "ipc" => Self::Arrow,
            "arrows" => Self::Arrows,
            "parquet" => Self::Parquet,
            "csv" => Self::Csv,
            "tsv" => Self::Tsv,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::Ndjson,
            "tex" => Self::Latex,
            #[cfg(feature = "excel")]
            "xlsx" => Self::Xlsx,
            #[cfg(feature = "cli")]
            "md" => Self::Markdown,
            #[cfg(feature = "cli")]
            "txt" => Self::Table,
            _ => return None,
        })
    }

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            #[cfg(feature = "cli")]
            Self::Table => "txt",
            Self::Csv | Self::Csv2 => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            #[cfg(feature = "cli")]
            Self::Markdown => "md",
            Self::Latex => "tex",
            #[cfg(feature = "excel")]
            Self::Xlsx => "xlsx",
            Self::Arrow => "arrow",
            Self::Arrows => "arrows",
            Self::Parquet => "parquet",
        }
    }

    /// Whether its files say where they come from.
    #[cfg(feature = "cli")]
    pub(crate) fn carries_metadata(self) -> bool {
        matches!(self, Self::Arrow | Self::Arrows | Self::Parquet)
    }

    /// Whether a person can read it.
    pub fn is_text(self) -> bool {
        match self {
            Self::Arrow | Self::Arrows | Self::Parquet => false,
            #[cfg(feature = "excel")]
            Self::Xlsx => false,
            _ => true,
        }
    }
}
