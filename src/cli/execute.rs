//! One statement from text to batches.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;
use std::task;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{DataFusionError, Location, plan_err};
use datafusion::logical_expr::{DdlStatement, LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement as SqlText;
use datafusion::sql::sqlparser::tokenizer::Location as SqlLocation;
use futures::{FutureExt, StreamExt};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle};

use super::candidates;
use super::copy::Copy;
use super::damage::{caught, files};
use super::error::{Error, Result};
use super::interrupt::Interrupt;
use super::progress::{Bar, Running};
use super::provenance::hash::Hashes;
use super::provenance::lineage::{Lineage, Made};
use super::provenance::trail::{Read, Trail};
use super::report::report;
use super::script::{Grammar, Parsed, Statement, split};
use super::summary::PanelNote;
use crate::catalog::{self, CATALOG, DEFAULT_SCHEMA};
use crate::error::{describe, one_line};
use crate::export::Source;
use crate::functions::{self, Form};
use crate::hint;
use crate::read::notes::Notes;
use crate::statement::{NO_VALUE, Parameters, Place, plan_asking};

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
    lineage: Lineage,
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
    running: Running,
    interrupt: Interrupt,
    statement: Statement,
    origin: String,
    trail: Trail,
    context: SessionContext,
    lineage: Lineage,
    workers: Handle,
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
        let lineage = Lineage::default();
        Self { context, parameters, interrupt, workers, bar, tells: false, lineage }
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

    /// The same session with other values of `$name`.
    #[must_use]
    pub fn with(&self, parameters: Parameters) -> Self {
        Self {
            context: self.context.clone(),
            parameters,
            interrupt: self.interrupt.clone(),
            workers: self.workers.clone(),
            bar: self.bar.clone(),
            tells: self.tells,
            lineage: self.lineage.clone(),
        }
    }

    /// The values of `$name`.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
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

    /// Takes the value of `$name` away. Whether it had one.
    pub fn unset(&mut self, name: &str) -> bool {
        self.parameters.unset(name)
    }

    /// What hears Ctrl-C.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Plans a query, and does something else with its plan than to run it.
    ///
    /// # Errors
    /// As [`Runner::start`].
    pub async fn look<T, F>(
        &self,
        statement: &Statement,
        origin: &str,
        work: impl FnOnce(SessionContext, LogicalPlan) -> F + Send + 'static,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, DataFusionError>> + Send + 'static,
    {
        let parsed = statement.read(origin, self.grammar())?;
        let (context, parameters) = (self.context.clone(), self.parameters.clone());
        let planning = self.spawn(async move {
            caught(&[], async {
                let plan = planned(&context, parsed, &parameters, &mut Vec::new()).await?;
                work(context.clone(), plan).await
            })
            .await
        });
        match self.interrupt.or(planning).await? {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(self.fault(statement, origin, &error)),
            Err(join) => Err(statement.fault(origin, &one_line(&join.to_string()))),
        }
    }

    /// What a query would read.
    ///
    /// # Errors
    /// As [`Runner::start`].
    pub async fn trail(&self, statement: &Statement, origin: &str) -> Result<Trail> {
        let lineage = self.lineage.clone();
        let trace = |context, plan| async move { Ok(lineage.trace(&context, &plan).await) };
        self.look(statement, origin, trace).await
    }

    /// Starts a statement; `origin` names its text in errors.
    ///
    /// # Errors
    /// What parser and planner say, with the line; [`Error::Interrupted`].
    pub async fn start(&self, statement: &Statement, origin: &str) -> Result<ResultRows> {
        let running = self.bar.allow();
        let mut parsed = statement.read(origin, self.grammar())?;
        let copy = Copy::take(&mut parsed);
        let copy = copy.map_err(|error| statement.fault(origin, &describe(&error)))?;
        let is_copy = copy.is_some();
        let panel = (parsed.summarizes && self.tells).then(PanelNote::default);
        let (context, parameters) = (self.context.clone(), self.parameters.clone());
        let lineage = self.lineage.clone();
        let planning = self.spawn(async move {
            let created: Vec<String> = location(&parsed).into_iter().collect();
            let planned = caught(&created, async {
                let mut asked = Vec::new();
                let plan = planned(&context, parsed, &parameters, &mut asked).await?;
                let plan = if is_copy { Copy::query(plan) } else { plan };
                let files = files(&plan);
                let mut trail = lineage.trace(&context, &plan).await;
                for plan in &asked {
                    trail.extend(&lineage.trace(&context, plan).await);
                }
                let made = Made::by(&plan);
                let frame = context.execute_logical_plan(plan).await?;
                if let Some(made) = made {
                    lineage.remember(&context, made, trail.clone()).await;
                }
                Ok((frame, files, trail))
            });
            let (frame, files, trail) = planned.await?;
            let stream = caught(&files, frame.execute_stream()).await?;
            Ok::<_, DataFusionError>((stream, files, trail))
        });
        let planned = self.interrupt.or(planning).await?;
        if let Some(notes) = self.context.state().config().get_extension::<Notes>()
            && self.tells
        {
            running.clear();
            notes.take().iter().for_each(|note| report(&format!("goalposts: {note}")));
        }
        let (mut stream, files, trail) = match planned {
            Ok(Ok(started)) => started,
            Ok(Err(error)) => return Err(self.fault(statement, origin, &error)),
            Err(join) => return Err(statement.fault(origin, &one_line(&join.to_string()))),
        };

        let schema = if is_copy { Copy::schema() } else { stream.schema() };
        let source = self.source(statement.whole(), origin);
        let (about, origins) = (source.clone(), trail.clone());
        let (session, hashes) = (self.context.clone(), self.lineage.hashes());
        let (sender, batches) = mpsc::channel(WAITING);
        let query = self.spawn(async move {
            let reading = sender.clone();
            let outcome = caught(&files, async move {
                if let Some(copy) = copy {
                    let read = origins.read(session, hashes).await;
                    let written = copy.write(stream, about, &read).await?;
                    let _ = reading.send(Ok(written)).await; // as below
                    return Ok(());
                }
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
            source,
            batches,
            _query: query,
            running,
            interrupt: self.interrupt.clone(),
            statement: statement.clone(),
            origin: origin.to_owned(),
            trail,
            context: self.context.clone(),
            lineage: self.lineage.clone(),
            workers: self.workers.clone(),
            panel,
        })
    }

    /// Plans a statement and runs none but what later ones are planned with: views and settings as
    /// they are, tables without rows. Returns the columns of its result.
    ///
    /// # Errors
    /// As [`Runner::start`].
    pub async fn rehearse(&self, statement: &Statement, origin: &str) -> Result<SchemaRef> {
        let parsed = statement.read(origin, self.grammar())?;
        let (context, parameters) = (self.context.clone(), self.parameters.clone());
        let planning = self.spawn(async move {
            let created: Vec<String> = location(&parsed).into_iter().collect();
            let rehearsed = caught(&created, async {
                let plan = match planned(&context, parsed, &parameters, &mut Vec::new()).await? {
                    LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(mut create)) => {
                        let input = Arc::unwrap_or_clone(create.input);
                        context.state().create_physical_plan(&input).await?;
                        let empty = LogicalPlanBuilder::from(input).limit(0, Some(0))?.build()?;
                        create.input = Arc::new(empty);
                        LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(create))
                    }
                    plan => plan,
                };
                let frame = context.execute_logical_plan(plan).await?;
                let schema = Arc::clone(frame.schema().inner());
                frame.create_physical_plan().await?;
                Ok(schema)
            });
            rehearsed.await
        });
        match self.interrupt.or(planning).await? {
            Ok(Ok(schema)) => Ok(schema),
            Ok(Err(error)) => Err(self.fault(statement, origin, &error)),
            Err(join) => Err(statement.fault(origin, &one_line(&join.to_string()))),
        }
    }

    /// What went wrong in the planning of a statement, at its line.
    fn fault(&self, statement: &Statement, origin: &str, error: &DataFusionError) -> Error {
        let message = self.explained(origin, error);
        let (message, listed) = candidates::without_columns(&message);
        let notes = candidates::notes(&self.context, statement, error, message, listed);
        statement.fault_at(origin, message, place(statement, error), notes)
    }

    /// Does work that is no statement.
    ///
    /// # Errors
    /// [`Error::Interrupted`], or that it stopped.
    pub async fn finish_work<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T> {
        let _running = self.bar.allow();
        let done = self.interrupt.or(self.spawn(work)).await?;
        done.map_err(|error| Error::Data(one_line(&error.to_string())))
    }

    /// Hashes of files that are known.
    pub fn hashes(&self) -> Arc<Hashes> {
        self.lineage.hashes()
    }

    /// What statements have read, with what is in it.
    ///
    /// # Errors
    /// As [`Runner::finish_work`].
    pub async fn read(&self, trail: Trail) -> Result<Read> {
        self.finish_work(trail.read(self.context.clone(), self.hashes())).await
    }

    /// Where the rows of a text come from.
    pub fn source(&self, text: &str, origin: &str) -> Source {
        let script = split(text, self.grammar());
        let names = script.statements.iter().flat_map(Statement::placeholders);
        let names: BTreeSet<&str> = names.collect();
        let shown = names.into_iter().filter_map(|name| {
            let value = self.parameters.shown(name)?;
            Some((name.to_owned(), value))
        });
        Source { file: origin.to_owned(), parameters: shown.collect(), query: text.to_owned() }
    }

    /// Starts work that is given up when nobody waits for it any more.
    fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Task<T> {
        Task(self.workers.spawn(work))
    }

    /// A planning error in words, with what to do in the program: for a parameter without a value
    /// how to give it, for a table that is not there the one that may be meant.
    fn explained(&self, origin: &str, error: &DataFusionError) -> String {
        let message = describe(error);
        if let Some(name) = message.strip_prefix('$').and_then(|m| m.strip_suffix(NO_VALUE)) {
            return without_value(name, origin);
        }
        let named = |what: &str| message.strip_prefix(what)?.split_once("' not found");
        if let Some((name, _)) = named("function '")
            && functions::forms()
                .iter()
                .any(|(page, form)| page.name == name && *form == Form::Table)
        {
            return format!(
                "function '{name}' must stand in FROM, found it as a value (SELECT * FROM {name}(...))"
            );
        }
        let Some((name, "")) = named("table '") else { return message };
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
}

/// What is said of a parameter without a value, and how a text that is called so is given one.
pub fn without_value(name: &str, origin: &str) -> String {
    match origin {
        "<shell>" => format!("${name}{NO_VALUE} (\\set {name} VALUE gives it one)"),
        _ => format!("${name}{NO_VALUE} (give --param {name}=VALUE)"),
    }
}

/// Plans a statement, which must not drop a file. `asked` takes the plans of queries run to plan it.
async fn planned(
    context: &SessionContext,
    parsed: Parsed,
    parameters: &Parameters,
    asked: &mut Vec<LogicalPlan>,
) -> Result<LogicalPlan, DataFusionError> {
    let plan = plan_asking(context, parsed, Some(parameters), asked).await?;
    if let LogicalPlan::Ddl(DdlStatement::DropTable(drop)) = &plan
        && catalog::is_on_disk(context, &drop.name)
    {
        return plan_err!(
            "table '{}' must be one that was created, found a file of the data folder \
             (remove the file to drop it)",
            drop.name
        );
    }
    Ok(plan)
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
            Some(Err(message)) => Err(self.statement.fault_of_rows(&self.origin, &message)),
        }
    }

    /// The same with other rows in the place of its own, which have been read.
    pub fn replaced(self, rows: RecordBatch) -> Self {
        let (sender, batches) = mpsc::channel(1);
        let schema = rows.schema();
        let _ = sender.try_send(Ok(rows)); // there is room for one
        Self { schema, batches, ..self }
    }

    /// Tells no more how far the query is: rows are written where that would be drawn.
    pub fn hush(&self) {
        self.running.hush();
    }

    /// All batches, in memory; they can be read again.
    ///
    /// # Errors
    /// As [`ResultRows::next`].
    pub async fn gather(&mut self) -> Result<Vec<RecordBatch>> {
        let mut batches = Vec::new();
        while let Some(batch) = self.next().await? {
            batches.push(batch);
        }
        let (sender, again) = mpsc::channel(batches.len().max(1));
        for batch in &batches {
            let _ = sender.try_send(Ok(batch.clone())); // there is room for all
        }
        self.batches = again;
        Ok(batches)
    }

    /// An error of the statement these are the rows of.
    pub fn fault(&self, message: &str) -> Error {
        self.statement.fault(&self.origin, message)
    }

    /// What the statement reads.
    pub fn trail(&self) -> &Trail {
        &self.trail
    }

    /// Reads the frameworks that the statement follows, for their fingerprints.
    ///
    /// # Errors
    /// As [`ResultRows::read`].
    pub async fn settle(&mut self) -> Result<()> {
        let settling = self.trail.clone().settled(self.context.clone());
        let settled = self.interrupt.or(Task(self.workers.spawn(settling))).await?;
        self.trail = settled.map_err(|error| Error::Data(one_line(&error.to_string())))?;
        Ok(())
    }

    /// What the statement reads, with what is in it.
    ///
    /// # Errors
    /// [`Error::Interrupted`], or that reading stopped.
    pub async fn read(&self) -> Result<Read> {
        let reading = self.trail.clone().read(self.context.clone(), self.lineage.hashes());
        let read = self.interrupt.or(Task(self.workers.spawn(reading))).await?;
        read.map_err(|error| Error::Data(one_line(&error.to_string())))
    }

    /// Whether there are columns to show.
    pub fn has_columns(&self) -> bool {
        !self.schema.fields().is_empty()
    }
}

/// The place that the planner gives an error, if it is one of the statement as it was written.
fn place(statement: &Statement, error: &DataFusionError) -> Option<Place> {
    let span = error.diagnostic()?.span?;
    let at = |location: &Location| SqlLocation { line: location.line, column: location.column };
    let place = statement.place_at(at(&span.start), Some(at(&span.end)))?;
    statement.fits(&place, &describe(error)).then_some(place)
}

/// The location of a `CREATE EXTERNAL TABLE`.
fn location(statement: &Parsed) -> Option<String> {
    match &statement.statement {
        SqlText::CreateExternalTable(create) => create.locations.first().cloned(),
        _ => None,
    }
}
