//! The program: one command, one file.

mod execute;
mod export;
mod import;
mod progress;
pub(crate) mod render;
mod run;
mod script;
mod shell;

use std::io::{self, IsTerminal, Read};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::{Parser, Subcommand};
use datafusion::prelude::SessionContext;
use tokio::runtime::{Builder, Handle, Runtime};

use execute::{Rows, Runner};
pub use execute::{keep_panics_quiet, last_panic};
use progress::Bar;

use crate::error::{Error, Result};
use crate::export::{Format, Target};
use crate::session::{self, Limits};
use crate::statement::Parameters;

/// Room for statements that nest deeply: parser and planner walk them by recursion.
pub const STACK: usize = 64 << 20;

/// Threads for queries.
///
/// # Errors
/// When the system refuses them.
pub fn workers() -> Result<Runtime> {
    let workers = Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    workers.map_err(Error::file("threads"))
}

/// Composite indicators in SQL.
#[derive(Debug, Parser)]
#[command(name = "goalposts", version, about, long_about = LONG_ABOUT)]
#[command(args_conflicts_with_subcommands = false)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    /// Statements to run; their results go to standard output
    #[arg(short = 'c', long = "command", value_name = "SQL", allow_hyphen_values = true)]
    statements: Vec<String>,

    #[command(flatten)]
    options: Options,
}

const LONG_ABOUT: &str = "Composite indicators in SQL: normalise, weight and aggregate indicators \
stored in Parquet.\n\nWithout a command it opens a shell on the data folder, or runs what comes in \
on standard input.\n\nExit codes: 0 done; 1 a statement or its data is at fault; 2 the command \
line or a path is; 130 Ctrl-C.";

/// What holds for every command.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Folder whose Parquet files are the tables [default: data, if it exists]
    #[arg(long, global = true, env = "GOALPOSTS_DATA", value_name = "DIR")]
    data: Option<String>,

    /// Format of results [default: table; of run --out and export: the file's ending, or arrow]
    #[arg(long, short = 'f', global = true, value_enum)]
    format: Option<Format>,

    /// Value of $NAME in statements; quote a text that looks like a number: year="'2024'"
    #[arg(long = "param", short = 'p', global = true, value_name = "NAME=VALUE",
          value_parser = parse_parameter)]
    parameters: Vec<(String, String)>,

    /// Memory limit per query, such as 512M; larger sorts spill to disk, others fail
    #[arg(long, global = true, value_name = "SIZE", value_parser = parse_size)]
    memory_limit: Option<usize>,

    /// Number of partitions processed in parallel [default: the number of cores]
    #[arg(long, global = true, value_name = "N")]
    threads: Option<NonZeroUsize>,

    /// Print only errors on standard error
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run query files in the order of their names
    Run(run::Run),
    /// Write the result of a query to a file
    Export(export::Export),
    /// Check a table of text and write it as Parquet
    Import(import::Import),
}

fn parse_parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("must be NAME=VALUE, found no =")?;
    let name = name.trim().trim_start_matches('$');
    if name.is_empty() {
        return Err("must be NAME=VALUE, found no name".into());
    }
    Ok((name.to_owned(), value.to_owned()))
}

fn parse_size(text: &str) -> Result<usize, String> {
    let upper = text.trim().to_ascii_uppercase();
    let upper = upper.strip_suffix('B').unwrap_or(&upper);
    SessionContext::parse_capacity_limit("--memory-limit", upper)
        .ok()
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| "must be a number with K, M or G, such as 512M".into())
}

/// Runs the program; queries run on `workers`.
///
/// # Errors
/// The first thing that went wrong; its [`Error::exit_code`] is the program's.
pub async fn run(cli: Cli, workers: &Handle) -> Result<()> {
    let Cli { command, statements, options } = cli;
    match command {
        Some(_) if !statements.is_empty() => {
            Err(Error::Usage("-c must not be combined with a command, found both".into()))
        }
        Some(Command::Run(command)) => command.execute(&options, workers).await,
        Some(Command::Export(command)) => command.execute(&options, workers).await,
        Some(Command::Import(command)) => command.execute(&options, workers).await,
        None if !statements.is_empty() => {
            let runner = options.runner(workers).await?;
            let mut output = Output::new(options.format());
            for text in &statements {
                output.show_all(&runner, "-c", text).await?;
            }
            Ok(())
        }
        None if io::stdin().is_terminal() => shell::Shell::new(options, workers).await?.run().await,
        None => {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes).map_err(Error::file("standard input"))?;
            let text = utf8("<stdin>", bytes)?;
            let runner = options.runner(workers).await?;
            Output::new(options.format()).show_all(&runner, "<stdin>", &text).await
        }
    }
}

impl Options {
    async fn runner(&self, workers: &Handle) -> Result<Runner> {
        let default = Path::new("data").is_dir().then_some("data");
        let data = self.data.as_deref().or(default);
        let limits = Limits { memory: self.memory_limit, threads: self.threads };
        let mut parameters = Parameters::default();
        self.parameters.iter().for_each(|(name, value)| parameters.set(name, value));
        let context = session::open(data, &limits).await?;
        let bar = Bar::default();
        if !self.quiet && io::stderr().is_terminal() {
            let progress = Arc::new(bar.progress());
            context.state_ref().write().config_mut().set_extension(progress);
        }
        Ok(Runner::new(context, parameters, workers, bar))
    }

    fn format(&self) -> Format {
        self.format.unwrap_or(Format::Table)
    }

    /// Says what was done, on standard error.
    fn say(&self, message: &str) {
        if !self.quiet {
            report(message);
        }
    }
}

/// One line on standard error. That it cannot be written is no reason to fail.
fn report(message: &str) {
    use std::io::Write;
    let _ = writeln!(io::stderr(), "{message}");
}

/// Text that must be UTF-8.
fn utf8(origin: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + valid.iter().filter(|byte| **byte == b'\n').count();
        Error::Statement {
            origin: origin.into(),
            line,
            message: "text must be UTF-8, found other bytes".into(),
        }
    })
}

/// Standard output, in one format.
struct Output {
    format: Format,
    results: usize,
}

impl Output {
    fn new(format: Format) -> Self {
        Self { format, results: 0 }
    }

    /// Runs every statement of a text and writes the results.
    async fn show_all(&mut self, runner: &Runner, origin: &str, text: &str) -> Result<()> {
        let script = script::split(text, runner.grammar());
        for statement in &script.statements {
            let rows = runner.start(statement, origin).await?;
            self.show(rows).await?;
        }
        closed(&script, origin)
    }

    async fn show(&mut self, rows: Rows) -> Result<usize> {
        let is_one_file = !self.format.is_text();
        self.results += usize::from(rows.has_columns());
        if is_one_file && self.results > 1 {
            return Err(rows.fault(&format!(
                "standard output must have one result as {}, found a second",
                self.format.ending()
            )));
        }
        write_rows(rows, &Target::Output, self.format).await
    }
}

/// An error if the text ends inside a string or a comment.
fn closed(script: &script::Script, origin: &str) -> Result<()> {
    match &script.fault {
        None => Ok(()),
        Some(fault) => Err(Error::Statement {
            origin: origin.into(),
            line: fault.location.line as usize,
            message: crate::error::one_line(&fault.message),
        }),
    }
}

/// Writes a result to its target. Returns the number of rows; a statement without columns has none.
async fn write_rows(mut rows: Rows, target: &Target, format: Format) -> Result<usize> {
    if !rows.has_columns() && *target == Target::Output {
        while rows.next().await?.is_some() {}
        return Ok(0);
    }
    let format = match (format, target) {
        (Format::Arrow, Target::Output) => Format::Arrows, // a pipe has no end to seek to
        (format, _) => format,
    };
    let mut export = None;
    // The target is opened with the first batch: a query that fails at once writes no header.
    while let Some(batch) = rows.next().await? {
        let export = match &mut export {
            Some(export) => export,
            none => none.insert(target.open(format, &rows.schema)?),
        };
        export.write(&batch)?;
    }
    match export {
        Some(export) => export.finish(),
        None => target.open(format, &rows.schema)?.finish(),
    }
}

/// `3 rows`, `1 row`.
fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Seconds since `start`, for a person.
fn since(start: Instant) -> String {
    format!("{:.3} s", start.elapsed().as_secs_f64())
}

/// What a path ends in, in messages.
fn ending(path: &Path) -> String {
    let ending = path.extension().map(|ending| format!(".{}", ending.display()));
    ending.unwrap_or_else(|| "no ending".to_owned())
}

/// The name of a path in messages.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A text file, which must be UTF-8.
fn read_text(path: &PathBuf) -> Result<String> {
    let bytes = std::fs::read(path).map_err(Error::file(path))?;
    utf8(&shown(path), bytes)
}
