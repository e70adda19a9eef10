//! `goalposts run`: query files in the order of their names.

mod asked;
pub mod batch;
mod describe;
mod dry;
mod keeper;
mod log;
mod manifest;
mod one;
mod outcome;
pub mod paths;
mod results;

use std::cell::Cell;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream;
use tokio::runtime::Handle;

use batch::Batch;
use describe::describe;
use keeper::Keeper;
use log::{Form, Log};
use one::{Account, Ran, restore, run_file, settle};
use outcome::{Outcome, Status, Tally};
use paths::query_files;
use results::{Destination, Results};

use super::error::{Error, Result};
use super::execute::Runner;
use super::options::Options;
use super::report::{count, shown, since};
use super::script::Grammar;
use super::writing::WritingArguments;
use crate::statement::Parameters;

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

/// Where a run is.
struct Progress<'a> {
    batch: &'a Batch,
    values: &'a [Parameters],
    runner: &'a Runner,
    destination: &'a Destination,
    log: &'a Log,
    start: Instant,
    tally: Tally,
    keeper: Option<Keeper>,
    /// The exit code of the first failure.
    code: Option<u8>,
}

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

impl Progress<'_> {
    /// Runs the files one after another, up to `jobs` of them at a time.
    async fn run(
        &mut self,
        mut unreadable: Vec<Option<Error>>,
        results: &mut Results,
        jobs: usize,
        keep_going: bool,
    ) -> Result<()> {
        let mut next = 0;
        while next < self.batch.files.len() {
            let file = &self.batch.files[next];
            if self.code.is_some() && !keep_going {
                self.end(next, Outcome::skipped(&file.origin), Account::default(), results).await?;
                next += 1;
                continue;
            }
            if let Some(error) = unreadable[next].take() {
                let outcome = Outcome::failed(&file.origin, error, Duration::ZERO);
                self.end(next, outcome, Account::default(), results).await?;
                next += 1;
                continue;
            }
            let together = match jobs {
                1 => 1,
                _ => {
                    let readable = unreadable[next..].iter().take_while(|one| one.is_none());
                    self.batch.together(next, self.runner.grammar()).min(readable.count()).max(1)
                }
            };
            let mut files = Vec::with_capacity(together);
            for i in next..next + together {
                if !self.spares(i).await? {
                    files.push(i);
                }
            }
            next += together;
            if let [i] = files[..] {
                let ran = match self.restore(i).await {
                    Ok(()) => {
                        let runner = self.runner.with(self.values[i].clone());
                        let file = &self.batch.files[i];
                        run_file(file, &runner, self.destination, Some(results)).await
                    }
                    Err(error) => Ran::failed(&self.batch.files[i].origin, error),
                };
                self.end(i, ran.outcome, ran.account, results).await?;
            } else if !files.is_empty() {
                for i in &files {
                    self.restore(*i).await?;
                }
                self.run_together(files, results, jobs, keep_going).await?;
            }
        }
        Ok(())
    }

    /// Whether a file need not run.
    async fn spares(&mut self, i: usize) -> Result<bool> {
        let Some(keeper) = &mut self.keeper else { return Ok(false) };
        let file = &self.batch.files[i];
        let is_spared = keeper.spares(i, file, self.runner, self.destination).await?;
        if is_spared {
            self.add(Outcome::unchanged(&file.origin));
        }
        Ok(is_spared)
    }

    /// Runs what a file needs of files that were spared.
    async fn restore(&mut self, i: usize) -> Result<()> {
        let Some(keeper) = &mut self.keeper else { return Ok(()) };
        for needed in keeper.missing(i) {
            let runner = self.runner.with(self.values[needed].clone());
            restore(&self.batch.files[needed], &runner).await?;
            keeper.restored(needed);
        }
        Ok(())
    }

    /// Runs files at the same time; what they show and tell comes in their order.
    async fn run_together(
        &mut self,
        files: Vec<usize>,
        results: &mut Results,
        jobs: usize,
        keep_going: bool,
    ) -> Result<()> {
        let (batch, values, runner) = (self.batch, self.values, self.runner);
        let destination = self.destination;
        // After a failure none begins; those that have begun come to their end.
        let is_stopped = &Cell::new(false);
        let runs = stream::iter(files).map(|i| async move {
            let file = &batch.files[i];
            if is_stopped.get() {
                return (i, Ran::of(Outcome::skipped(&file.origin)));
            }
            let runner = runner.with(values[i].clone());
            let ran = run_file(file, &runner, destination, None).await;
            if ran.outcome.status == Status::Failed && !keep_going {
                is_stopped.set(true);
            }
            (i, ran)
        });
        let mut runs = Box::pin(runs.buffered(jobs));
        while let Some((i, ran)) = runs.next().await {
            let (outcome, account) = settle(ran, &batch.files[i], results).await;
            if outcome.status == Status::Failed && !keep_going {
                is_stopped.set(true);
            }
            self.end(i, outcome, account, results).await?;
        }
        Ok(())
    }

    /// Plans every statement of every file.
    async fn rehearse(&mut self, mut unreadable: Vec<Option<Error>>) -> Result<()> {
        for (i, file) in self.batch.files.iter().enumerate() {
            let (outcome, more) = match unreadable[i].take() {
                Some(error) => (Outcome::failed(&file.origin, error, Duration::ZERO), Vec::new()),
                None => dry::rehearse(file, &self.runner.with(self.values[i].clone())).await,
            };
            if let Some(Error::Interrupted) = outcome.error {
                return Err(Error::Interrupted);
            }
            self.add(outcome);
            more.iter().for_each(|error| self.log.fault(error));
        }
        Ok(())
    }

    /// A file has come to its end.
    async fn end(
        &mut self,
        i: usize,
        outcome: Outcome,
        account: Account,
        results: &mut Results,
    ) -> Result<()> {
        let file = &self.batch.files[i];
        let note = match &outcome.error {
            Some(Error::Interrupted) => return Err(Error::Interrupted),
            Some(Error::ClosedPipe) => return Err(Error::ClosedPipe),
            Some(error) => Some(error.to_string()),
            None if outcome.status == Status::Passed && outcome.target.is_none() => {
                Some("no query".to_owned())
            }
            None => None,
        };
        if let (Some(note), Some(workbook)) = (note, &mut results.workbook) {
            let runner = self.runner.with(self.values[i].clone());
            workbook.note(runner.source(&file.text, &file.origin), note);
        }
        if let Some(keeper) = &mut self.keeper {
            keeper.end(i, file, &outcome, account, self.runner, self.destination).await?;
        }
        self.add(outcome);
        Ok(())
    }

    fn add(&mut self, outcome: Outcome) {
        if let Some(error) = &outcome.error {
            self.code.get_or_insert(error.code());
        }
        self.log.file(&outcome);
        self.tally.add(&outcome);
    }

    /// Completes the workbook, unless a failure has stopped the run.
    fn close(&self, results: Results, keep_going: bool) -> Result<()> {
        let (Some(workbook), Destination::Workbook(path)) = (results.workbook, self.destination)
        else {
            return Ok(());
        };
        let sheets = workbook.sheets();
        let is_whole = match self.code {
            Some(_) => keep_going && sheets > 0,
            None => true,
        };
        if is_whole {
            workbook.finish()?;
            let (sheets, time) = (count(sheets, "sheet"), since(self.start));
            self.log.say(&format!("{sheets} -> {} ({time})", shown(path)));
        }
        Ok(())
    }
}
