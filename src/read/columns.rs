//! Columns of several files as those of one table: their names and their types.

use std::collections::HashMap;

use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::common::{DataFusionError, Result, plan_err};

use super::door::Door;
use super::options::Options;

/// Columns of different files whose names differ in upper and lower case alone would be halves of
/// one.
pub fn check_names<'a>(columns: impl Iterator<Item = (&'a str, &'a str)>) -> Result<()> {
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
pub fn check_partitions(
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

/// The names that columns get must be names of columns, and no two may be alike.
pub fn check_new_names(names: &[&str], options: &Options, shown: &str) -> Result<()> {
    for (from, _) in &options.rename {
        if !names.contains(&from.as_str()) {
            return wrong(&format!(
                "{shown}: {}: column '{from}' not found (the columns are {})",
                options.door.name("rename"),
                names.join(", ")
            ));
        }
    }
    let new: Vec<&str> = names.iter().map(|name| options.new_name(name)).collect();
    for (name, _) in &options.types {
        if !new.contains(&name.as_str()) && !names.contains(&name.as_str()) {
            return wrong(&format!(
                "{shown}: {}: column '{name}' not found (the columns are {})",
                options.door.types(),
                new.join(", ")
            ));
        }
    }
    for (i, name) in new.iter().enumerate() {
        match new[..i].iter().find(|other| other.to_lowercase() == name.to_lowercase()) {
            Some(other) if other == name => {
                return wrong(&format!(
                    "{shown}: column names must be unique, found '{name}' twice"
                ));
            }
            Some(other) if !options.rename.is_empty() || options.door == Door::Import => {
                return wrong(&format!(
                    "{shown}: column names must differ in more than case, found '{other}' and \
                     '{name}' ({} gives one another name)",
                    options.door.option("rename", &format!("{name}=..."))
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// An option that does not fit the table: a fault of the command line.
pub fn wrong<T>(message: &str) -> Result<T> {
    Err(DataFusionError::Configuration(message.to_owned()))
}

pub fn same_columns(one: &Schema, other: &Schema) -> bool {
    let (one, other) = (one.fields(), other.fields());
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.name() == other.name() && one.data_type() == other.data_type())
}
