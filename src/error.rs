//! Errors of the engine in one line: `where: what must be, what was`, and a hint in parentheses if
//! there is one. *Got* a value, *found* a thing: a type, rows, columns.

mod engine;

use std::borrow::Cow;

use datafusion::arrow::error::ArrowError;
use datafusion::common::DataFusionError;
use datafusion::parquet::errors::ParquetError;
use datafusion::sql::sqlparser::parser::ParserError;

pub(crate) use engine::{MORE_MEMORY, Shortage};

/// An engine error as one line, without the layers it came through.
#[must_use]
pub fn describe(error: &DataFusionError) -> String {
    let message: Cow<'_, str> = match error {
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => {
            return describe(inner);
        }
        DataFusionError::Shared(inner) => return describe(inner),
        DataFusionError::Collection(errors) if !errors.is_empty() => {
            let all: Vec<_> = errors.iter().map(describe).collect();
            return all.join("; ");
        }
        DataFusionError::ArrowError(inner, _) => match inner.as_ref() {
            ArrowError::ExternalError(inner) => return describe_external(inner.as_ref()),
            ArrowError::ParquetError(message)
            | ArrowError::CsvError(message)
            | ArrowError::JsonError(message)
            | ArrowError::ParseError(message)
            | ArrowError::CastError(message)
            | ArrowError::ComputeError(message)
            | ArrowError::InvalidArgumentError(message) => message.into(),
            inner => inner.to_string().into(),
        },
        DataFusionError::ParquetError(inner) => match inner.as_ref() {
            ParquetError::External(inner) => {
                return describe_external(inner.as_ref());
            }
            ParquetError::General(message)
            | ParquetError::NYI(message)
            | ParquetError::EOF(message)
            | ParquetError::ArrowError(message) => message.into(),
            inner => inner.to_string().into(),
        },
        DataFusionError::External(inner) => return describe_external(inner.as_ref()),
        DataFusionError::SQL(inner, _) => match inner.as_ref() {
            ParserError::ParserError(message) | ParserError::TokenizerError(message) => {
                message.into()
            }
            inner => inner.to_string().into(),
        },
        DataFusionError::SchemaError(inner, _) => inner.to_string().into(),
        other => other.message(),
    };
    one_line(&message)
}

/// Whether the first word is that of a file, or of a place.
fn begins_with_a_path(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or_default();
    word.trim_end_matches('.').contains(['.', '/', '\\', ':'])
}

fn describe_external(error: &(dyn std::error::Error + 'static)) -> String {
    match error.downcast_ref::<DataFusionError>() {
        Some(error) => describe(error),
        None => one_line(&error.to_string()),
    }
}

/// The layers that an error came through, as the engine names them.
const LAYERS: [&str; 17] = [
    "Error during planning: ",
    "Execution error: ",
    "Arrow error: ",
    "Parquet argument error: ",
    "Parquet error: ",
    "External: ",
    "Internal error: ",
    "Cast error: ",
    "Compute error: ",
    "Invalid argument error: ",
    "Parser error: ",
    "Schema error: ",
    "Csv error: ",
    "Json error: ",
    "Not yet implemented: ",
    "This feature is not implemented: ",
    "Resources exhausted: ",
];

/// A text without the names of layers, at its beginning and after a place.
fn without_layers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let is_begin = out.is_empty() || out.ends_with(": ");
        if let Some(layer) = LAYERS.iter().find(|layer| is_begin && rest.starts_with(**layer)) {
            rest = &rest[layer.len()..];
            continue;
        }
        let end = rest.find(": ").map_or(rest.len(), |at| at + 2);
        out.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    out
}

/// Folds a message into one line, without the engine's plea to report its bugs to its tracker.
pub(crate) fn one_line(message: &str) -> String {
    let message = message.split("This issue was likely caused by a bug").next().unwrap_or(message);
    let message = message.split("\n\nbacktrace:").next().unwrap_or(message);
    // The engine repeats itself for every signature it tried.
    let message = match message.split_once("failed to match any signature, errors: ") {
        Some((_, tried)) => tried.split(",Error during planning: ").next().unwrap_or(tried),
        None => message,
    };
    let message = message.split(" No function matches the given").next().unwrap_or(message);
    let lines: Vec<_> = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut text = lines.join(" ");
    text = without_layers(&text);
    let mut text = with_short_numbers(&engine::reworded(&text));
    text.truncate(text.trim_end_matches(['.', ' ']).len());
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        // Lower case, but not for a name or an abbreviation.
        (Some(first), Some(second))
            if first.is_uppercase() && second.is_lowercase() && !begins_with_a_path(&text) =>
        {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text,
    }
}

/// `1e308` for a number that is written with more digits than anybody counts, outside of quotes.
fn with_short_numbers(text: &str) -> String {
    const LONG: usize = 40;
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let (number, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        out.push_str(before);
        match number.parse::<f64>() {
            Ok(value) if number.len() > LONG && !out.ends_with(['\'', '"']) => {
                out.push_str(&format!("{value:e}"));
            }
            _ => out.push_str(number),
        }
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_the_user_stay_as_they_are() {
        for text in [
            "framework: weight of 'Travel Time' must be finite, got NaN (indicator 'Report Date')",
            "data/Road Map.csv: a file must not be empty, found 0 bytes",
            "value must be finite, got NaN (unit 'A { b: c } d', indicator 'External: debt')",
            "Data.csv: file not found",
            "table 'External: debt' not found",
        ] {
            assert_eq!(one_line(text), text);
        }
        for (text, expected) in [
            (
                "Cannot cast string 'String' to value of Float64 type",
                "a value must be DOUBLE, got 'String' (TRY_CAST makes it NULL)",
            ),
            (
                "Cannot cast string '{1}. ' to value of Float64 type",
                "a value must be DOUBLE, got '{1}. ' (TRY_CAST makes it NULL)",
            ),
            ("Error during planning: Execution error: Divide by zero error", DIVISOR),
            ("x.csv: Arrow error: Divide by zero error", &format!("x.csv: {DIVISOR}")),
        ] {
            assert_eq!(one_line(text), expected);
        }
    }

    const DIVISOR: &str = "a divisor must not be 0, got 0 (nullif(x, 0) makes it NULL)";

    #[test]
    fn long_numbers_are_short() {
        for (text, expected) in [
            (format!("got {}", 1e308), "got 1e308"),
            (format!("got -{} and {}.", 1.5e-300, 7), "got -1.5e-300 and 7."),
            (format!("got '{}'", "1".repeat(50)), &*format!("got '{}'", "1".repeat(50))),
            ("3.2.1, 北京 2014".to_owned(), "3.2.1, 北京 2014"),
        ] {
            assert_eq!(with_short_numbers(&text), expected);
        }
    }
}
