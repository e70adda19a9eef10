//! Columns of several files as those of one table: their names and their types.

use std::collections::HashMap;

use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::common::{Result, plan_err};

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
