//! Runs `tests/sql/**/*.slt`, each in a session of its own, without a data folder.

use std::path::Path;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{DataType, Float32Type, Float64Type};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::prelude::SessionContext;
use goalposts::session::{self, Options};
use libtest_mimic::Trial;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, strict_column_validator};

use crate::{repository, trial_async};

pub fn trials() -> Vec<Trial> {
    let mut files = Vec::new();
    collect(&repository().join("tests").join("sql"), &mut files);
    files.sort();
    assert!(!files.is_empty(), "tests/sql must hold .slt files");
    files
        .into_iter()
        .map(|file| {
            let name = file.strip_prefix(repository()).unwrap_or(&file).display().to_string();
            trial_async(&name, move || async move {
                let mut runner = sqllogictest::Runner::new(|| async {
                    let session = session::open(None, &Options::default()).await;
                    session.map(Session).map_err(|error| Failure(error.to_string()))
                });
                runner.with_column_validator(strict_column_validator);
                if let Err(error) = runner.run_file_async(&file).await {
                    panic!("{}", error.display(false));
                }
            })
        })
        .collect()
}

pub fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("tests/sql can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "slt") {
            files.push(path);
        }
    }
}

struct Session(SessionContext);

#[derive(Debug)]
struct Failure(String);

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

#[async_trait::async_trait]
impl AsyncDB for Session {
    type Error = Failure;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, Failure> {
        let fail = |error| Failure(goalposts::error::describe(&error));
        let frame = goalposts::sql(&self.0, sql).await.map_err(fail)?;
        let fields = frame.schema().fields().clone();
        let batches = frame.collect().await.map_err(fail)?;
        if fields.is_empty() {
            return Ok(DBOutput::StatementComplete(0));
        }
        let types = fields.iter().map(|field| match field.data_type() {
            DataType::Float64 | DataType::Float32 => DefaultColumnType::FloatingPoint,
            other if other.is_integer() => DefaultColumnType::Integer,
            _ => DefaultColumnType::Text,
        });
        let types = types.collect();
        let mut rows = Vec::new();
        for batch in &batches {
            for row in 0..batch.num_rows() {
                rows.push(batch.columns().iter().map(|column| cell(column, row)).collect());
            }
        }
        Ok(DBOutput::Rows { types, rows })
    }

    async fn shutdown(&mut self) {}
}

/// A cell as the `.slt` files write it: numbers to 12 decimals at the most.
fn cell(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return "NULL".into();
    }
    match column.data_type() {
        DataType::Float64 => number(column.as_primitive::<Float64Type>().value(row)),
        DataType::Float32 => number(column.as_primitive::<Float32Type>().value(row).into()),
        _ => {
            let options = FormatOptions::default().with_null("NULL");
            let formatter = ArrayFormatter::try_new(column, &options).expect("a formatter");
            let text = formatter.value(row).to_string();
            if text.is_empty() { "(empty)".into() } else { text }
        }
    }
}

fn number(x: f64) -> String {
    if x != 0.0 && (x.abs() < 1e-6 || x.abs() >= 1e15) {
        return format!("{x:.11e}"); // 12 digits, where 12 decimals say nothing
    }
    let rounded: f64 = format!("{x:.12}").parse().expect("a number");
    format!("{:?}", if rounded == 0.0 { 0.0 } else { rounded })
}
