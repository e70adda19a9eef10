//! Columns of several files as those of one table: their names and their types.

use std::collections::HashMap;

use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::binary::{binary_numeric_coercion, comparison_coercion};

/// Columns of different files whose names differ in upper and lower case alone would be halves of
/// one.
pub(super) fn check_names<'a>(columns: impl Iterator<Item = (&'a str, &'a str)>) -> Result<()> {
    let mut known: HashMap<String, (&str, &str)> = HashMap::new();
    for (name, file) in columns {
        if let Some((other, first)) = known.insert(name.to_lowercase(), (name, file))
            && first != file
        {
            return plan_err!(
                "{file}: column '{other}' must be written as in {first}, found '{name}'"
            );
        }
    }
    Ok(())
}

/// A column stands in the files or in the names of their folders.
pub(super) fn check_partitions(
    schema: &Schema,
    partitions: &[(String, DataType)],
    shown: &str,
) -> Result<()> {
    match partitions.iter().find(|(name, _)| schema.field_with_name(name).is_ok()) {
        Some((name, _)) => plan_err!(
            "{shown}: column '{name}' must be in the files or in the names of their folders, \
             found in both"
        ),
        None => Ok(()),
    }
}

pub(super) fn same_columns(one: &Schema, other: &Schema) -> bool {
    let (one, other) = (one.fields(), other.fields());
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.name() == other.name() && one.data_type() == other.data_type())
}

/// The type that holds what two files have, if they are of one kind.
pub(super) fn widest(one: &DataType, other: &DataType) -> Option<DataType> {
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
pub(super) fn stored(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(_, values) => stored(values),
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        other => other.clone(),
    }
}
