//! `\d`, `\dt`, `\dv` and `\dn`: tables, columns and schemas, by what is known of them without
//! reading their rows.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::ScalarValue;
use datafusion::common::stats::Precision;

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::catalog::{self, Facts, Kind, Table};
use crate::cli::error::{Error, Result};
use crate::cli::report::size;
use crate::cli::script::split;
use crate::cli::shell::console::Console;
use crate::cli::shell::patterns::fits;
use crate::cli::shell::words::{path, words};
use crate::error::one_line;
use crate::words::count;

pub const DESCRIBE: Command = Command {
    name: "d",
    also: &[],
    argument: "[TABLE]",
    summary: "tables; columns and what is known of a table, view, 'FILE' or call",
    group: Group::Tables,
    offers: Offers::Tables,
    ends: false,
    run: |console, arguments| Box::pin(describe(console, arguments)),
};

pub const TABLES: Command = Command {
    name: "dt",
    argument: "[PATTERN]",
    summary: "tables that are no views, with rows and size",
    run: |console, arguments| Box::pin(list(console, arguments, |kind| kind != Some(Kind::View))),
    ..DESCRIBE
};

pub const VIEWS: Command = Command {
    name: "dv",
    argument: "[PATTERN]",
    summary: "views",
    run: |console, arguments| Box::pin(list(console, arguments, |kind| kind == Some(Kind::View))),
    ..DESCRIBE
};

pub const SCHEMAS: Command = Command {
    name: "dn",
    argument: "",
    summary: "schemas",
    offers: Offers::Nothing,
    run: |console, arguments| Box::pin(schemas(console, arguments)),
    ..DESCRIBE
};

async fn tables(console: &Console) -> Result<Vec<Table>> {
    let context = console.runner.context().clone();
    console.runner.finish_work(async move { catalog::tables(&context).await }).await
}

async fn describe(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    if arguments.text.is_empty() {
        return list(console, arguments, |_| true).await;
    }
    let query = format!("SELECT * FROM {}", relation(arguments.text));
    let script = split(&query, console.runner.grammar());
    let [statement] = script.statements.as_slice() else {
        return Err(arguments.fault(&format!("must be a table, got '{}'", arguments.text)));
    };
    let facts = console.runner.look(statement, "\\d", |context, plan| async move {
        catalog::facts(&context, &plan).await
    });
    let facts = facts.await?;
    let columns = facts.columns.iter();
    let nulls = |column: &catalog::Column| share(column.nulls, facts.rows);
    let texts: [(&str, Vec<Option<String>>); 5] = [
        ("column", columns.clone().map(|column| Some(column.name.clone())).collect()),
        ("type", columns.clone().map(|column| Some(column.data_type.clone())).collect()),
        ("min", columns.clone().map(|column| value(&column.min)).collect()),
        ("max", columns.clone().map(|column| value(&column.max)).collect()),
        ("nulls", columns.map(nulls).collect()),
    ];
    let texts = texts.map(|(name, texts)| (name, Arc::new(StringArray::from(texts)) as ArrayRef));
    let batch = batch(texts)?;
    console.screen.show_batch(&batch, Some(&footer(&facts)))?;
    Ok(Next::Stay)
}

/// A relation as SQL writes it: a file may stand without its quotes.
fn relation(text: &str) -> String {
    match words(text).as_deref() {
        Ok([word]) if word == text && word.contains(['/', '.']) && path(word).is_file() => {
            format!("'{}'", path(word).display().to_string().replace('\'', "''"))
        }
        _ => text.to_owned(),
    }
}

/// What is known of a relation as a whole.
fn footer(facts: &Facts) -> String {
    let rows = match &facts.rows {
        Precision::Exact(rows) => count(*rows, "row"),
        Precision::Inexact(rows) => format!("≈{}", count(*rows, "row")),
        Precision::Absent => "number of rows not known without reading".to_owned(),
    };
    match facts.files {
        0 => rows,
        files => format!("{rows}, {} in {}", size(facts.bytes), count(files, "file")),
    }
}

/// The least or the greatest value; `≈` where it may be beyond it.
fn value(known: &Precision<ScalarValue>) -> Option<String> {
    let text = |value: &ScalarValue| {
        let array = value.to_array().ok().filter(|_| !value.is_null())?;
        array_value_to_string(&array, 0).ok()
    };
    match known {
        Precision::Exact(value) => text(value),
        Precision::Inexact(value) => text(value).map(|text| format!("≈{text}")),
        Precision::Absent => None,
    }
}

/// The share of rows without a value, in per cent.
fn share(nulls: Precision<usize>, rows: Precision<usize>) -> Option<String> {
    let (nulls, rows, sign) = match (nulls, rows) {
        (Precision::Exact(nulls), Precision::Exact(rows)) => (nulls, rows, ""),
        (nulls, rows) => (*nulls.get_value()?, *rows.get_value()?, "≈"),
    };
    let share = 100.0 * nulls as f64 / rows as f64;
    match (nulls, rows) {
        (_, 0) => None,
        (0, _) => Some(format!("{sign}0%")),
        (nulls, rows) if nulls == rows => Some(format!("{sign}100%")),
        _ => Some(format!("{sign}{:.1}%", share.clamp(0.1, 99.9))),
    }
}

async fn list(
    console: &mut Console,
    arguments: Arguments<'_>,
    wanted: fn(Option<Kind>) -> bool,
) -> Result<Next> {
    let pattern = arguments.word("a pattern")?;
    let mut tables = tables(console).await?;
    tables.retain(|table| {
        let name = format!("{}.{}", table.schema, table.name);
        let is_meant = pattern.as_ref().is_none_or(|p| fits(&table.name, p) || fits(&name, p));
        is_meant && wanted(table.opened.as_ref().map(|(kind, _)| *kind))
    });
    let rows = tables.iter().map(|table| match &table.opened {
        Some((_, Facts { rows: Precision::Exact(rows), .. })) => i64::try_from(*rows).ok(),
        _ => None,
    });
    let sizes = tables.iter().map(|table| match &table.opened {
        Some((Kind::Files, facts)) => Some(size(facts.bytes)),
        _ => None,
    });
    let columns: [(&str, ArrayRef); 5] = [
        ("schema", Arc::new(tables.iter().map(|t| Some(&t.schema)).collect::<StringArray>())),
        ("table", Arc::new(tables.iter().map(|t| Some(&t.name)).collect::<StringArray>())),
        ("is", Arc::new(tables.iter().map(|t| Some(what(t))).collect::<StringArray>())),
        ("rows", Arc::new(rows.collect::<Int64Array>())),
        ("size", Arc::new(sizes.collect::<StringArray>())),
    ];
    console.screen.show_batch(&batch(columns)?, None)?;
    Ok(Next::Stay)
}

/// What a table is, in a word.
fn what(table: &Table) -> String {
    match &table.opened {
        None => "unreadable".to_owned(),
        Some((Kind::View, _)) => "view".to_owned(),
        Some((Kind::Memory, _)) => "in memory".to_owned(),
        Some((Kind::Files, facts)) => count(facts.files, "file"),
        Some((Kind::Other, _)) => "table".to_owned(),
    }
}

async fn schemas(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    arguments.none()?;
    let context = console.runner.context();
    let Some(catalog) = context.catalog(catalog::CATALOG) else { return Ok(Next::Stay) };
    let mut names = catalog.schema_names();
    names.sort();
    let tables = |name: &String| {
        let tables = catalog.schema(name)?.table_names().len();
        i64::try_from(tables).ok()
    };
    let tables: Int64Array = names.iter().map(tables).collect();
    let names: StringArray = names.iter().map(Some).collect();
    let columns: [(&str, ArrayRef); 2] =
        [("schema", Arc::new(names)), ("tables", Arc::new(tables))];
    console.screen.show_batch(&batch(columns)?, None)?;
    Ok(Next::Stay)
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> Result<RecordBatch> {
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)))
        .map_err(|error| Error::Data(one_line(&error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares() {
        use Precision::{Absent, Exact, Inexact};
        for (nulls, rows, expected) in [
            (Exact(0), Exact(5), Some("0%")),
            (Exact(5), Exact(5), Some("100%")),
            (Exact(1), Exact(8), Some("12.5%")),
            (Exact(1), Exact(100_000), Some("0.1%")),
            (Exact(99_999), Exact(100_000), Some("99.9%")),
            (Inexact(1), Exact(8), Some("≈12.5%")),
            (Exact(1), Inexact(8), Some("≈12.5%")),
            (Absent, Exact(8), None),
            (Exact(0), Exact(0), None),
        ] {
            assert_eq!(share(nulls, rows).as_deref(), expected);
        }
    }
}
