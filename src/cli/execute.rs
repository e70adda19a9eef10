//! One statement from text to batches.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::task;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{DataFusionError, plan_err};
use datafusion::logical_expr::{DdlStatement, LogicalPlan};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement as SqlText;
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;
use futures::{FutureExt, StreamExt};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle};

use super::damage::{caught, files};
use super::error::{Error, Result};
use super::interrupt::Interrupt;
use super::progress::{Bar, Running};
use super::report::report;
use super::script::{Grammar, Parsed, Statement, split};
use super::summary::PanelNote;
use crate::catalog::{self, CATALOG, DEFAULT_SCHEMA};
use crate::error::{describe, one_line};
use crate::export::Source;
use crate::hint;
use crate::read::notes::Notes;
use crate::statement::{NO_VALUE, Parameters, plan};

/// Batches that may wait between the query and its reader.
const WAITING: usize = 4;

/// Runs statements in a session.
pub struct Runner {
    context: SessionContext,
    parameters: Parameters,
    interrupt: Interrupt,
    workers: Handle,
    bar: Bar,
    /// Whether notes on files are told.
    tells: bool,
}

/// The batches of one statement.
pub struct ResultRows {
    /// Their columns. None: the statement has no result to show.
    pub schema: SchemaRef,
    /// Where they come from.
    pub source: Source,
    batches: mpsc::Receiver<Result<RecordBatch, String>>,
    // Dropping the rows ends the query.
    _query: Task<()>,
    _running: Running,
    interrupt: Interrupt,
    statement: Statement,
    origin: String,
    /// What is said of a panel that was summarized.
    panel: Option<PanelNote>,
}

impl Runner {
    /// A runner with the values of `$name`.
    pub fn new(
        context: SessionContext,
        parameters: Parameters,
        workers: &Handle,
        bar: Bar,
    ) -> Self {
        let (interrupt, workers) = (Interrupt::listen(), workers.clone());
        Self { context, parameters, interrupt, workers, bar, tells: false }
    }

    /// The same, telling notes on files that queries read, or not.
    #[must_use]
    pub fn telling(self, tells: bool) -> Self {
        Self { tells, ..self }
    }

    /// The threads that queries run on.
    pub fn workers(&self) -> &Handle {
        &self.workers
    }

    /// Lets what comes next run on other threads.
    pub fn run_on(&mut self, workers: &Handle) {
        self.workers = workers.clone();
    }

    /// The session.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// How the session reads SQL now.
    pub fn grammar(&self) -> Grammar {
        Grammar::of(&self.context)
    }

    /// Forgets a Ctrl-C that came before what is run next: one between two statements of a text is
    /// meant for the rest of it.
    pub fn forget_interrupt(&self) {
        self.interrupt.forget();
    }

    /// Sets `$name` from now on.
    pub fn set(&mut self, name: &str, text: &str) {
        self.parameters.set(name, text);
    }

    /// Starts a statement; `origin` names its text in errors.
    ///
    /// # Errors
    /// What parser and planner say, with the line; [`Error::Interrupted`].
    pub async fn start(&self, statement: &Statement, origin: &str) -> Result<ResultRows> {
        let running = self.bar.allow();
        let parsed = statement.read(origin, self.grammar())?;
        let panel = (parsed.summarizes && self.tells).then(PanelNote::default);
        let (context, parameters) = (self.context.clone(), self.parameters.clone());
        let planning = self.spawn(async move {
            let created: Vec<String> = location(&parsed).into_iter().collect();
            let planned = caught(&created, async {
                let plan = plan(&context, parsed, Some(&parameters)).await?;
                if let LogicalPlan::Ddl(DdlStatement::DropTable(drop)) = &plan
                    && catalog::is_on_disk(&context, &drop.name)
                {
                    return plan_err!(
                        "table '{}' must be one that was created, found a file of the data folder \
                         (remove the file to drop it)",
                        drop.name
                    );
                }
                let files = files(&plan);
                Ok((context.execute_logical_plan(plan).await?, files))
            });
            let (frame, files) = planned.await?;
            let stream = caught(&files, frame.execute_stream()).await?;
            Ok::<_, DataFusionError>((stream, files))
        });
        let planned = self.interrupt.or(planning).await?;
        if let Some(notes) = self.context.state().config().get_extension::<Notes>()
            && self.tells
        {
            notes.take().iter().for_each(|note| report(&format!("goalposts: {note}")));
        }
        let (mut stream, files) = match planned {
            Ok(Ok(started)) => started,
            Ok(Err(error)) => {
                let span = error.diagnostic().and_then(|diagnostic| diagnostic.span);
                let mut fault = statement.fault(origin, &self.explained(&error));
                if let (Some(span), Error::Statement { line, .. }) = (span, &mut fault) {
                    *line = span.start.line as usize;
                }
                return Err(fault);
            }
            Err(join) => return Err(statement.fault(origin, &one_line(&join.to_string()))),
        };

        let schema = stream.schema();
        let (sender, batches) = mpsc::channel(WAITING);
        let query = self.spawn(async move {
            let reading = sender.clone();
            let outcome = caught(&files, async move {
                while let Some(batch) = stream.next().await {
                    if reading.send(Ok(batch?)).await.is_err() {
                        break; // nobody reads any more
                    }
                }
                Ok(())
            });
            if let Err(error) = outcome.await {
                let _ = sender.send(Err(describe(&error))).await; // nobody may read any more
            }
        });
        Ok(ResultRows {
            schema,
            source: self.source(statement.whole(), origin),
            batches,
            _query: query,
            _running: running,
            interrupt: self.interrupt.clone(),
            statement: statement.clone(),
            origin: origin.to_owned(),
            panel,
        })
    }

    /// Does work that is no statement.
    ///
    /// # Errors
    /// [`Error::Interrupted`], or that it stopped.
    pub async fn finish_work<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T> {
        let done = self.interrupt.or(self.spawn(work)).await?;
        done.map_err(|error| Error::Data(one_line(&error.to_string())))
    }

    /// Where the rows of a text come from.
    pub fn source(&self, text: &str, origin: &str) -> Source {
        let script = split(text, self.grammar());
        let names = script.statements.iter().flat_map(Statement::placeholders);
        let names: BTreeSet<&str> = names.collect();
        let shown = names.into_iter().filter_map(|name| {
            let value = self.parameters.shown(name)?;
            Some(format!("{name} = {value}"))
        });
        let parameters: Vec<String> = shown.collect();
        Source {
            file: origin.to_owned(),
            parameters: parameters.join("\n"),
            query: text.to_owned(),
        }
    }

    /// Starts work that is given up when nobody waits for it any more.
    fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Task<T> {
        Task(self.workers.spawn(work))
    }

    /// A planning error in words, with what to do in the program: for a parameter without a value
    /// how to give it, for a table that is not there the one that may be meant.
    fn explained(&self, error: &DataFusionError) -> String {
        let message = describe(error);
        if let Some(name) = message.strip_prefix('$').and_then(|m| m.strip_suffix(NO_VALUE)) {
            return format!("{message} (give --param {name}=VALUE)");
        }
        let Some(name) =
            message.strip_prefix("table '").and_then(|m| m.strip_suffix("' not found"))
        else {
            return message;
        };
        let name = [format!("{CATALOG}.{DEFAULT_SCHEMA}."), format!("{CATALOG}.")]
            .iter()
            .find_map(|prefix| name.strip_prefix(prefix.as_str()))
            .unwrap_or(name);
        let known = catalog::table_names(&self.context);
        let in_a_schema = known.iter().find(|known| known.ends_with(&format!(".{name}")));
        let meant = in_a_schema
            .map(String::as_str)
            .or_else(|| hint::nearest(name, known.iter().map(String::as_str)));
        match meant {
            Some(meant) => format!("table '{name}' not found; did you mean '{meant}'?"),
            None => format!("table '{name}' not found"),
        }
    }

    /// Runs a statement whose result is not asked for.
    ///
    /// # Errors
    /// As [`Runner::start`] and [`ResultRows::next`].
    pub async fn finish(&self, statement: &Statement, origin: &str) -> Result<()> {
        let mut rows = self.start(statement, origin).await?;
        while rows.next().await?.is_some() {}
        Ok(())
    }
}

/// Work on another thread, given up when dropped.
struct Task<T>(JoinHandle<T>);

impl<T> Future for Task<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> task::Poll<Self::Output> {
        self.0.poll_unpin(context)
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl ResultRows {
    /// The next batch.
    ///
    /// # Errors
    /// What went wrong in the query, with the line it starts on; [`Error::Interrupted`].
    pub async fn next(&mut self) -> Result<Option<RecordBatch>> {
        let batch = self.interrupt.or(self.batches.recv()).await?;
        if let Some(panel) = &mut self.panel {
            panel.see(batch.as_ref());
        }
        match batch {
            None => Ok(None),
            Some(Ok(batch)) => Ok(Some(batch)),
            Some(Err(message)) => Err(self.fault(&message)),
        }
    }

    /// An error of the statement these are the rows of.
    pub fn fault(&self, message: &str) -> Error {
        self.statement.fault(&self.origin, message)
    }

    /// Whether there are columns to show.
    pub fn has_columns(&self) -> bool {
        !self.schema.fields().is_empty()
    }
}

/// Whether a statement is a query, whose result a batch keeps.
pub fn is_query(statement: &Parsed) -> bool {
    matches!(
        &statement.statement,
        SqlText::Statement(statement) if matches!(**statement, SqlStatement::Query(_))
    )
}

/// The location of a `CREATE EXTERNAL TABLE`.
fn location(statement: &Parsed) -> Option<String> {
    match &statement.statement {
        SqlText::CreateExternalTable(create) => create.locations.first().cloned(),
        _ => None,
    }
}
