//! Types by the names that SQL has for them: the engine has those of Arrow.

use std::borrow::Cow;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::Result;
use datafusion::logical_expr::binary::{binary_numeric_coercion, comparison_coercion};

/// Numbers with NaN where there is none.
pub fn or_nan(column: &Float64Array) -> Cow<'_, [f64]> {
    match column.null_count() {
        0 => Cow::Borrowed(column.values()),
        _ => Cow::Owned(column.iter().map(|x| x.unwrap_or(f64::NAN)).collect()),
    }
}

/// The name of a type as SQL knows it.
pub fn sql_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "VARCHAR".into(),
        DataType::Dictionary(_, values) => sql_name(values),
        DataType::Boolean => "BOOLEAN".into(),
        DataType::Int8 => "TINYINT".into(),
        DataType::Int16 => "SMALLINT".into(),
        DataType::Int32 => "INTEGER".into(),
        DataType::Int64 => "BIGINT".into(),
        DataType::UInt8 => "TINYINT UNSIGNED".into(),
        DataType::UInt16 => "SMALLINT UNSIGNED".into(),
        DataType::UInt32 => "INTEGER UNSIGNED".into(),
        DataType::UInt64 => "BIGINT UNSIGNED".into(),
        DataType::Float16 => "HALF FLOAT".into(),
        DataType::Float32 => "REAL".into(),
        DataType::Float64 => "DOUBLE".into(),
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => format!("DECIMAL({precision}, {scale})"),
        DataType::Date32 | DataType::Date64 => "DATE".into(),
        DataType::Time32(_) | DataType::Time64(_) => "TIME".into(),
        DataType::Timestamp(_, None) => "TIMESTAMP".into(),
        DataType::Timestamp(_, Some(_)) => "TIMESTAMP WITH TIME ZONE".into(),
        DataType::Interval(_) | DataType::Duration(_) => "INTERVAL".into(),
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => "BYTEA".into(),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => format!("{}[]", sql_name(item.data_type())),
        DataType::Struct(fields) => {
            let fields = fields
                .iter()
                .map(|field| format!("{} {}", field.name(), sql_name(field.data_type())));
            format!("STRUCT({})", fields.collect::<Vec<_>>().join(", "))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) => {
                let types = fields.iter().map(|field| sql_name(field.data_type()));
                format!("MAP({})", types.collect::<Vec<_>>().join(", "))
            }
            other => sql_name(other),
        },
        DataType::RunEndEncoded(_, values) => sql_name(values.data_type()),
        DataType::Null | DataType::Union(..) => data_type.to_string().to_uppercase(),
    }
}

/// The type that holds what two columns have, if they are of one kind.
pub fn widest(one: &DataType, other: &DataType) -> Option<DataType> {
    if one == other || other.is_null() {
        return Some(one.clone());
    }
    if one.is_null() {
        return Some(other.clone());
    }
    let (plain, other) = (stored(one), stored(other));
    if plain == other {
        Some(plain)
    } else if plain.is_floating() && other.is_numeric() || plain.is_numeric() && other.is_floating()
    {
        Some(DataType::Float64)
    } else if plain.is_numeric() && other.is_numeric() {
        binary_numeric_coercion(&plain, &other)
    } else if plain.is_temporal() && other.is_temporal() {
        comparison_coercion(&plain, &other)
    } else {
        None
    }
}

/// Text as string views: dictionary-coded keys, as Python writes them, make joins several times
/// slower and come out of filters with repeated entries.
pub fn stored(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(_, values) => stored(values),
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        other => other.clone(),
    }
}

/// Kinds of types, as the engine names them without what they hold.
const KINDS: &[(&str, &str)] = &[
    ("Date", "DATE"),
    ("Decimal", "DECIMAL"),
    ("Decimal128", "DECIMAL"),
    ("Decimal256", "DECIMAL"),
    ("Duration", "INTERVAL"),
    ("Interval", "INTERVAL"),
    ("List", "list"),
    ("Map", "MAP"),
    ("Struct", "STRUCT"),
    ("Time", "TIME"),
    ("Timestamp", "TIMESTAMP"),
];

/// A text with types as SQL knows them, and constants without theirs: `1` for `Int64(1)`.
pub fn in_sql(text: &str) -> String {
    rewritten(text, true)
}

/// The same, but a word such as `Time` is somebody's name: only what no name looks like is changed,
/// constants and types such as `Utf8`.
pub fn constants_in_sql(text: &str) -> String {
    rewritten(text, false)
}

fn rewritten(text: &str, with_types: bool) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len()).max(first.len_utf8());
        let (word, after) = rest.split_at(end);
        let inside = in_parentheses(after);
        let whole = inside.map_or(word, |(_, beyond)| &rest[..rest.len() - beyond.len()]);
        rest = after;
        // In quotes it is a name of the user's, but not where the engine made one of a constant.
        let is_quoted = out.ends_with(['\'', '"', '.']) && inside.is_none();
        let is_name = !first.is_ascii_uppercase() || is_quoted;
        let is_type = whole.parse::<DataType>();
        if is_name {
            out.push_str(word);
        } else if let (Err(_), Ok(of), Some((constant, beyond))) = (&is_type, word.parse(), inside)
        {
            match of {
                DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                    out.push_str(&constant.replace('"', "'"));
                }
                _ => out.push_str(constant),
            }
            rest = beyond;
        } else if !with_types && !word.contains(|c: char| c.is_ascii_digit()) {
            out.push_str(word);
        } else if let Ok(data_type) = is_type {
            out.push_str(&sql_name(&data_type));
            rest = inside.map_or(after, |(_, beyond)| beyond);
        } else {
            let kind = KINDS.iter().find(|(kind, _)| *kind == word);
            out.push_str(kind.map_or(word, |(_, name)| name));
        }
    }
    out
}

/// What is in the parentheses that a text begins with, and what comes after them.
fn in_parentheses(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0;
    let (end, _) = text.strip_prefix('(').map(|_| text)?.char_indices().find(|(_, letter)| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    Some((&text[1..end], &text[end + 1..]))
}

/// The type without its dictionary.
pub fn plain(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, values) => values,
        other => other,
    }
}

/// An array as DOUBLE.
pub fn doubles(array: &ArrayRef) -> Result<Float64Array> {
    Ok(match array.as_primitive_opt::<Float64Type>() {
        Some(doubles) => doubles.clone(),
        None => cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_constants_of_a_text() {
        for (text, expected) in [
            ("found Utf8View + Int64", "found VARCHAR + BIGINT"),
            ("List(Float64) and Null", "DOUBLE[] and NULL"),
            ("Dictionary(Int32, Utf8) ~ FixedSizeList(3 x Int64)", "VARCHAR ~ BIGINT[]"),
            (
                "Struct(\"lower\": Float64, \"a b\": non-null List(Int64))",
                "STRUCT(lower DOUBLE, a b BIGINT[])",
            ),
            ("Decimal128(10, 2), Timestamp(ns)", "DECIMAL(10, 2), TIMESTAMP"),
            ("sum(Int64(1)) = Utf8(\"it\")", "sum(1) = 'it'"),
            ("column 'Int64' of t.Utf8", "column 'Int64' of t.Utf8"),
            ("in 'Int64(1)'", "in '1'"),
            ("Timestamp - Interval", "TIMESTAMP - INTERVAL"),
            ("北京 Boolean(", "北京 BOOLEAN("),
        ] {
            assert_eq!(in_sql(text), expected, "{text}");
        }
    }
}
