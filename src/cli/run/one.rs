//! One query file, from its first statement to its outcome.

use std::time::{Duration, Instant};

use super::log::Log;
use super::manifest::{Column, columns};
use super::outcome::{Outcome, Status};
use super::results::{Destination, Kept, Results, Written};
use crate::cli::error::{Error, Result};
use crate::cli::execute::{ResultRows, Runner};
use crate::cli::expectation;
use crate::cli::file::QueryFile;
use crate::cli::provenance::trail::Trail;

/// A file that has run.
pub struct Ran {
    pub outcome: Outcome,
    pub account: Account,
    /// Results that wait for the file's turn.
    pub held: Vec<Held>,
}

/// What is noted of a file while it runs.
#[derive(Debug, Default)]
pub struct Account {
    /// What its statements read.
    pub trail: Trail,
    /// The columns of its last query.
    pub columns: Vec<Column>,
    /// Fingerprints of the frameworks that its last query follows.
    pub frameworks: Vec<String>,
    /// How many statements have been checked by their expectations.
    pub checked: usize,
}

/// A result in memory.
pub enum Held {
    /// To be shown.
    Shown(ResultRows),
    /// To be kept in a workbook.
    Kept(ResultRows),
}

impl Ran {
    /// Of a file of which nothing is noted.
    pub fn of(outcome: Outcome) -> Self {
        Self { outcome, account: Account::default(), held: Vec::new() }
    }

    /// Of a file that failed before it began.
    pub fn failed(file: &str, error: Error) -> Self {
        Self::of(Outcome::failed(file, error, Duration::ZERO))
    }
}

/// Runs a file. Without `results` what it shows is held until its turn.
pub async fn run_file(
    file: &QueryFile,
    runner: &Runner,
    destination: &Destination,
    results: Option<&mut Results>,
    log: &Log,
) -> Ran {
    let start = Instant::now();
    let again = file.again(runner.grammar());
    let file = again.as_ref().unwrap_or(file);
    let (mut held, mut account) = (Vec::new(), Account::default());
    let done = statements(file, runner, destination, results, &mut held, &mut account, log).await;
    let outcome = match done {
        Err(error) => Outcome::failed(&file.origin, error, start.elapsed()),
        Ok((rows, target)) => Outcome {
            status: Status::Passed,
            statements: file.steps.len(),
            rows,
            target,
            time: start.elapsed(),
            ..Outcome::skipped(&file.origin)
        },
    };
    Ran { outcome, account, held }
}

/// Runs the statements of a file for what they do to the session; their results, and what they copy to
/// files, are there.
///
/// # Errors
/// What goes wrong in one of them.
pub async fn restore(file: &QueryFile, runner: &Runner) -> Result<()> {
    let again = file.again(runner.grammar());
    for step in &again.as_ref().unwrap_or(file).steps {
        let grammar = runner.grammar();
        if !step.statement.only_reads(grammar) && !step.statement.is_copy(grammar) {
            let mut rows = runner.start(&step.statement, &step.origin).await?;
            while rows.next().await?.is_some() {}
        }
    }
    Ok(())
}

/// Runs the statements of a file. Returns the rows of its last query, and where they went.
async fn statements(
    file: &QueryFile,
    runner: &Runner,
    destination: &Destination,
    mut results: Option<&mut Results>,
    held: &mut Vec<Held>,
    account: &mut Account,
    log: &Log,
) -> Result<(Option<usize>, Option<String>)> {
    let is_kept = !matches!(destination, Destination::Output);
    let last = file.steps.iter().rposition(|step| step.statement.is_query(runner.grammar()));
    let (mut shown, mut target) = (None, None);
    for (i, step) in file.steps.iter().enumerate() {
        let start = Instant::now();
        let mut rows = runner.start(&step.statement, &step.origin).await?;
        let has_rows = rows.has_columns();
        let tell = |number: usize| {
            log.statement(&file.origin, step, has_rows.then_some(number), start.elapsed());
        };
        account.trail.extend(rows.trail());
        if last == Some(i) {
            account.columns = columns(&rows.schema);
        }
        expectation::check(runner, &step.expectations, &mut rows).await?;
        account.checked = i + 1;
        let is_kept = is_kept && last == Some(i);
        if is_kept {
            rows.settle().await?;
            account.frameworks = rows.trail().fingerprints();
        }
        let mut rows = match is_kept {
            false => rows,
            true => match destination.write(file, rows).await? {
                Written::Open(rows) => *rows,
                Written::Kept(kept) => {
                    tell(kept.rows);
                    (shown, target) = (Some(kept.rows), Some(kept.target));
                    continue;
                }
            },
        };
        match &mut results {
            Some(results) => {
                let (number, place) = put(file, results, rows, is_kept).await?;
                tell(number);
                if last == Some(i) {
                    (shown, target) = (Some(number), place);
                }
            }
            None => {
                let batches = rows.gather().await?;
                let number = batches.iter().map(|batch| batch.num_rows()).sum();
                tell(number);
                if last == Some(i) {
                    shown = Some(number);
                }
                held.push(if is_kept { Held::Kept(rows) } else { Held::Shown(rows) });
            }
        }
    }
    Ok((shown, target))
}

/// Shows or keeps a result. Returns its rows, and the place of one that is kept.
async fn put(
    file: &QueryFile,
    results: &mut Results,
    rows: ResultRows,
    is_kept: bool,
) -> Result<(usize, Option<String>)> {
    match is_kept {
        false => Ok((results.output.show(rows).await?, None)),
        true => {
            let Kept { rows, target } = results.add(file, rows).await?;
            Ok((rows, Some(target)))
        }
    }
}

/// Shows and keeps what was held: the turn of the file has come.
pub async fn settle(ran: Ran, file: &QueryFile, results: &mut Results) -> (Outcome, Account) {
    let Ran { mut outcome, account, held } = ran;
    for one in held {
        let done = match one {
            Held::Shown(rows) => put(file, results, rows, false).await,
            Held::Kept(rows) => put(file, results, rows, true).await,
        };
        match done {
            Ok((_, None)) => {}
            Ok((_, target)) => outcome.target = target,
            Err(error) => {
                return (Outcome::failed(&file.origin, error, outcome.time), account);
            }
        }
    }
    (outcome, account)
}
