//! What a run tells on standard error: lines for a person, or objects of JSON for a program.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::outcome::{Outcome, Status, Tally};
use crate::cli::error::Error;
use crate::cli::file::Step;
use crate::cli::report::report;

/// How a run tells what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// Lines to read
    Text,
    /// One JSON object for each event
    Json,
}

/// What a run tells on standard error.
pub struct Log {
    form: Form,
    quiet: bool,
    start: Instant,
}

/// Something that happened.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum Event<'a> {
    Start {
        version: &'a str,
        files: Vec<&'a str>,
    },
    /// A statement of a file has come to its end.
    Statement {
        file: &'a str,
        origin: &'a str,
        line: usize,
        rows: Option<usize>,
        seconds: f64,
    },
    File {
        file: &'a str,
        status: &'a str,
        rows: Option<usize>,
        target: Option<&'a str>,
        seconds: f64,
        error: Option<Fault<'a>>,
    },
    /// An error before or beside the files.
    Error {
        error: Fault<'a>,
    },
    End {
        files: usize,
        passed: Vec<&'a str>,
        failed: Vec<&'a str>,
        skipped: Vec<&'a str>,
        unchanged: Vec<&'a str>,
        seconds: f64,
    },
}

#[derive(Serialize)]
struct Fault<'a> {
    origin: Option<&'a str>,
    line: Option<usize>,
    message: String,
    /// Rows that break an expectation, as a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<String>,
}

impl<'a> Fault<'a> {
    fn of(error: &'a Error) -> Self {
        let (origin, line, text) = match error {
            Error::Statement { origin, line, message, .. } => {
                (Some(origin.as_str()), Some(*line), message.clone())
            }
            other => (None, None, other.to_string()),
        };
        let (message, rows) = match text.split_once('\n') {
            Some((message, rows)) => (message.to_owned(), Some(rows.to_owned())),
            None => (text, None),
        };
        Self { origin, line, message, rows }
    }
}

impl Log {
    /// A log from now on.
    pub fn new(form: Form, quiet: bool) -> Self {
        Self { form, quiet, start: Instant::now() }
    }

    /// The run begins.
    pub fn begin(&self, files: Vec<&str>) {
        self.event(|| Event::Start { version: env!("CARGO_PKG_VERSION"), files });
    }

    /// A statement has come to its end.
    pub fn statement(&self, file: &str, step: &Step, rows: Option<usize>, time: Duration) {
        self.event(|| Event::Statement {
            file,
            origin: &step.origin,
            line: step.statement.line(),
            rows,
            seconds: time.as_secs_f64(),
        });
    }

    /// A file has come to its end.
    pub fn file(&self, outcome: &Outcome) {
        match (self.form, &outcome.error) {
            (Form::Json, error) => self.event(|| Event::File {
                file: &outcome.file,
                status: outcome.status.word(),
                rows: outcome.rows,
                target: outcome.target.as_deref(),
                seconds: outcome.time.as_secs_f64(),
                error: error.as_ref().map(Fault::of),
            }),
            (Form::Text, Some(error)) => report(&error.told("goalposts")),
            (Form::Text, None) if outcome.status != Status::Skipped => self.say(&outcome.line()),
            (Form::Text, None) => {}
        }
    }

    /// Something is wrong with the run.
    pub fn fault(&self, error: &Error) {
        match self.form {
            Form::Json => self.event(|| Event::Error { error: Fault::of(error) }),
            Form::Text => report(&error.told("goalposts")),
        }
    }

    /// The run is over.
    pub fn end(&self, tally: &Tally) {
        match self.form {
            Form::Json => self.event(|| Event::End {
                files: tally.files(),
                passed: tally.names(Status::Passed),
                failed: tally.names(Status::Failed),
                skipped: tally.names(Status::Skipped),
                unchanged: tally.names(Status::Unchanged),
                seconds: self.start.elapsed().as_secs_f64(),
            }),
            // Of one file its own line has said all.
            Form::Text if tally.files() > 1 => self.say(&tally.line()),
            Form::Text => {}
        }
    }

    /// A line for a person.
    pub fn say(&self, line: &str) {
        if self.form == Form::Text && !self.quiet {
            report(line);
        }
    }

    fn event<'a>(&self, event: impl FnOnce() -> Event<'a>) {
        if self.form == Form::Json
            && let Ok(line) = serde_json::to_string(&event())
        {
            report(&line);
        }
    }
}
