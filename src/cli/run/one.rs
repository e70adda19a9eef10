//! One query file, from its first statement to its outcome.

use std::time::Instant;

use super::outcome::{Outcome, Status};
use super::results::{Destination, Kept, Results, Written};
use crate::cli::error::Result;
use crate::cli::execute::{ResultRows, Runner};
use crate::cli::expectation;
use crate::cli::file::QueryFile;

/// A file that has run.
pub struct Ran {
    pub outcome: Outcome,
    /// Results that wait for the file's turn.
    pub held: Vec<Held>,
}

/// A result in memory.
pub enum Held {
    /// To be shown.
    Shown(ResultRows),
    /// To be kept in a workbook.
    Kept(ResultRows),
}

/// Runs a file. Without `results` what it shows is held until its turn.
pub async fn run_file(
    file: &QueryFile,
    runner: &Runner,
    destination: &Destination,
    results: Option<&mut Results>,
) -> Ran {
    let start = Instant::now();
    let again = file.again(runner.grammar());
    let file = again.as_ref().unwrap_or(file);
    let mut held = Vec::new();
    let done = statements(file, runner, destination, results, &mut held).await;
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
    Ran { outcome, held }
}

/// Runs the statements of a file. Returns the rows of its last query, and where they went.
async fn statements(
    file: &QueryFile,
    runner: &Runner,
    destination: &Destination,
    mut results: Option<&mut Results>,
    held: &mut Vec<Held>,
) -> Result<(Option<usize>, Option<String>)> {
    let is_kept = !matches!(destination, Destination::Output);
    let last = file.steps.iter().rposition(|step| step.statement.is_query(runner.grammar()));
    let (mut shown, mut target) = (None, None);
    for (i, step) in file.steps.iter().enumerate() {
        let mut rows = runner.start(&step.statement, &step.origin).await?;
        expectation::check(runner, &step.expectations, &mut rows).await?;
        let is_kept = is_kept && last == Some(i);
        let mut rows = match is_kept {
            false => rows,
            true => match destination.write(file, rows).await? {
                Written::Open(rows) => rows,
                Written::Kept(kept) => {
                    (shown, target) = (Some(kept.rows), Some(kept.target));
                    continue;
                }
            },
        };
        match &mut results {
            Some(results) => {
                let (number, place) = put(file, results, rows, is_kept).await?;
                if last == Some(i) {
                    (shown, target) = (Some(number), place);
                }
            }
            None => {
                let batches = rows.gather().await?;
                if last == Some(i) {
                    shown = Some(batches.iter().map(|batch| batch.num_rows()).sum());
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
pub async fn settle(ran: Ran, file: &QueryFile, results: &mut Results) -> Outcome {
    let Ran { mut outcome, held } = ran;
    for one in held {
        let done = match one {
            Held::Shown(rows) => put(file, results, rows, false).await,
            Held::Kept(rows) => put(file, results, rows, true).await,
        };
        match done {
            Ok((_, None)) => {}
            Ok((_, target)) => outcome.target = target,
            Err(error) => return Outcome::failed(&file.origin, error, outcome.time),
        }
    }
    outcome
}
