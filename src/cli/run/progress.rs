//! A run from its first file to its last: whose turn it is, what is spared, what is skipped.

use std::cell::Cell;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream;

use super::batch::Batch;
use super::dry;
use super::jobs::Jobs;
use super::keeper::Keeper;
use super::log::Log;
use super::one::{Account, Ran, restore, run_file, settle};
use super::outcome::{Outcome, Status, Tally};
use super::results::{Destination, Results};
use crate::cli::error::{Error, Result};
use crate::cli::execute::Runner;
use crate::cli::report::{shown, since};
use crate::statement::Parameters;
use crate::words::count;

/// Where a run is.
pub struct Progress<'a> {
    pub batch: &'a Batch,
    pub values: &'a [Parameters],
    pub runner: &'a Runner,
    pub destination: &'a Destination,
    pub log: &'a Log,
    pub start: Instant,
    pub tally: Tally,
    pub keeper: Option<Keeper>,
    /// The exit code of the first failure.
    pub code: Option<u8>,
}

/// What is to be done with a file.
enum Turn {
    /// Nothing: it is as it was.
    Spared,
    Runs,
    /// What it needs could not be made.
    Fails(Error),
}

impl Progress<'_> {
    /// Runs the files one after another, up to `jobs` of them at a time.
    pub async fn run(
        &mut self,
        mut unreadable: Vec<Option<Error>>,
        results: &mut Results,
        (jobs, tied): (usize, Option<Jobs>),
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
            let together = tied.as_ref().map_or(1, |tied| {
                let readable = unreadable[next..].iter().take_while(|one| one.is_none());
                let together = tied.together(self.batch, next, self.runner.grammar());
                together.min(readable.count()).max(1)
            });
            let mut turns = Vec::with_capacity(together);
            for i in next..next + together {
                turns.push((i, self.turn(i).await?));
            }
            next += together;
            match turns.iter().filter(|(_, turn)| matches!(turn, Turn::Runs)).count() {
                0 | 1 => {
                    for (i, turn) in turns {
                        self.take_turn(i, turn, results).await?;
                    }
                }
                _ => self.run_together(turns, results, jobs, keep_going).await?,
            }
        }
        Ok(())
    }

    /// What is to be done with a file; what it needs of others that were spared has then run.
    async fn turn(&mut self, i: usize) -> Result<Turn> {
        let Some(keeper) = &mut self.keeper else { return Ok(Turn::Runs) };
        if keeper.spares(i, &self.batch.files[i], self.runner, self.destination).await? {
            return Ok(Turn::Spared);
        }
        for needed in keeper.missing(i) {
            let runner = self.runner.with(self.values[needed].clone());
            if let Err(error) = restore(&self.batch.files[needed], &runner).await {
                return Ok(Turn::Fails(error));
            }
            keeper.restored(needed);
        }
        Ok(Turn::Runs)
    }

    /// Runs a file that shows its results at once.
    async fn take_turn(&mut self, i: usize, turn: Turn, results: &mut Results) -> Result<()> {
        let file = &self.batch.files[i];
        let ran = match turn {
            Turn::Spared => {
                self.add(Outcome::unchanged(&file.origin));
                return Ok(());
            }
            Turn::Fails(error) => Ran::failed(&file.origin, error),
            Turn::Runs => {
                let runner = self.runner.with(self.values[i].clone());
                run_file(file, &runner, self.destination, Some(results), self.log).await
            }
        };
        self.end(i, ran.outcome, ran.account, results).await
    }

    /// Runs files at the same time; what they show and tell comes in their order.
    async fn run_together(
        &mut self,
        turns: Vec<(usize, Turn)>,
        results: &mut Results,
        jobs: usize,
        keep_going: bool,
    ) -> Result<()> {
        let (batch, values, runner) = (self.batch, self.values, self.runner);
        let (destination, log) = (self.destination, self.log);
        // After a failure none begins; those that have begun come to their end.
        let is_stopped = &Cell::new(false);
        let runs = stream::iter(turns).map(|(i, turn)| async move {
            let file = &batch.files[i];
            let ran = match turn {
                Turn::Spared => return (i, Ran::of(Outcome::unchanged(&file.origin))),
                _ if is_stopped.get() => return (i, Ran::of(Outcome::skipped(&file.origin))),
                Turn::Fails(error) => Ran::failed(&file.origin, error),
                Turn::Runs => {
                    let runner = runner.with(values[i].clone());
                    run_file(file, &runner, destination, None, log).await
                }
            };
            if ran.outcome.status == Status::Failed && !keep_going {
                is_stopped.set(true);
            }
            (i, ran)
        });
        let mut runs = Box::pin(runs.buffered(jobs));
        while let Some((i, ran)) = runs.next().await {
            if ran.outcome.status == Status::Unchanged {
                self.add(ran.outcome);
                continue;
            }
            let (outcome, account) = settle(ran, &batch.files[i], results).await;
            if outcome.status == Status::Failed && !keep_going {
                is_stopped.set(true);
            }
            self.end(i, outcome, account, results).await?;
        }
        Ok(())
    }

    /// Plans every statement of every file.
    pub async fn rehearse(&mut self, mut unreadable: Vec<Option<Error>>) -> Result<()> {
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
    pub fn close(&self, results: Results, keep_going: bool) -> Result<()> {
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
