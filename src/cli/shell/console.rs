//! What a shell has between two entries: its settings, what ran last, and how statements run.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::results::{Collected, Expanded, Screen, format_of};
use super::wide::widen;
use crate::cli::error::{Error, Result};
use crate::cli::execute::{ResultRows, Runner};
use crate::cli::expectation::check;
use crate::cli::file::{QueryFile, Stated, Step};
use crate::cli::output::write_rows;
use crate::cli::report::report;
use crate::cli::script::Statement;
use crate::cli::threads::workers;
use crate::cli::values::prepared;
use crate::draw::Request;
use crate::export::{Format, Target};
use crate::statement::{Expected, Parameters};
use crate::words::count;

/// Threads that are not waited for.
struct Workers(Option<Runtime>);

impl Drop for Workers {
    fn drop(&mut self) {
        if let Some(workers) = self.0.take() {
            workers.shutdown_background();
        }
    }
}

/// What a command works on.
pub struct Console {
    /// What runs statements.
    pub runner: Runner,
    own_workers: Option<Workers>,
    /// How results are shown.
    pub screen: Screen,
    /// The file that results go to instead.
    pub collected: Option<Collected>,
    /// Whether rows and seconds are told after each result.
    pub timing: bool,
    /// Whether a setting that was changed is told.
    pub tells_settings: bool,
    /// The statement that ran last.
    pub last: Option<Last>,
    /// The columns of the result that was there last.
    pub last_columns: Vec<String>,
    /// What the next prompt begins with.
    pub prefill: String,
    /// What goes into the history as if it had been typed.
    pub entered: Vec<String>,
    /// The folder of the file that is read, if one is.
    pub folder: Option<PathBuf>,
}

/// The statement that ran last.
#[derive(Clone)]
pub struct Last {
    /// Itself.
    pub statement: Statement,
    /// What its text is called in errors.
    pub origin: Arc<str>,
    expectations: Vec<Stated<Expected>>,
    /// The values of `$name` that its text declares, and of the shell.
    parameters: Parameters,
    /// Pictures that its text asks for.
    pub pictures: Vec<Request>,
    /// Its result was made wide by these columns.
    pub wide: Option<Vec<String>>,
}

/// How one result is treated.
#[derive(Debug, Default)]
pub struct How {
    /// It goes to this file.
    pub to: Option<PathBuf>,
    /// It is shown so.
    pub expanded: Option<Expanded>,
    /// It is never shown in a pager.
    pub unpaged: bool,
}

impl Console {
    /// At the start.
    pub fn new(runner: Runner, format: Format) -> Self {
        let screen = Screen::new(format, runner.interrupt());
        Self {
            runner,
            own_workers: None,
            screen,
            collected: None,
            timing: true,
            tells_settings: true,
            last: None,
            last_columns: Vec::new(),
            prefill: String::new(),
            entered: Vec::new(),
            folder: None,
        }
    }

    /// Runs the statements of a text; `origin` is what it is called.
    pub async fn statements(&mut self, origin: &str, text: &str) -> Result<()> {
        self.file(QueryFile::of_text(origin, text, self.runner.grammar())).await
    }

    /// Runs a text, with the parameters and expectations of its header.
    pub async fn file(&mut self, file: QueryFile) -> Result<()> {
        let (runner, mut file) = prepared(&self.runner, file).await?;
        let pictures = pictures(&file);
        for step in file.steps.drain(..) {
            self.remember(&runner, step, &pictures);
            self.run_last(&How::default()).await?;
        }
        file.unreadable.map_or(Ok(()), Err)
    }

    /// Runs the statements of a text but the last, which is only remembered.
    pub async fn all_but_last(&mut self, origin: &str, text: &str) -> Result<()> {
        let file = QueryFile::of_text(origin, text, self.runner.grammar());
        let (runner, mut file) = prepared(&self.runner, file).await?;
        let pictures = pictures(&file);
        let last = file.steps.pop();
        for step in file.steps.drain(..) {
            self.remember(&runner, step, &pictures);
            self.run_last(&How::default()).await?;
        }
        if let Some(last) = last {
            self.remember(&runner, last, &pictures);
        }
        Ok(())
    }

    fn remember(&mut self, runner: &Runner, step: Step, pictures: &[Request]) {
        let Step { origin, statement, expectations, .. } = step;
        let parameters = runner.parameters().clone();
        let pictures = pictures.to_vec();
        self.last =
            Some(Last { statement, origin, expectations, parameters, pictures, wide: None });
    }

    /// The rows of the last statement, which is run again; none if there is none.
    ///
    /// # Errors
    /// What is wrong with it.
    pub async fn rows_of_last(&mut self) -> Result<Option<ResultRows>> {
        let Some(Last { statement, origin, expectations, parameters, wide, .. }) =
            self.last.clone()
        else {
            return Ok(None);
        };
        let runner = self.runner.with(parameters.under(self.runner.parameters()));
        let mut rows = runner.start(&statement, &origin).await?;
        check(&runner, &expectations, &mut rows).await?;
        if let Some(columns) = &wide {
            rows = widen(rows, columns).await?;
        }
        let fields = rows.schema.fields().iter();
        self.last_columns = fields.map(|field| field.name().clone()).collect();
        Ok(Some(rows))
    }

    /// Runs the last statement.
    pub async fn run_last(&mut self, how: &How) -> Result<()> {
        let start = Instant::now();
        let Some(rows) = self.rows_of_last().await? else { return Ok(()) };
        let has_columns = rows.has_columns();
        // A table says below itself how many rows there are, and how long it took.
        let is_told = has_columns
            && self.screen.format == Format::Table
            && how.to.is_none()
            && self.collected.is_none()
            && io::stdout().is_terminal();
        let (written, end, place) = match (&how.to, &mut self.collected) {
            (Some(file), _) => {
                let format = format_of("\\g", file)?;
                if !has_columns {
                    return Err(rows.fault("\\g: a statement must have a result, found none"));
                }
                let written = write_rows(rows, &Target::File(file.clone()), format).await?;
                (Some(written), Instant::now(), Some(file.as_path()))
            }
            (None, Some(collected)) => {
                let written = collected.append(rows).await?;
                (Some(written), Instant::now(), Some(collected.path()))
            }
            (None, None) => {
                let started = self.timing.then_some(start);
                let shown = self.screen.show(rows, how.expanded, !how.unpaged, started).await?;
                (shown.0, shown.1, None)
            }
        };
        if self.timing && !is_told {
            let time = end - start;
            tell(has_columns.then_some(written), place, time);
        }
        Ok(())
    }

    /// Waits, or is interrupted.
    pub async fn wait(&self, seconds: f64) -> Result<()> {
        let time = Duration::from_secs_f64(seconds);
        self.runner.interrupt().or(tokio::time::sleep(time)).await
    }

    /// Tells a setting that was changed.
    pub fn told(&self, setting: &str) {
        if self.tells_settings {
            report(setting);
        }
    }

    /// Takes new threads: a query that was cancelled may keep those it has for hours, if it does
    /// not look up from its work.
    pub fn change_workers(&mut self) -> Result<()> {
        let fresh = workers()?;
        self.runner.run_on(fresh.handle());
        self.own_workers = Some(Workers(Some(fresh)));
        Ok(())
    }
}

/// Rows, place and seconds, on standard error. Rows: none if the statement has no result, and none in it
/// if they were not all read.
fn tell(rows: Option<Option<usize>>, place: Option<&Path>, time: Duration) {
    let seconds = format!("{:.3} s", time.as_secs_f64());
    report(&match (rows, place) {
        (None, _) => format!("done, {seconds}"),
        (Some(None), _) => seconds,
        (Some(Some(rows)), None) => format!("{}, {seconds}", count(rows, "row")),
        (Some(Some(rows)), Some(place)) => {
            format!("{} to {}, {seconds}", count(rows, "row"), place.display())
        }
    });
}

/// The pictures that the header of a text asks for; with a title or a source only, whatever fits.
fn pictures(file: &QueryFile) -> Vec<Request> {
    match file.requests() {
        none if none.is_empty() => vec![file.named(Request::default())],
        some => some,
    }
}

/// A statement whose result is missing.
pub fn nothing_before(command: &str) -> Error {
    Error::Usage(format!("\\{command}: must come after a statement, found none before it"))
}
