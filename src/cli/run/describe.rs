//! `--describe`: what query files declare, without running them.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{Field, Schema};

use crate::cli::error::{Error, Result};
use crate::cli::file::QueryFile;
use crate::cli::report::shown;
use crate::export::{Format, Target};

/// Something that a file declares.
#[derive(Default)]
struct Row {
    file: String,
    line: Option<usize>,
    kind: &'static str,
    name: Option<String>,
    type_name: Option<String>,
    default: Option<String>,
    text: Option<String>,
}

/// Writes what files declare to standard output: a row for each thing.
pub fn describe(files: &[QueryFile], format: Format) -> Result<()> {
    let rows: Vec<Row> = files.iter().flat_map(of_file).collect();
    let texts = |of: &dyn Fn(&Row) -> Option<&str>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    let lines = rows.iter().map(|row| row.line.and_then(|line| i64::try_from(line).ok()));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("file", texts(&|row| Some(&row.file))),
        ("line", Arc::new(lines.collect::<Int64Array>())),
        ("kind", texts(&|row| Some(row.kind))),
        ("name", texts(&|row| row.name.as_deref())),
        ("type", texts(&|row| row.type_name.as_deref())),
        ("default", texts(&|row| row.default.as_deref())),
        ("text", texts(&|row| row.text.as_deref())),
    ];
    let field =
        |(name, column): &(&str, ArrayRef)| Field::new(*name, column.data_type().clone(), true);
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns);
    let batch = batch.map_err(|error| Error::Data(error.to_string()))?;
    let mut export = Target::Output.open(format, &schema)?;
    export.write(&batch)?;
    export.finish()?;
    Ok(())
}

fn of_file(file: &QueryFile) -> Vec<Row> {
    let row =
        |origin: &str, line, kind| Row { file: origin.to_owned(), line, kind, ..Row::default() };
    let mut rows = vec![Row { text: file.title.clone(), ..row(&file.origin, None, "title") }];
    rows.extend(file.parameters.iter().map(|stated| Row {
        name: Some(stated.what.name.clone()),
        type_name: Some(stated.what.type_name.clone()),
        default: stated.what.default.clone(),
        text: stated.what.meaning.clone(),
        ..row(&stated.origin, Some(stated.what.line), "parameter")
    }));
    rows.extend(file.expectations().map(|stated| Row {
        text: Some(stated.what.text.clone()),
        ..row(&stated.origin, Some(stated.what.line), "expectation")
    }));
    let pictures = file.pictures.iter().map(|picture| ("picture", &picture.said));
    let source = file.source.iter().map(|said| ("source", said));
    let unit = file.unit.iter().map(|said| ("unit", said));
    rows.extend(pictures.chain(source).chain(unit).map(|(kind, said)| Row {
        text: Some(said.text.clone()),
        ..row(&file.origin, Some(said.line), kind)
    }));
    rows.extend(
        file.includes
            .iter()
            .map(|path| Row { text: Some(shown(path)), ..row(&file.origin, None, "include") }),
    );
    let number = file.steps.len().to_string();
    rows.push(Row { text: Some(number), ..row(&file.origin, None, "statements") });
    rows
}
