//! What became of a query file, and of all of them.

use std::path::Path;
use std::time::Duration;

use crate::cli::error::Error;
use crate::words::count;

/// What became of a query file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It ran to its end.
    Passed,
    /// A statement or an expectation of it failed.
    Failed,
    /// It was not run: a file before it failed.
    Skipped,
    /// It was not run: nothing that it reads has changed.
    Unchanged,
}

impl Status {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Unchanged => "unchanged",
        }
    }
}

/// What became of a query file.
#[derive(Debug)]
pub struct Outcome {
    /// The file, as errors name it.
    pub file: String,
    pub status: Status,
    /// Statements that it has, those of included files too.
    pub statements: usize,
    /// Rows of its last query.
    pub rows: Option<usize>,
    /// Where they were written: a file, or a sheet of a workbook.
    pub target: Option<String>,
    pub time: Duration,
    /// Why it failed.
    pub error: Option<Error>,
}

impl Outcome {
    /// Of a file that is not run.
    pub fn skipped(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            status: Status::Skipped,
            statements: 0,
            rows: None,
            target: None,
            time: Duration::ZERO,
            error: None,
        }
    }

    /// Of a file whose result is as it was.
    pub fn unchanged(file: &str) -> Self {
        Self { status: Status::Unchanged, ..Self::skipped(file) }
    }

    /// Of a file that failed.
    pub fn failed(file: &str, error: Error, time: Duration) -> Self {
        Self { status: Status::Failed, error: Some(error), time, ..Self::skipped(file) }
    }

    /// Its line for a person, unless it failed.
    pub fn line(&self) -> String {
        if self.status == Status::Unchanged {
            return format!("{}: unchanged", self.file);
        }
        let (file, seconds) = (&self.file, format!("{:.3} s", self.time.as_secs_f64()));
        match (&self.target, self.rows) {
            (Some(target), Some(rows)) => {
                format!("{file}: {} -> {target} ({seconds})", count(rows, "row"))
            }
            _ => format!("{file}: {} ({seconds})", count(self.statements, "statement")),
        }
    }
}

/// What became of all files of a run.
#[derive(Debug, Default)]
pub struct Tally(Vec<(String, Status)>);

impl Tally {
    /// Counts one.
    pub fn add(&mut self, outcome: &Outcome) {
        let name = Path::new(&outcome.file).file_name();
        let name = name.map_or_else(|| outcome.file.clone(), |name| name.display().to_string());
        self.0.push((name, outcome.status));
    }

    /// How many files there are.
    pub fn files(&self) -> usize {
        self.0.len()
    }

    /// The names of those of which this became.
    pub fn names(&self, status: Status) -> Vec<&str> {
        let those = self.0.iter().filter(|(_, found)| *found == status);
        those.map(|(name, _)| name.as_str()).collect()
    }

    /// `12 files: 10 passed, 1 failed (07_x.sql), 1 skipped (08_y.sql)`.
    pub fn line(&self) -> String {
        let mut parts = vec![format!("{} passed", self.names(Status::Passed).len())];
        let unchanged = self.names(Status::Unchanged).len();
        if unchanged > 0 {
            parts.push(format!("{unchanged} unchanged"));
        }
        for status in [Status::Failed, Status::Skipped] {
            let names = self.names(status);
            if !names.is_empty() {
                parts.push(format!("{} {} ({})", names.len(), status.word(), names.join(", ")));
            }
        }
        format!("{}: {}", count(self.files(), "file"), parts.join(", "))
    }
}
