//! `goalposts import`: a table of text, checked, to Parquet.

use std::path::{Path, PathBuf};
use std::time::Instant;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::TableReference;
use datafusion::prelude::SessionContext;

use super::execute::Runner;
use super::script::Statement;
use super::{Options, count, script, shown, since};
use crate::catalog::Source;
use tokio::runtime::Handle;

use crate::error::{Error, Result, describe};
use crate::export::{Target, parquet_writer};

/// Columns of the long form that are codes: text, even where every code is a number (`010`).
const CODES: [&str; 4] = ["unit", "indicator", "code", "parent"];
/// Columns that are numbers whatever they look like.
const NUMBERS: [&str; 9] =
    ["value", "score", "weight", "change", "lower", "upper", "target", "base", "min_coverage"];
/// The key of the long form, in the order that its files are sorted by.
const KEY: [&str; 3] = ["indicator", "unit", "period"];

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// File to read: .csv, .tsv, .ndjson, .arrow or .parquet
    #[arg(value_name = "FILE")]
    input: String,

    /// Parquet file to write
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,

    /// Columns that together tell every row apart; a duplicate is an error
    /// [default: unit, period, indicator where all are there]
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    key: Vec<String>,

    /// Columns to sort by [default: those of indicator, unit, period that are there; else the key]
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    sort: Vec<String>,

    /// Type of a column, where the one found is not meant: release_date=DATE
    #[arg(long = "type", value_name = "COLUMN=TYPE", value_parser = parse_pair)]
    types: Vec<(String, String)>,

    /// New name of a column: region=unit
    #[arg(long, value_name = "OLD=NEW", value_parser = parse_pair)]
    rename: Vec<(String, String)>,
}

fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => {
            Ok((left.to_owned(), right.to_owned()))
        }
        _ => Err("must be COLUMN=TYPE or OLD=NEW".into()),
    }
}

impl Import {
    /// Reads, checks, sorts and writes.
    pub async fn execute(&self, options: &Options, workers: &Handle) -> Result<()> {
        let start = Instant::now();
        if self.output.extension().is_none_or(|ending| ending != "parquet") {
            return Err(Error::Usage(format!("{}: must end in .parquet", self.output.display())));
        }
        let runner = options.runner(workers).await?;
        let columns = self.register(runner.context()).await?;
        let sort = self.order(&columns)?;
        self.check_key(&runner, &columns).await?;
        self.check_finite(&runner, &columns).await?;

        let select: Vec<_> = columns
            .iter()
            .map(|column| match self.type_of(column) {
                Some(data_type) => format!("CAST({0} AS {data_type}) AS {0}", quoted(column)),
                None => quoted(column),
            })
            .collect();
        let mut sql = format!("SELECT {} FROM {INPUT}", select.join(", "));
        if !sort.is_empty() {
            let keys: Vec<_> = sort.iter().map(|column| quoted(column) + " NULLS LAST").collect();
            sql.push_str(&format!(" ORDER BY {}", keys.join(", ")));
        }
        let mut rows = runner
            .start(&statement(&sql)?, &self.input)
            .await
            .map_err(|e| self.plain(e, &columns))?;
        let target = Target::File(self.output.clone());
        let mut export =
            target.open_with(&rows.schema, |out, schema| parquet_writer(out, schema, &sort))?;
        while let Some(batch) = rows.next().await.map_err(|error| self.plain(error, &columns))? {
            export.write(&batch)?;
        }
        let written = export.finish()?;
        options.say(&format!(
            "{} -> {}: {} ({})",
            self.input,
            shown(&self.output),
            count(written, "row"),
            since(start)
        ));
        Ok(())
    }

    /// Makes the file a table under its new column names, and returns them.
    async fn register(&self, context: &SessionContext) -> Result<Vec<String>> {
        let usage = |message: String| Error::Usage(format!("{}: {message}", self.input));
        let source = Source::named(&self.input)
            .map_err(|error| Error::Usage(describe(&error)))?
            .ok_or_else(|| usage("no such file, or its ending is not known".into()))?;
        self.check_header()?;
        let new_name = |old: &str| {
            let renamed = self.rename.iter().find(|(from, _)| from == old);
            renamed.map_or(old.to_owned(), |(_, to)| to.clone())
        };
        let table = source
            .open_as(&context.state(), |field| self.typed(&new_name(field.name()), field))
            .await?;
        let old: Vec<String> =
            table.schema().fields().iter().map(|field| field.name().clone()).collect();
        for (from, _) in &self.rename {
            if !old.contains(from) {
                return Err(usage(format!(
                    "--rename: column '{from}' not found; there are {}",
                    old.join(", ")
                )));
            }
        }
        let names: Vec<String> = old.iter().map(|name| new_name(name)).collect();
        for (i, name) in names.iter().enumerate() {
            if names[..i].contains(name) {
                return Err(usage(format!("column '{name}' is there twice")));
            }
        }
        for (option, wanted) in [("--key", &self.key), ("--sort", &self.sort)]
            .into_iter()
            .flat_map(|(option, columns)| columns.iter().map(move |column| (option, column)))
            .chain(self.types.iter().map(|(column, _)| ("--type", column)))
        {
            if !names.contains(wanted) {
                return Err(usage(format!(
                    "{option}: column '{wanted}' not found; there are {}",
                    names.join(", ")
                )));
            }
        }
        let select: Vec<_> = old
            .iter()
            .zip(&names)
            .map(|(old, new)| format!("{} AS {}", quoted(old), quoted(new)))
            .collect();
        for (column, data_type) in &self.types {
            if let Err(error) = context.sql(&format!("SELECT CAST(NULL AS {data_type})")).await {
                return Err(usage(format!("--type {column}={data_type}: {}", describe(&error))));
            }
        }
        context.register_table(TableReference::bare("__file"), table)?;
        let renamed = context.sql(&format!("SELECT {} FROM __file", select.join(", "))).await?;
        context.register_table(TableReference::bare(INPUT), renamed.into_view())?;
        Ok(names)
    }

    /// The reader of text would take two columns of one name for one.
    fn check_header(&self) -> Result<()> {
        let Some(delimiter) = self.delimiter() else { return Ok(()) };
        let Ok(file) = std::fs::File::open(&self.input) else { return Ok(()) }; // opened, and missed, later
        let format = csv::reader::Format::default().with_header(true).with_delimiter(delimiter);
        let Ok((header, _)) = format.infer_schema(file, Some(0)) else { return Ok(()) };
        let names: Vec<_> = header.fields().iter().map(|field| field.name()).collect();
        match names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)) {
            Some((_, name)) => {
                Err(Error::Data(format!("{}:1: column '{name}' is there twice", self.input)))
            }
            None => Ok(()),
        }
    }

    /// The SQL type a column must have: the one asked for, or the one of its part in the long form.
    fn type_of(&self, column: &str) -> Option<&str> {
        match self.types.iter().find(|(name, _)| name == column) {
            Some((_, asked)) => Some(asked),
            None if CODES.contains(&column) => Some("VARCHAR"),
            None if NUMBERS.contains(&column) => Some("DOUBLE"),
            None => None,
        }
    }

    /// The type a column of text is read with, so that a code `010` stays one and a word among
    /// numbers is found on its line.
    fn typed(&self, name: &str, found: &Field) -> Field {
        let is_text = self.delimiter().is_some();
        let data_type = match self.type_of(name).map(str::to_ascii_uppercase).as_deref() {
            Some("VARCHAR" | "TEXT" | "STRING" | "CHAR") if is_text => DataType::Utf8View,
            Some("DOUBLE") if is_text => DataType::Float64,
            None if *found.data_type() == DataType::Null => DataType::Utf8View,
            _ => return found.clone(), // cast afterwards
        };
        found.clone().with_data_type(data_type)
    }

    /// What separates the columns, if the file is text of that kind.
    fn delimiter(&self) -> Option<u8> {
        match Path::new(&self.input).extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(b','),
            "tsv" => Some(b'\t'),
            _ => None,
        }
    }

    fn order(&self, columns: &[String]) -> Result<Vec<String>> {
        if !self.sort.is_empty() {
            return Ok(self.sort.clone());
        }
        let of_long_form: Vec<_> = KEY
            .into_iter()
            .filter(|key| columns.iter().any(|column| column == key))
            .map(str::to_owned)
            .collect();
        Ok(if of_long_form.is_empty() { self.key.clone() } else { of_long_form })
    }

    /// Every row must have a key of its own, and the long form's key must be complete.
    async fn check_key(&self, runner: &Runner, columns: &[String]) -> Result<()> {
        let long_form = KEY.iter().all(|key| columns.iter().any(|column| column == key));
        let key: Vec<String> = match self.key.as_slice() {
            [] if long_form => KEY.map(str::to_owned).to_vec(),
            given => given.to_vec(),
        };
        if key.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = key.iter().map(|column| quoted(column)).collect();
        for (column, name) in
            key.iter().zip(&names).filter(|(column, _)| KEY.contains(&column.as_str()))
        {
            let sql = format!("SELECT count(*) FROM {INPUT} WHERE {name} IS NULL");
            let missing =
                self.first(runner, &sql, columns).await?.and_then(|row| row.parse::<i64>().ok());
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
            "SELECT {} || ' (' || count(*) || ' rows)' FROM {INPUT} GROUP BY {list} \
             HAVING count(*) > 1 ORDER BY {list} LIMIT 1",
            shown.join(" || ', ' || ")
        );
        match self.first(runner, &sql, columns).await? {
            Some(duplicate) => Err(Error::Data(format!(
                "{}: a key must be there once, found {duplicate}",
                self.input
            ))),
            None => Ok(()),
        }
    }

    /// NaN and infinities are not measurements.
    async fn check_finite(&self, runner: &Runner, columns: &[String]) -> Result<()> {
        let table = runner.context().table(INPUT).await?;
        for field in table.schema().fields().iter().filter(|field| field.data_type().is_floating())
        {
            let name = quoted(field.name());
            let sql = format!(
                "SELECT CAST({name} AS VARCHAR) FROM {INPUT} \
                 WHERE isnan({name}) OR abs({name}) = CAST('inf' AS DOUBLE) LIMIT 1"
            );
            if let Some(found) = self.first(runner, &sql, columns).await? {
                return Err(Error::Data(format!(
                    "{}: column '{}' must be finite, found {found}",
                    self.input,
                    field.name()
                )));
            }
        }
        Ok(())
    }

    /// The first cell of a query's result, as text.
    async fn first(
        &self,
        runner: &Runner,
        sql: &str,
        columns: &[String],
    ) -> Result<Option<String>> {
        let mut rows = runner
            .start(&statement(sql)?, &self.input)
            .await
            .map_err(|e| self.plain(e, columns))?;
        while let Some(batch) = rows.next().await.map_err(|error| self.plain(error, columns))? {
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
    fn plain(&self, error: Error, columns: &[String]) -> Error {
        let Error::Statement { message, .. } = error else { return error };
        let message = match message.strip_prefix(&format!("{}: ", self.input)) {
            Some(rest) => rest,
            None => &message,
        };
        Error::Data(match Unreadable::parse(message) {
            Some(Unreadable { value, data_type, column, line }) => format!(
                "{}:{}: column '{}' must be {}, found '{value}'",
                self.input,
                line + 1, // the reader does not count the header
                columns.get(column).map_or("?", String::as_str),
                if data_type == "Float64" { "a number" } else { data_type },
            ),
            None => format!("{}: {message}", self.input),
        })
    }
}

/// What the CSV reader says of a cell it cannot read.
struct Unreadable<'a> {
    value: &'a str,
    data_type: &'a str,
    column: usize,
    line: usize,
}

impl<'a> Unreadable<'a> {
    fn parse(message: &'a str) -> Option<Self> {
        let (_, rest) = message.split_once("while parsing value '")?;
        let (value, rest) = rest.split_once("' as type '")?;
        let (data_type, rest) = rest.split_once("' for column ")?;
        let (column, rest) = rest.split_once(" at line ")?;
        let line = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        Some(Self { value, data_type, column: column.parse().ok()?, line: line.parse().ok()? })
    }
}

const INPUT: &str = "__input";

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn statement(sql: &str) -> Result<Statement> {
    let mut statements = script::split(sql).statements;
    statements.pop().ok_or_else(|| Error::Usage("nothing to run".into()))
}
