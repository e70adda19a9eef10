//! `--dry-run`: every statement planned, none run but those that later ones are planned with.

use std::time::Instant;

use datafusion::arrow::datatypes::SchemaRef;

use super::outcome::{Outcome, Status};
use crate::cli::error::Error;
use crate::cli::execute::Runner;
use crate::cli::expectation;
use crate::cli::file::{Pictured, QueryFile};
use crate::draw;
use crate::error::describe;

/// Plans the statements of a file. Returns its outcome, and all faults but the first.
pub async fn rehearse(file: &QueryFile, runner: &Runner) -> (Outcome, Vec<Error>) {
    let start = Instant::now();
    let again = file.again(runner.grammar());
    let file = again.as_ref().unwrap_or(file);
    let mut faults: Vec<_> = file.without_query(runner.grammar()).into_iter().collect();
    let last = file.steps.iter().rposition(|step| step.statement.is_query(runner.grammar()));
    for (at, step) in file.steps.iter().enumerate() {
        match runner.rehearse(&step.statement, &step.origin).await {
            Ok(schema) => {
                faults.extend(expectation::fit(runner, &step.expectations, &schema).await.err());
                if last == Some(at) {
                    faults.extend(pictures(file, &schema));
                }
            }
            Err(error) => faults.push(error),
        }
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

/// Pictures of the header that the columns of the last query do not fit.
fn pictures(file: &QueryFile, schema: &SchemaRef) -> Vec<Error> {
    let fault = |picture: &Pictured| {
        let error = draw::fit(schema, &picture.request).err()?;
        Some(Error::at(&file.origin, picture.said.line, describe(&error)))
    };
    file.pictures.iter().filter_map(fault).collect()
}
