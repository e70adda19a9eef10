//! The formats by the words that `--format` and `\f` take.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::export::Format;

/// Each format, its word and what `--help` says of it.
const FORMATS: [(Format, &str, &str); 12] = [
    (Format::Table, "table", "Columns aligned, for reading"),
    (Format::Csv, "csv", "Comma-separated, a header line, NULL empty"),
    (Format::Csv2, "csv2", "For Excel in Europe: as csv, but semicolons and decimal commas"),
    (Format::Tsv, "tsv", "As csv, separated by tabs"),
    (Format::Json, "json", "One array of objects"),
    (Format::Ndjson, "ndjson", "One object a line"),
    (Format::Markdown, "markdown", "A Markdown table"),
    (Format::Latex, "latex", "A LaTeX table (tabular, booktabs)"),
    (Format::Xlsx, "xlsx", "A workbook of Excel, with a sheet that says where it comes from"),
    (Format::Arrow, "arrow", "Arrow IPC: a file (.arrow), or a stream on standard output"),
    (Format::Arrows, "arrows", "Arrow IPC stream (.arrows)"),
    (Format::Parquet, "parquet", "Parquet, zstd, with statistics and page index"),
];

/// The format of a word; upper and lower case are one.
pub fn named(word: &str) -> Option<Format> {
    let named = FORMATS.iter().find(|(_, name, _)| name.eq_ignore_ascii_case(word));
    named.map(|(format, ..)| *format)
}

/// The words of the formats that a terminal can show.
pub fn words_of_text() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().filter(|(format, ..)| format.is_text()).map(|(_, word, _)| *word)
}

/// Reads `--format`.
pub fn parser() -> impl TypedValueParser<Value = Format> {
    let words = FORMATS.map(|(_, word, help)| PossibleValue::new(word).help(help));
    PossibleValuesParser::new(words).try_map(|word| named(&word).ok_or("must be a format"))
}
