//! `goalposts import`: a table of text, checked, to Parquet.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Instant;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{TableReference, ToDFSchema};
use datafusion::prelude::SessionContext;
use tokio::runtime::Handle;

use super::error::{Error, Result};
use super::execute::Runner;
use super::options::Options;
use super::output::write_with;
use super::report::{count, ending, shown, since};
use super::script::{Grammar, Statement, split};
use crate::catalog::{Missing, Part, Reading, Source};
use crate::error::describe;
use crate::export::{Target, parquet_writer};

/// The key of the long form, in the order that its files are sorted by.
const KEY: [&str; 3] = ["indicator", "unit", "period"];
/// Numbers that stand for a missing value in many files.
const SENTINELS: [&str; 6] = ["-999", "-9999", "-99999", "-999999", "-999.99", "-9999.99"];

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
pub struct ImportCommand {
    /// File to read: .csv, .tsv, .ndjson, .arrow or .parquet
    #[arg(value_name = "FILE")]
    input: String,

    /// Parquet file to write
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,

    /// Columns that together identify a row; a duplicate is an error
    /// [default: unit, period, indicator if all three exist]
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    key: Vec<String>,

    /// Columns to sort by [default: those of indicator, unit, period that exist; else the key]
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    sort: Vec<String>,

    /// Types of columns, instead of those detected: release_date=DATE,size=DECIMAL(10,2)
    #[arg(long = "type", value_name = "COLUMN=TYPE", value_parser = parse_pairs)]
    types: Vec<Pairs>,

    /// New names of columns: region=unit,year=period
    #[arg(long, value_name = "OLD=NEW", value_parser = parse_pairs)]
    rename: Vec<Pairs>,

    /// Words that stand for a missing value, in every column: -999,..,n/a (an empty cell always does)
    #[arg(long = "null", value_delimiter = ',', allow_hyphen_values = true, value_name = "WORDS")]
    missing: Vec<String>,
}

/// What one `--rename` or `--type` says.
#[derive(Debug, Clone)]
struct Pairs(Vec<(String, String)>);

/// `a=b` or `a=b,c=d`. A text with one `=` is one pair, commas and all; a comma in parentheses
/// belongs to a type.
fn parse_pairs(text: &str) -> Result<Pairs, String> {
    let mut depth = 0;
    let is_one = text.matches('=').count() == 1;
    let parts = text.split(|letter: char| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0 && !is_one
    });
    let pairs = parts.map(|part| match part.split_once('=') {
        Some((left, right)) if !right.contains('=') => match (left.trim(), right.trim()) {
            ("", _) | (_, "") => Err(part),
            (left, right) => Ok((left.to_owned(), right.to_owned())),
        },
        _ => Err(part),
    });
    pairs
        .collect::<Result<_, _>>()
        .map(Pairs)
        .map_err(|part| format!("must be COLUMN=TYPE or OLD=NEW, found '{part}'"))
}

/// The pairs of all options of one kind; each column is there once.
fn all_pairs<'a>(option: &str, pairs: &'a [Pairs]) -> Result<Vec<&'a (String, String)>> {
    let all: Vec<_> = pairs.iter().flat_map(|pairs| &pairs.0).collect();
    for (i, (column, _)) in all.iter().enumerate() {
        if all[..i].iter().any(|(other, _)| other == column) {
            return Err(Error::Usage(format!(
                "{option}: a column must be given once, found '{column}' twice"
            )));
        }
    }
    Ok(all)
}

impl ImportCommand {
    /// Reads, checks, sorts and writes.
    pub async fn execute(&self, options: &Options, workers: &Handle) -> Result<()> {
        let start = Instant::now();
        if self.output.extension().is_none_or(|ending| ending != "parquet") {
            return Err(Error::Usage(format!(
                "{}: must end in .parquet, found {}",
                self.output.display(),
                ending(&self.output)
            )));
        }
        let runner = options.runner(workers).await?;
        let Registered { columns, notes } = self.register(runner.context()).await?;
        let sort = self.order(&columns);
        let key = self.key(&columns);
        self.check_key(&runner, &key).await?;
        self.check_finite(&runner).await?;
        for note in notes.into_iter().chain(self.sentinels(&runner).await?) {
            options.say(&format!("goalposts: {}: note: {note}", self.input));
        }

        let types = self.types()?;
        let select: Vec<_> = columns
            .iter()
            .map(|column| match types.get(column.as_str()).copied().or(type_by_name(column)) {
                Some(data_type) => format!("CAST({0} AS {data_type}) AS {0}", quoted(column)),
                None => quoted(column),
            })
            .collect();
        let mut sql = format!("SELECT {} FROM {INPUT}", select.join(", "));
        if !sort.is_empty() {
            let keys: Vec<_> = sort.iter().map(|column| quoted(column) + " NULLS LAST").collect();
            sql.push_str(&format!(" ORDER BY {}", keys.join(", ")));
        }
        let rows = runner.start(&statement(&sql)?, &self.input).await;
        let rows = rows.map_err(|error| self.plain(error))?;
        let target = Target::File(self.output.clone());
        let written =
            write_with(rows, &target, |out, schema| parquet_writer(out, schema, &sort)).await;
        let written = written.map_err(|error| self.plain(error))?;
        options.say(&format!(
            "{} -> {}: {}{} ({})",
            self.input,
            shown(&self.output),
            count(written, "row"),
            if key.is_empty() { ", no key checked" } else { "" },
            since(start)
        ));
        Ok(())
    }

    fn types(&self) -> Result<HashMap<&str, &str>> {
        let pairs = all_pairs("--type", &self.types)?;
        Ok(pairs.into_iter().map(|(name, kind)| (name.as_str(), kind.as_str())).collect())
    }

    /// Makes the file a table under its new column names.
    async fn register(&self, context: &SessionContext) -> Result<Registered> {
        let usage = |message: String| Error::Usage(format!("{}: {message}", self.input));
        let renames = all_pairs("--rename", &self.rename)?;
        let mut types = HashMap::new();
        for (column, data_type) in self.types()? {
            let planned = context.sql(&format!("SELECT CAST(NULL AS {data_type})")).await;
            let planned = planned.map_err(|error| {
                usage(format!("--type {column}={data_type}: {}", describe(&error)))
            })?;
            types.insert(column, planned.schema().field(0).data_type().clone());
        }
        let source = Source::named(&self.input)
            .map_err(|error| Error::Usage(describe(&error)))?
            .ok_or_else(|| usage("must be a file of a known ending, found none".into()))?;
        let new_name = |old: &str| {
            let renamed = renames.iter().find(|(from, _)| from == old);
            renamed.map_or(old.to_owned(), |(_, to)| to.clone())
        };
        let wanted = |old: &str| {
            let name = new_name(old);
            types.get(name.as_str()).cloned().or_else(|| match Part::of(&name) {
                Part::Code => Some(DataType::Utf8View),
                Part::Number => Some(DataType::Float64),
                Part::Other => None,
            })
        };
        let reading = Reading { wanted: &wanted, missing: Missing::new(&self.missing) };
        let opened = source.open_as(&context.state(), &reading).await?;
        let schema = opened.table.schema().to_dfschema()?;
        let old: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        for (from, _) in &renames {
            if !old.contains(&from.as_str()) {
                return Err(usage(format!(
                    "--rename: column '{from}' not found (the columns are {})",
                    old.join(", ")
                )));
            }
        }
        let columns: Vec<String> = old.iter().map(|name| new_name(name)).collect();
        for (i, name) in columns.iter().enumerate() {
            match columns[..i].iter().find(|other| other.to_lowercase() == name.to_lowercase()) {
                Some(other) if other == name => {
                    return Err(usage(format!(
                        "column names must be unique, found '{name}' twice"
                    )));
                }
                Some(other) => {
                    return Err(usage(format!(
                        "column names must differ in more than case, found '{other}' and '{name}' \
                         (--rename one)"
                    )));
                }
                None => {}
            }
            if let Some((keys, _)) = name.split_once('\\')
                && keys.contains(',')
            {
                return Err(Error::Data(format!(
                    "{}: column '{name}' must hold one thing, found the keys of a Eurostat table in \
                     one column, with years as columns and flags beside the values (import takes \
                     one value a row: download it as SDMX-CSV)",
                    self.input
                )));
            }
        }
        for (option, wanted) in [("--key", &self.key), ("--sort", &self.sort)]
            .into_iter()
            .flat_map(|(option, columns)| {
                columns.iter().map(move |column| (option, column.as_str()))
            })
            .chain(types.keys().map(|column| ("--type", *column)))
        {
            if !columns.iter().any(|column| column == wanted) {
                return Err(usage(format!(
                    "{option}: column '{wanted}' not found (the columns are {})",
                    columns.join(", ")
                )));
            }
        }
        let select: Vec<_> = schema
            .fields()
            .iter()
            .zip(&columns)
            .map(|(field, new)| {
                let value = self.without_missing(field.name(), field.data_type());
                format!("{value} AS {}", quoted(new))
            })
            .collect();
        context.register_table(TableReference::bare("__file"), opened.table)?;
        let renamed = context.sql(&format!("SELECT {} FROM __file", select.join(", "))).await?;
        context.register_table(TableReference::bare(INPUT), renamed.into_view())?;
        Ok(Registered { columns, notes: opened.notes })
    }

    /// A column with the words of `--null` as NULL; the reader of text has seen to its own.
    fn without_missing(&self, column: &str, data_type: &DataType) -> String {
        let value = quoted(column);
        if data_type.is_null() {
            return format!("CAST({value} AS VARCHAR)"); // Parquet has no column without a type
        }
        let words = self.missing.iter().map(|word| word.trim());
        let literals: Vec<String> = if data_type.is_numeric() {
            words
                .filter(|word| word.parse::<f64>().is_ok_and(f64::is_finite))
                .map(str::to_owned)
                .collect()
        } else if data_type.is_string() {
            words.map(|word| format!("'{}'", word.replace('\'', "''"))).collect()
        } else {
            Vec::new()
        };
        match literals.is_empty() {
            true => value,
            false => {
                format!("CASE WHEN {value} IN ({}) THEN NULL ELSE {value} END", literals.join(", "))
            }
        }
    }

    /// The columns to sort by.
    fn order(&self, columns: &[String]) -> Vec<String> {
        if !self.sort.is_empty() {
            return self.sort.clone();
        }
        let of_long_form = of_long_form(columns);
        if of_long_form.is_empty() { self.key.clone() } else { of_long_form }
    }

    /// The columns that tell every row apart, if there are any.
    fn key(&self, columns: &[String]) -> Vec<String> {
        let of_long_form = of_long_form(columns);
        match self.key.as_slice() {
            [] if of_long_form.len() == KEY.len() => of_long_form,
            given => given.to_vec(),
        }
    }

    /// Every row must have a key of its own, and the long form's key must be complete.
    async fn check_key(&self, runner: &Runner, key: &[String]) -> Result<()> {
        if key.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = key.iter().map(|column| quoted(column)).collect();
        for (column, name) in key.iter().zip(&names).filter(|(column, _)| is_of_long_form(column)) {
            let sql = format!("SELECT count(*) FROM {INPUT} WHERE {name} IS NULL");
            let missing = self.first(runner, &sql).await?.and_then(|row| row.parse::<i64>().ok());
            if let Some(missing) = missing.filter(|missing| *missing > 0) {
                return Err(Error::Data(format!(
                    "{}: column '{column}' must not be empty, found {} without it",
                    self.input,
                    count(missing as usize, "row")
                )));
            }
        }
        let shown: Vec<_> = key
            .iter()
            .zip(&names)
            .map(|(column, name)| {
                format!(
                    "'{} = ' || coalesce(CAST({name} AS VARCHAR), 'NULL')",
                    column.replace('\'', "''")
                )
            })
            .collect();
        let list = names.join(", ");
        let sql = format!(
            "SELECT {} || ' in ' || count(*) || ' rows' FROM {INPUT} GROUP BY {list} \
             HAVING count(*) > 1 ORDER BY {list} LIMIT 1",
            shown.join(" || ', ' || ")
        );
        match self.first(runner, &sql).await? {
            Some(duplicate) => {
                Err(Error::Data(format!("{}: a key must be unique, found {duplicate}", self.input)))
            }
            None => Ok(()),
        }
    }

    /// NaN and infinities are not measurements.
    async fn check_finite(&self, runner: &Runner) -> Result<()> {
        let table = runner.context().table(INPUT).await?;
        for field in table.schema().fields().iter().filter(|field| field.data_type().is_floating())
        {
            let name = quoted(field.name());
            let sql = format!(
                "SELECT CAST({name} AS VARCHAR) FROM {INPUT} \
                 WHERE isnan({name}) OR abs({name}) = CAST('inf' AS DOUBLE) LIMIT 1"
            );
            if let Some(found) = self.first(runner, &sql).await? {
                return Err(Error::Data(format!(
                    "{}: column '{}' must be finite, found {found}",
                    self.input,
                    field.name()
                )));
            }
        }
        Ok(())
    }

    /// Notes on numbers that stand for a missing value in many files.
    async fn sentinels(&self, runner: &Runner) -> Result<Vec<String>> {
        let table = runner.context().table(INPUT).await?;
        let mut notes = Vec::new();
        for field in table.schema().fields().iter().filter(|field| field.data_type().is_numeric()) {
            let (column, name) = (field.name(), quoted(field.name()));
            let sql = format!(
                "SELECT min({name}) || ' in ' || count(*) || CASE count(*) WHEN 1 THEN ' row' ELSE ' rows' END \
                 FROM {INPUT} WHERE {name} IN ({}) HAVING count(*) > 0",
                SENTINELS.join(", ")
            );
            if let Some(found) = self.first(runner, &sql).await? {
                notes.push(format!(
                    "column '{column}' holds {found}; if that means missing: --null"
                ));
            }
        }
        Ok(notes)
    }

    /// The first cell of a query's result, as text.
    async fn first(&self, runner: &Runner, sql: &str) -> Result<Option<String>> {
        let mut rows =
            runner.start(&statement(sql)?, &self.input).await.map_err(|error| self.plain(error))?;
        while let Some(batch) = rows.next().await.map_err(|error| self.plain(error))? {
            if batch.num_rows() > 0 {
                let cell = batch.column(0);
                return Ok(Some(match cell.as_primitive_opt::<Int64Type>() {
                    Some(number) => number.value(0).to_string(),
                    None => datafusion::arrow::util::display::array_value_to_string(cell, 0)
                        .map_err(|error| Error::Data(error.to_string()))?,
                }));
            }
        }
        Ok(None)
    }

    /// An error of reading the file, in its own terms: the user wrote no SQL.
    fn plain(&self, error: Error) -> Error {
        let Error::Statement { message, .. } = error else { return error };
        let has_place = message.strip_prefix(&self.input).is_some_and(|rest| rest.starts_with(':'));
        Error::Data(if has_place { message } else { format!("{}: {message}", self.input) })
    }
}

/// The table that a file became.
struct Registered {
    columns: Vec<String>,
    /// What the one who imports it should know.
    notes: Vec<String>,
}

/// The SQL type that a column has by its part in the long form.
fn type_by_name(column: &str) -> Option<&'static str> {
    match Part::of(column) {
        Part::Code => Some("VARCHAR"),
        Part::Number => Some("DOUBLE"),
        Part::Other => None,
    }
}

/// The columns of the long form's key that are there, in its order.
fn of_long_form(columns: &[String]) -> Vec<String> {
    let known = |key: &str| columns.iter().find(|column| column.eq_ignore_ascii_case(key));
    KEY.into_iter().filter_map(known).cloned().collect()
}

fn is_of_long_form(column: &str) -> bool {
    KEY.iter().any(|key| key.eq_ignore_ascii_case(column))
}

const INPUT: &str = "__input";

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn statement(sql: &str) -> Result<Statement> {
    let mut statements = split(sql, Grammar::default()).statements;
    statements.pop().ok_or_else(|| Error::Usage("a statement must be given, found none".into()))
}
