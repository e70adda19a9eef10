//! The program: one command, one file.

mod audit;
mod candidates;
mod completions;
mod copy;
mod damage;
mod doctor;
mod drawing;
mod error;
mod execute;
mod expectation;
mod export;
mod file;
mod formats;
mod home;
mod import;
mod info;
mod interrupt;
mod manual;
mod options;
mod output;
mod pages;
mod picture;
mod plot;
mod programs;
mod progress;
mod provenance;
mod query;
mod report;
mod reporting;
mod run;
mod scan;
mod script;
mod shell;
mod summary;
mod temporary;
mod threads;
mod values;
mod whole;
mod writing;

use std::io::{self, IsTerminal, Read};

use clap::{CommandFactory, Parser, Subcommand};
use tokio::runtime::Handle;

use audit::AuditCommand;
use completions::CompletionsCommand;
use doctor::DoctorCommand;
use export::ExportCommand;
use import::ImportCommand;
use info::InfoCommand;
use manual::ManualCommand;
use options::Options;
use output::Output;
use plot::PlotCommand;
use reporting::ReportCommand;
use run::RunCommand;
use script::utf8;
use shell::{Shell, StartUp};

pub use damage::{keep_panics_quiet, last_panic};
pub use error::{Error, Result};
pub use report::report;
pub use temporary::Temporary;
pub use threads::{STACK, workers};

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
    start_up: StartUp,

    #[command(flatten)]
    options: Options,
}

const LONG_ABOUT: &str = "Composite indicators in SQL: normalise, weight and aggregate indicators \
stored in Parquet.\n\nWithout a command it opens a shell on the data folder, or runs what comes in \
on standard input.\n\nExit codes: 0 done; 1 a statement or its data is at fault; 2 the command \
line or a path is; 130 Ctrl-C.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run query files in the order of their names
    Run(RunCommand),
    /// Write the result of a query to a file
    Export(ExportCommand),
    /// Draw the result of a query
    Plot(PlotCommand),
    /// Write the results of query files as one page, with their texts and pictures
    Report(ReportCommand),
    /// Audit an index: data, distributions, coherence, weights, results and robustness, chapter by chapter
    Audit(AuditCommand),
    /// Read a table as it was published, check it, and write it as Parquet
    Import(Box<ImportCommand>),
    /// Tell what a file is, where it comes from, and whether its inputs are still the same
    Info(InfoCommand),
    /// Say what the program finds here: data, memory, terminal, and what is wrong with them
    Doctor(DoctorCommand),
    /// Print completions of the command line for a shell
    Completions(CompletionsCommand),
    /// Print the page in the manual, or write a page for each command
    Man(ManualCommand),
}

/// Runs the program; queries run on `workers`.
///
/// # Errors
/// The first thing that went wrong; its [`Error::exit_code`] is the program's.
pub async fn run(cli: Cli, workers: &Handle) -> Result<()> {
    let Cli { command, statements, start_up, options } = cli;
    options.choose_colours();
    if start_up.is_given() {
        let found = match command {
            Some(_) => Some("a command"),
            None if !statements.is_empty() => Some("-c"),
            None => (!io::stdin().is_terminal()).then_some("input that is no terminal"),
        };
        if let Some(found) = found {
            return Err(Error::Usage(format!("--init must be given to a shell, found {found}")));
        }
    }
    match command {
        Some(_) if !statements.is_empty() => {
            Err(Error::Usage("-c must not be combined with a command, found both".into()))
        }
        Some(Command::Run(command)) => command.execute(&options, workers).await,
        Some(Command::Export(command)) => command.execute(&options, workers).await,
        Some(Command::Plot(command)) => command.execute(&options, workers).await,
        Some(Command::Report(command)) => command.execute(&options, workers).await,
        Some(Command::Audit(command)) => command.execute(&options, workers).await,
        Some(Command::Import(command)) => command.execute(&options, workers).await,
        Some(Command::Info(command)) => command.execute(&options, workers).await,
        Some(Command::Doctor(command)) => command.execute(&options, workers).await,
        Some(Command::Completions(command)) => command.execute(Cli::command()),
        Some(Command::Man(command)) => command.execute(Cli::command()),
        None if !statements.is_empty() => {
            let runner = options.runner(workers).await?;
            let mut output = Output::new(options.format());
            for text in &statements {
                output.show_all(&runner, "-c", text).await?;
            }
            Ok(())
        }
        None if io::stdin().is_terminal() => {
            Shell::new(options, start_up, workers).await?.run().await
        }
        None => {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes).map_err(Error::file("standard input"))?;
            let text = utf8("<stdin>", bytes)?;
            let runner = options.runner(workers).await?;
            Output::new(options.format()).show_all(&runner, "<stdin>", &text).await
        }
    }
}
