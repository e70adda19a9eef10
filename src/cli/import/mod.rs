//! `goalposts import`: any table, checked, to Parquet.

mod checks;
mod options;
mod order;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{DataFusionError, TableReference};
use textwrap::core::display_width;
use tokio::runtime::Handle;

use checks::Checks;
use options::ReadArguments;
use order::Ordered;

use super::error::{Error, Result};
use super::execute::{ResultRows, Runner};
use super::options::Options;
use super::output::{Output, write_checked};
use super::provenance::metadata::imported;
use super::report::{ending, shown, since};
use super::script::{Grammar, Statement, split};
use crate::error::describe;
use crate::export::{ExportOptions, Format, Target};
use crate::read::open;
use crate::types::sql_name;
use crate::words::count;

/// The key of the long form, in the order that its files are sorted by.
const KEY: [&str; 3] = ["indicator", "unit", "period"];
/// The table that a file became.
const INPUT: &str = "__input";
/// The same in its order.
const ORDERED: &str = "__ordered";
/// What rows may take while they are put in order; more of them go by the disk.
const MEMORY: usize = 4 << 30;
/// How many rows are shown of what would be written.
const SHOWN: usize = 10;

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
pub struct ImportCommand {
    /// Files to read, as one table: text, workbooks, JSON, Arrow, Parquet; packed or not;
    /// - for standard input
    #[arg(value_name = "FILE", required = true)]
    inputs: Vec<String>,

    /// Parquet file to write
    #[arg(long, short, value_name = "FILE", required_unless_present = "dry_run")]
    output: Option<PathBuf>,

    /// Columns that together identify a row; a duplicate is an error
    /// [default: unit, period, indicator if all three exist]
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    key: Vec<String>,

    /// Columns to sort by [default: those of indicator, unit, period that exist; else the key]
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    sort: Vec<String>,

    /// Show the columns and the first rows, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Write what was done beside the output, in a text file
    #[arg(long)]
    report: bool,

    #[command(flatten)]
    reading: ReadArguments,
}

impl ImportCommand {
    /// Reads, checks, sorts and writes.
    pub async fn execute(&self, options: &Options, workers: &Handle) -> Result<()> {
        let start = Instant::now();
        if let Some(output) = &self.output
            && output.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("parquet"))
        {
            return Err(Error::Usage(format!(
                "{}: must end in .parquet, found {}",
                output.display(),
                ending(output)
            )));
        }
        let runner = options.within(MEMORY).runner(workers).await?;
        let (schema, mut notes) = self.register(&runner).await?;
        let columns = self.columns(&schema)?;
        let checks = self.read(&runner, &schema, &columns).await?;
        notes.extend(checks.notes());
        let done = self.done(&checks, &columns.key, start);
        let said = said(&self.shown(), &schema, &checks, &notes, &done);
        for line in &said {
            options.say(line);
        }
        self.report(&said)?;
        if self.dry_run {
            let sql = format!("{} LIMIT {SHOWN}", select(INPUT, &schema, &[]));
            let rows = self.rows(&runner, &sql).await?;
            Output::new(options.format()).show(rows).await?;
        }
        Ok(())
    }

    /// What the columns are for.
    fn columns(&self, schema: &SchemaRef) -> Result<Columns> {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        self.check_columns(&names)?;
        let (key, sort) = (self.key(&names), self.order(&names));
        let place = |column: &String| names.iter().position(|name| name == column);
        let places: Vec<usize> = key.iter().filter_map(place).collect();
        let is_complete = |place: &usize| is_of_long_form(names[*place]);
        let complete = places.iter().copied().filter(is_complete).collect();
        Ok(Columns { key, sort, places, complete })
    }

    /// Reads the rows in their order, checks them, and writes them unless it is a trial.
    async fn read(&self, runner: &Runner, schema: &SchemaRef, columns: &Columns) -> Result<Checks> {
        let Columns { key, sort, places, complete } = columns;
        let mut checks = Checks::new(&self.shown(), schema, places);
        // Rows of one key stand together if no other column comes first.
        if !sort.iter().all(|column| key.contains(column)) && !key.is_empty() {
            let mut rows = self.rows(runner, &select(INPUT, schema, key)).await?;
            while let Some(batch) = rows.next().await.map_err(|error| self.plain(error))? {
                checks.see(&batch)?;
            }
            checks.finish(complete)?;
            checks = Checks::new(&self.shown(), schema, &[]);
        }
        let mut order = sort.clone();
        order.extend(key.iter().filter(|column| !sort.contains(column)).cloned());
        let sorted = self.sort(runner, schema, &order).await?;
        let mut rows = self.rows(runner, &select(sorted, schema, &order)).await?;
        let Some(output) = self.output.as_ref().filter(|_| !self.dry_run) else {
            while let Some(batch) = rows.next().await.map_err(|error| self.plain(error))? {
                checks.see(&batch)?;
            }
            checks.finish(complete)?;
            return Ok(checks);
        };
        let checks = Mutex::new(checks);
        let target = Target::File(output.clone());
        let mut options = ExportOptions::new(Format::Parquet).with_sorted_by(sort);
        options.metadata.extend(self.provenance(runner, schema, columns).await?);
        let see = |batch: &RecordBatch| lock(&checks).see(batch);
        let finish = || lock(&checks).finish(complete);
        let written = write_checked(rows, &target, &options, &see, &finish).await;
        written.map_err(|error| self.plain(error))?;
        Ok(checks.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Where the rows come from, for the file to carry.
    async fn provenance(
        &self,
        runner: &Runner,
        schema: &SchemaRef,
        columns: &Columns,
    ) -> Result<BTreeMap<String, String>> {
        let query = statement(&select(INPUT, schema, &[]))?;
        let trail = runner.trail(&query, &self.shown()).await;
        let read = runner.read(trail.map_err(|error| self.plain(error))?).await?;
        let mut options = self.reading.record();
        for (name, given) in [("key", &columns.key), ("sort", &columns.sort)] {
            if !given.is_empty() {
                options.insert(name.to_owned(), given.clone().into());
            }
        }
        Ok(imported(options, &read))
    }

    /// The files, as the user knows them.
    fn shown(&self) -> String {
        match self.inputs.as_slice() {
            [one] if one == open::INPUT => open::INPUT_SHOWN.to_owned(),
            [one] => one.clone(),
            several => format!("{} and {} more", several[0], several.len() - 1),
        }
    }

    /// Makes the files a table.
    async fn register(&self, runner: &Runner) -> Result<(SchemaRef, Vec<String>)> {
        let context = runner.context();
        let placed = |error| match error {
            Error::Usage(message) => Error::Usage(format!("{}: {message}", self.shown())),
            other => other,
        };
        let reading = self.reading.options(context).map_err(placed)?;
        for input in &self.inputs {
            if input != open::INPUT
                && !input.contains("://")
                && !input.contains(['*', '?', '['])
                && let Err(error) = std::fs::metadata(input)
            {
                let missing = error.kind() == std::io::ErrorKind::NotFound;
                return Err(match missing {
                    true => Error::Usage(format!("{input}: file not found")),
                    false => Error::File { path: input.into(), source: error },
                });
            }
        }
        let opening = {
            let (state, inputs) = (context.state(), self.inputs.clone());
            async move { open::open(&state, &inputs, &reading).await }
        };
        let opened = runner.finish_work(opening).await?;
        let opened = opened.map_err(|error| match error.find_root() {
            DataFusionError::Configuration(_) => Error::Usage(describe(&error)),
            _ => Error::Data(describe(&error)),
        })?;
        let schema = opened.table.schema();
        context.register_table(TableReference::bare(INPUT), opened.table)?;
        Ok((schema, opened.notes))
    }

    /// The table to read an order from: one that has it without a general sort, where there is one.
    async fn sort(
        &self,
        runner: &Runner,
        schema: &SchemaRef,
        order: &[String],
    ) -> Result<&'static str> {
        let context = runner.context();
        let places = order.iter().filter_map(|column| schema.index_of(column).ok());
        let table = context.table_provider(INPUT).await?;
        let Some(ordered) = Ordered::of(&table, &places.collect::<Vec<_>>()) else {
            return Ok(INPUT);
        };
        context.register_table(TableReference::bare(ORDERED), Arc::new(ordered))?;
        Ok(ORDERED)
    }

    /// What was done, in a line.
    fn done(&self, checks: &Checks, key: &[String], start: Instant) -> String {
        let target = match &self.output {
            Some(output) if !self.dry_run => format!(" -> {}", shown(output)),
            _ => " (dry run)".to_owned(),
        };
        format!(
            "{}{target}: {}{} ({})",
            self.shown(),
            count(checks.rows, "row"),
            if key.is_empty() { ", no key checked" } else { "" },
            since(start)
        )
    }

    /// Writes what was said beside the output.
    fn report(&self, lines: &[String]) -> Result<()> {
        let Some(output) = self.output.as_ref().filter(|_| self.report && !self.dry_run) else {
            return Ok(());
        };
        let path = output.with_extension("report.txt");
        let text = lines.join("\n") + "\n";
        Ok(Target::File(path).write_whole(text.as_bytes())?)
    }

    fn check_columns(&self, names: &[&str]) -> Result<()> {
        let options = [("--key", &self.key), ("--sort", &self.sort)];
        for (option, column) in options.into_iter().flat_map(|(o, c)| c.iter().map(move |c| (o, c)))
        {
            if !names.contains(&column.as_str()) {
                return Err(Error::Usage(format!(
                    "{}: {option}: column '{column}' not found (the columns are {})",
                    self.shown(),
                    names.join(", ")
                )));
            }
        }
        Ok(())
    }

    /// The columns to sort by.
    fn order(&self, columns: &[&str]) -> Vec<String> {
        if !self.sort.is_empty() {
            return self.sort.clone();
        }
        let of_long_form = of_long_form(columns);
        if of_long_form.is_empty() { self.key.clone() } else { of_long_form }
    }

    /// The columns that tell every row apart, if there are any.
    fn key(&self, columns: &[&str]) -> Vec<String> {
        let of_long_form = of_long_form(columns);
        match self.key.as_slice() {
            [] if of_long_form.len() == KEY.len() => of_long_form,
            given => given.to_vec(),
        }
    }

    async fn rows(&self, runner: &Runner, sql: &str) -> Result<ResultRows> {
        let rows = runner.start(&statement(sql)?, &self.shown()).await;
        rows.map_err(|error| self.plain(error))
    }

    /// An error of reading the files, in its own terms: the user wrote no SQL.
    fn plain(&self, error: Error) -> Error {
        let Error::Statement { message, .. } = error else { return error };
        let has_place = self.inputs.iter().any(|input| {
            let stem = input.split(['*', '?', '[']).next().unwrap_or(input);
            let stem = stem.trim_start_matches("./");
            !stem.is_empty() && message.trim_start_matches("./").contains(stem)
        });
        Error::Data(match has_place {
            true => message,
            false => format!("{}: {message}", self.shown()),
        })
    }
}

/// What the columns of a table are for.
struct Columns {
    /// The columns that tell every row apart, and those to sort by.
    key: Vec<String>,
    sort: Vec<String>,
    /// Where those of the key stand, and those of them that must be complete.
    places: Vec<usize>,
    complete: Vec<usize>,
}

fn lock(checks: &Mutex<Checks>) -> MutexGuard<'_, Checks> {
    checks.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is told of a table: its columns, what should be known, and what was done.
fn said(
    shown: &str,
    schema: &SchemaRef,
    checks: &Checks,
    notes: &[String],
    done: &str,
) -> Vec<String> {
    let names = schema.fields().iter().map(|field| display_width(field.name()));
    let width = names.max().unwrap_or(0).min(40);
    let columns = schema.fields().iter().zip(&checks.missing).map(|(field, missing)| {
        let missing = match missing {
            0 => String::new(),
            missing => format!(", {missing} missing"),
        };
        let name = field.name();
        let pad = " ".repeat(width.saturating_sub(display_width(name)));
        format!("  {name}{pad}  {}{missing}", sql_name(&of_parquet(field.data_type())))
    });
    let notes = notes.iter().map(|note| format!("goalposts: {shown}: note: {note}"));
    notes.chain(columns).chain([done.to_owned()]).collect()
}

/// Parquet has no column without a type.
fn of_parquet(data_type: &DataType) -> DataType {
    if data_type.is_null() { DataType::Utf8View } else { data_type.clone() }
}

/// All columns in an order.
fn select(table: &str, schema: &SchemaRef, order: &[String]) -> String {
    let columns = schema.fields().iter().map(|field| {
        let name = quoted(field.name());
        match field.data_type().is_null() {
            true => format!("CAST({name} AS VARCHAR) AS {name}"),
            false => name,
        }
    });
    let columns: Vec<_> = columns.collect();
    let mut sql = format!("SELECT {} FROM {table}", columns.join(", "));
    if !order.is_empty() {
        let keys: Vec<_> = order.iter().map(|column| quoted(column) + " NULLS LAST").collect();
        sql.push_str(&format!(" ORDER BY {}", keys.join(", ")));
    }
    sql
}

/// The columns of the long form's key that are there, in its order.
fn of_long_form(columns: &[&str]) -> Vec<String> {
    let known = |key: &str| columns.iter().find(|column| column.eq_ignore_ascii_case(key));
    KEY.into_iter().filter_map(known).map(|column| (*column).to_owned()).collect()
}

fn is_of_long_form(column: &str) -> bool {
    KEY.iter().any(|key| key.eq_ignore_ascii_case(column))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn statement(sql: &str) -> Result<Statement> {
    let mut statements = split(sql, Grammar::default()).statements;
    statements.pop().ok_or_else(|| Error::Usage("a statement must be given, found none".into()))
}
