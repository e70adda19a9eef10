//! `--dry-run`: every statement planned, none run but those that later ones are planned with.

use std::time::Instant;

use super::outcome::{Outcome, Status};
use crate::cli::error::Error;
use crate::cli::execute::Runner;
use crate::cli::expectation;
use crate::cli::file::QueryFile;

/// Plans the statements of a file. Returns its outcome, and all faults but the first.
pub async fn rehearse(file: &QueryFile, runner: &Runner) -> (Outcome, Vec<Error>) {
    let start = Instant::now();
    let again = file.again(runner.grammar());
    let file = again.as_ref().unwrap_or(file);
    let mut faults = Vec::new();
    for step in &file.steps {
        let planned = match runner.rehearse(&step.statement, &step.origin).await {
            Ok(schema) => expectation::fit(runner, &step.expectations, &schema).await,
            Err(error) => Err(error),
        };
        faults.extend(planned.err());
    }
    let mut faults = faults.into_iter();
    let outcome = match faults.next() {
        Some(first) => Outcome::failed(&file.origin, first, start.elapsed()),
        None => Outcome {
            status: Status::Passed,
            statements: file.steps.len(),
            time: start.elapsed(),
            ..Outcome::skipped(&file.origin)
        },
    };
    (outcome, faults.collect())
}
