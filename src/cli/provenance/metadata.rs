//! How a file of Arrow or Parquet, or a picture, carries where it comes from.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

use super::input::InputRecord;
use super::place::named;
use super::trail::Read;
use crate::export::{PREFIX, Source};

/// The version of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Names of what is carried, behind [`PREFIX`].
pub const QUERY: &str = "query";
pub const FILE: &str = "file";
pub const PARAMETERS: &str = "parameters";
pub const PROGRAM: &str = "version";
pub const FRAMEWORK: &str = "framework";
pub const INPUTS: &str = "inputs";
pub const OPTIONS: &str = "options";

/// What a file carries; nothing in it is of the moment or of the machine.
pub fn metadata(source: &Source, read: &Read) -> BTreeMap<String, String> {
    let parameters = source.parameters.iter();
    let parameters = parameters.map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    let parameters = Value::Object(parameters.collect::<Map<_, _>>());
    let file = Path::new(&source.file);
    let file = if file.exists() { named(file) } else { source.file.clone() };
    let mut all = vec![
        (FILE, file),
        (PARAMETERS, parameters.to_string()),
        (PROGRAM, VERSION.to_owned()),
        (INPUTS, inputs(&read.inputs)),
    ];
    if !source.query.is_empty() {
        all.push((QUERY, source.query.clone()));
    }
    if !read.frameworks.is_empty() {
        all.push((FRAMEWORK, read.frameworks.join(", ")));
    }
    all.into_iter().map(|(name, value)| (format!("{PREFIX}{name}"), value)).collect()
}

/// What an imported file carries: its options are those of the command, where a result has a query.
pub fn imported(options: Map<String, Value>, read: &Read) -> BTreeMap<String, String> {
    let source = Source { file: "import".to_owned(), ..Source::default() };
    let mut all = metadata(&source, read);
    all.insert(format!("{PREFIX}{OPTIONS}"), Value::Object(options).to_string());
    all
}

fn inputs(inputs: &[InputRecord]) -> String {
    serde_json::to_string(inputs).unwrap_or_default() // texts and numbers always can
}
