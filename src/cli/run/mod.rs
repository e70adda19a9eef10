//! `goalposts run`: query files in the order of their names.

mod asked;
pub mod batch;
mod describe;
mod dry;
mod jobs;
mod keeper;
mod log;
mod manifest;
mod one;
mod outcome;
pub mod paths;
mod progress;
mod results;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use tokio::runtime::Handle;

use batch::Batch;
use describe::describe;
use jobs::Jobs;
use keeper::Keeper;
use log::{Form, Log};
use outcome::Tally;
use paths::{ensure_own_results, query_files};
use progress::Progress;
use results::Destination;

use super::error::{Error, Result};
use super::options::Options;
use super::script::Grammar;
use super::writing::WritingArguments;

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct RunCommand {
    /// Query files, or folders of them (for standard input, omit the command)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Folder for results: the last query of NAME.sql becomes NAME.arrow (or as --format says);
    /// or a workbook, FILE.xlsx, with a sheet for each
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    #[command(flatten)]
    writing: WritingArguments,

    /// Continue with the next file after a failure
    #[arg(long)]
    keep_going: bool,

    /// Files run at a time, where none of them changes what another sees [default: 1]
    #[arg(long, short, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    /// Run only what has changed since the run before: its text, what it includes, its parameters, its
    /// inputs, what it needs of other files, or its result in --out
    #[arg(long, requires = "out", conflicts_with_all = ["dry_run", "describe"])]
    incremental: bool,

    /// Plan every statement and run none: no result is written
    #[arg(long, conflicts_with = "out")]
    dry_run: bool,

    /// Print the titles, parameters and expectations of the files, and run nothing
    #[arg(long, conflicts_with_all = ["out", "dry_run", "jobs"])]
    describe: bool,

    /// What is told on standard error
    #[arg(long, value_name = "FORM", default_value = "text", hide_default_value = true)]
    log: Form,
}

const EXIT_CODES: &str = "Exit codes: 0 every file passed; 1 a statement, its data, a parameter or an \
expectation is at fault; 2 the command line or a path is; 130 Ctrl-C.";

impl RunCommand {
    /// Runs the files in one session: what one of them creates, those after it can use.
    pub async fn execute(&self, options: &Options, workers: &Handle) -> Result<()> {
        let log = Log::new(self.log, options.quiet);
        match (self.log, self.run(options, workers, &log).await) {
            (Form::Json, Err(error))
                if !matches!(error, Error::Told { .. } | Error::ClosedPipe) =>
            {
                log.fault(&error);
                Err(Error::Told { code: error.code() })
            }
            (_, outcome) => outcome,
        }
    }

    async fn run(&self, options: &Options, workers: &Handle, log: &Log) -> Result<()> {
        let start = Instant::now();
        let paths = query_files(&self.paths)?;
        if self.describe {
            return self.describe(&paths, options, log);
        }
        let destination = Destination::of(self.out.as_deref(), options, &self.writing)?;
        if let Destination::Folder(..) = destination {
            ensure_own_results(&paths)?;
        }
        if let (true, Destination::Workbook(path)) = (self.incremental, &destination) {
            return Err(Error::Usage(format!(
                "--incremental must have a folder in --out, found the workbook {}",
                path.display()
            )));
        }
        let mut session = options.clone();
        session.quiet |= self.log == Form::Json; // neither notes nor a bar among its lines
        let runner = session.runner(workers).await?;
        let mut batch = Batch::read(&paths, runner.grammar());
        let values = batch.values(&runner).await.map_err(|faults| told(log, faults))?;
        log.begin(batch.files.iter().map(|file| file.origin.as_str()).collect());
        let unreadable: Vec<Option<Error>> =
            batch.files.iter_mut().map(|file| file.unreadable.take()).collect();
        let mut progress = Progress {
            batch: &batch,
            values: &values,
            runner: &runner,
            destination: &destination,
            log,
            start,
            tally: Tally::default(),
            keeper: None,
            code: None,
        };
        match self.dry_run {
            true => progress.rehearse(unreadable).await?,
            false => {
                let kept = destination.decided_by(options);
                progress.keeper =
                    Keeper::of(&batch, &values, &runner, &destination, &kept, self.incremental)?;
                let mut results = destination.open(options)?;
                let jobs = self.jobs.map_or(1, NonZeroUsize::get);
                let tied = (jobs > 1).then(|| {
                    let data = options.data().map(Path::new);
                    Jobs::of(&batch, &values, runner.grammar(), &destination, data)
                });
                let jobs = (jobs, tied);
                progress.run(unreadable, &mut results, jobs, self.keep_going).await?;
                progress.close(results, self.keep_going)?;
            }
        }
        log.end(&progress.tally);
        match progress.code {
            None => Ok(()),
            Some(code) => Err(Error::Told { code: if self.keep_going { 1 } else { code } }),
        }
    }

    fn describe(&self, paths: &[PathBuf], options: &Options, log: &Log) -> Result<()> {
        let mut batch = Batch::read(paths, Grammar::default());
        let mut faults = Vec::new();
        for file in &mut batch.files {
            faults.append(&mut file.faults);
            faults.extend(file.unreadable.take());
        }
        if !faults.is_empty() {
            return Err(told(log, faults));
        }
        describe(&batch.files, options.format())
    }
}

/// Tells what keeps a run from beginning.
fn told(log: &Log, faults: Vec<Error>) -> Error {
    Error::all(faults, |fault| log.fault(fault))
}
