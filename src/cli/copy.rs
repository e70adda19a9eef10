//! `COPY ... TO 'file'`: what the engine would write in place is written as `export` writes it.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::UInt64Array;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{DataFusionError, Result, plan_err};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::parser::Statement as SqlText;
use datafusion::sql::sqlparser::ast::Value;
use futures::StreamExt;
use url::Url;

use super::formats;
use super::provenance::metadata::metadata;
use super::provenance::trail::Read;
use super::report::ending;
use super::script::Parsed;
use crate::export::{About, ExportOptions, Format, PREFIX, Source, Target};

/// Where the rows of a COPY go, and how.
pub struct Copy {
    target: Target,
    options: ExportOptions,
}

impl Copy {
    /// Takes the target out of a COPY to files; the engine plans the rest of it. None: another statement,
    /// or a target that is no file.
    ///
    /// # Errors
    /// A format or an option that is not known, or does not fit the other.
    pub fn take(parsed: &mut Parsed) -> Result<Option<Self>> {
        let SqlText::CopyTo(copy) = &mut parsed.statement else { return Ok(None) };
        let Some(path) = path(&copy.target)? else { return Ok(None) };
        let is_folder = !copy.partitioned_by.is_empty() || path.ends_with('/');
        let format = match &copy.stored_as {
            Some(word) => formats::named(word),
            None if is_folder => Some(Format::Parquet),
            None => Format::from_ending(Path::new(&path)),
        };
        let Some(format) = format else {
            return plan_err!(
                "COPY: target must have the ending of a format, found {} (STORED AS PARQUET names one)",
                copy.stored_as.clone().unwrap_or_else(|| ending(Path::new(&path)))
            );
        };
        let mut options = ExportOptions::new(format);
        for (key, value) in &copy.options {
            options = with(options, key, &shown(value))?;
        }
        if is_folder {
            let columns = copy.partitioned_by.iter().map(|column| unquoted(column));
            options = options.with_partition_by(columns);
        }
        options.check()?;
        // The engine asks for a format that it knows.
        copy.stored_as = Some("PARQUET".into());
        copy.options.clear();
        copy.partitioned_by.clear();
        Ok(Some(Self { target: Target::File(path.into()), options }))
    }

    /// The file or the folder that it writes.
    pub fn path(&self) -> Option<&Path> {
        match &self.target {
            Target::File(path) => Some(path),
            Target::Output => None,
        }
    }

    /// The query whose rows are copied.
    pub fn query(plan: LogicalPlan) -> LogicalPlan {
        match plan {
            LogicalPlan::Copy(copy) => Arc::unwrap_or_clone(copy.input),
            plan => plan,
        }
    }

    /// The columns of its result.
    pub fn schema() -> SchemaRef {
        Arc::new(Schema::new(vec![Field::new("count", DataType::UInt64, false)]))
    }

    /// Writes the rows. Returns how many they were, as the engine does.
    ///
    /// # Errors
    /// What goes wrong in the query, or in writing.
    pub async fn write(
        mut self,
        mut rows: SendableRecordBatchStream,
        source: Source,
        read: &Read,
    ) -> Result<RecordBatch> {
        let refused = |error: crate::export::Error| DataFusionError::Execution(error.to_string());
        let schema = rows.schema();
        if self.options.format.carries_metadata() {
            self.options.metadata.extend(metadata(&source, read));
        }
        let about = About { source, ..About::default() };
        let mut export = None;
        // As everywhere the target is opened with the first rows.
        while let Some(batch) = rows.next().await {
            let batch = batch?;
            let export = match &mut export {
                Some(export) => export,
                none => none.insert(
                    self.target
                        .open_about(&self.options, &schema, about.clone())
                        .map_err(refused)?,
                ),
            };
            export.write(&batch).map_err(refused)?;
        }
        let export = match export {
            Some(export) => export,
            None => self.target.open_about(&self.options, &schema, about).map_err(refused)?,
        };
        let count = export.finish().map_err(refused)? as u64;
        Ok(RecordBatch::try_new(Self::schema(), vec![Arc::new(UInt64Array::from(vec![count]))])?)
    }
}

/// The path of a target, if it is one.
fn path(target: &str) -> Result<Option<String>> {
    if !target.contains("://") {
        return Ok(Some(target.to_owned()));
    }
    let Some(url) = Url::parse(target).ok().filter(|url| url.scheme() == "file") else {
        return Ok(None);
    };
    match url.to_file_path() {
        Ok(path) => Ok(Some(path.to_string_lossy().into_owned())),
        Err(()) => plan_err!("COPY: target must be a path, found {target}"),
    }
}

/// The options with one more, by the engine's name for it.
fn with(mut options: ExportOptions, key: &str, value: &str) -> Result<ExportOptions> {
    let lower = key.to_ascii_lowercase();
    let name = lower.strip_prefix("format.").unwrap_or(&lower);
    if name.starts_with("metadata::") {
        let at = key.len() - name.len() + "metadata::".len();
        let key = &key[at..];
        if key.to_ascii_lowercase().starts_with(PREFIX) {
            return plan_err!(
                "COPY: metadata must have a key of its own, got '{key}' \
                 (what begins with {PREFIX} says where the file comes from)"
            );
        }
        return Ok(options.with_metadata(key, value));
    }
    match name {
        "compression" => {
            options.compression = Some(value.parse().map_err(|error: DataFusionError| {
                DataFusionError::Plan(format!("COPY: compression: {}", error.message()))
            })?);
        }
        "max_row_group_size" => match value.parse() {
            Ok(rows) => options.row_group_rows = Some(rows),
            Err(_) => {
                return plan_err!(
                    "COPY: max_row_group_size must be a whole number above 0, got '{value}'"
                );
            }
        },
        "overwrite" => match value.to_ascii_lowercase().as_str() {
            "true" => options.overwrite = true,
            "false" => options.overwrite = false,
            _ => return plan_err!("COPY: overwrite must be true or false, got '{value}'"),
        },
        _ => {
            return plan_err!(
                "COPY: an option must be compression, max_row_group_size, metadata::KEY or overwrite, \
                 got '{key}'"
            );
        }
    }
    Ok(options)
}

fn shown(value: &Value) -> String {
    match value {
        Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => text.clone(),
        value => value.to_string(),
    }
}

/// A name as the engine's parser hands it on: with its quotes.
fn unquoted(name: &str) -> String {
    match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(name) => name.replace("\"\"", "\""),
        None => name.to_owned(),
    }
}
