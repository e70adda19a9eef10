//! What must be true of a result, checked on its rows before anybody gets them.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::catalog::{
    CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider,
};
use datafusion::common::tree_node::TreeNode;
use datafusion::common::{DataFusionError, Result as Planned, plan_err};
use datafusion::datasource::MemTable;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::prelude::SessionContext;

use super::damage::caught;
use super::error::{Error, Result};
use super::execute::{ResultRows, Runner};
use super::file::Stated;
use super::report::width;
use crate::error::describe;
use crate::export::{BatchWriter, Style, Table};
use crate::statement::{Condition, Expected, Parameters, Probe, plan};
use crate::types::sql_name;

/// Rows that are shown of those that break an expectation.
const SHOWN: usize = 5;

/// The catalog and the schema in which results lie while they are checked: no file and no table of
/// a session is called so.
const RESULTS: &str = "$results";

/// Checks a result; its rows can be read afterwards.
///
/// # Errors
/// An expectation that does not fit the columns, before any row is read; one that is broken, with
/// the first rows that break it; what goes wrong in the query.
pub async fn check(
    runner: &Runner,
    expectations: &[Stated<Expected>],
    rows: &mut ResultRows,
) -> Result<()> {
    if expectations.is_empty() {
        return Ok(());
    }
    fit(runner, expectations, &rows.schema).await?;
    let batches = rows.gather().await?;
    examine(runner, expectations, &rows.schema, Some(batches)).await
}

/// Plans expectations on the columns of a result.
///
/// # Errors
/// One that does not fit.
pub async fn fit(
    runner: &Runner,
    expectations: &[Stated<Expected>],
    schema: &SchemaRef,
) -> Result<()> {
    examine(runner, expectations, schema, None).await
}

/// Checks expectations on batches, or without them only that they fit.
async fn examine(
    runner: &Runner,
    expectations: &[Stated<Expected>],
    schema: &SchemaRef,
    batches: Option<Vec<RecordBatch>>,
) -> Result<()> {
    for stated in expectations {
        for condition in &stated.what.conditions {
            let check = Check {
                context: runner.context().clone(),
                parameters: runner.parameters().clone(),
                condition: condition.clone(),
                schema: Arc::clone(schema),
                batches: batches.clone(),
            };
            let done = runner.finish_work(async move { caught(&[], check.finish()).await });
            let message = match done.await? {
                Ok(None) => continue,
                Ok(Some(found)) => format!("expectation must hold, found {found}"),
                Err(error) => {
                    let message = describe(&error);
                    let message = message.split(" at Line: ").next().unwrap_or_default();
                    format!("expectation: {message}: {condition}")
                }
            };
            return Err(Error::at(&stated.origin, stated.what.line, message));
        }
    }
    Ok(())
}

/// A condition and the result that it is for.
struct Check {
    context: SessionContext,
    parameters: Parameters,
    condition: Condition,
    schema: SchemaRef,
    /// None: only whether it fits is asked.
    batches: Option<Vec<RecordBatch>>,
}

impl Check {
    /// What breaks the condition; none if it holds.
    async fn finish(self) -> Planned<Option<String>> {
        let mut names: Vec<&str> =
            self.schema.fields().iter().map(|of| of.name().as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return plan_err!(
                "columns must have names of their own, found '{}' twice (name one with AS)",
                pair[0]
            );
        }
        let batches = self.batches.clone().unwrap_or_default();
        let number = batches.iter().map(RecordBatch::num_rows).sum();
        let result = Registered::new(&self.context, &self.schema, batches)?;
        let all = self.plan(Probe::All, &result, number).await?;
        match all.schema().field(0).data_type() {
            DataType::Boolean | DataType::Null => {}
            other => return plan_err!("must be true or false, found {}", sql_name(other)),
        }
        let probe = probe(&all);
        let plan = self.plan(probe, &result, number).await?;
        if self.batches.is_none() {
            self.context.state().optimize(&plan)?;
            return Ok(None);
        }
        let broken = self.context.execute_logical_plan(plan).await?.collect().await?;
        match probe {
            Probe::Breaking | Probe::Windowed => self.rows(&broken, number),
            _ => self.value(&broken),
        }
    }

    async fn plan(&self, probe: Probe, on: &Registered, number: usize) -> Planned<LogicalPlan> {
        let mut names = self.schema.fields().iter().map(|field| field.name());
        let has_rows = names.any(|name| name.eq_ignore_ascii_case("rows"));
        let rows = (!has_rows).then_some(number);
        let query = self.condition.query(probe, &on.shown(), rows)?;
        plan(&self.context, query, Some(&self.parameters)).await
    }

    /// Rows that break a condition on each.
    fn rows(&self, found: &[RecordBatch], number: usize) -> Planned<Option<String>> {
        let breaking: usize = found.iter().map(RecordBatch::num_rows).sum();
        if breaking == 0 {
            return Ok(None);
        }
        let text = Text::default();
        let mut table = Table::new(Box::new(text.clone()), &self.schema, Style::within(width()));
        let columns: Vec<usize> = (0..self.schema.fields().len()).collect();
        let mut left = SHOWN;
        for batch in found {
            let first = batch.slice(0, batch.num_rows().min(left));
            left -= first.num_rows();
            table.write(&first.project(&columns)?)?; // not whether it holds
        }
        table.finish()?;
        let (condition, table) = (&self.condition, text.take());
        let rest = match breaking > SHOWN {
            true => format!("\n{SHOWN} of {breaking} rows shown"),
            false => String::new(),
        };
        Ok(Some(format!(
            "{breaking} of {number} rows that break it: {condition}\n{}{rest}",
            table.trim_end()
        )))
    }

    /// What a condition on all rows at once compares, where it is broken.
    fn value(&self, broken: &[RecordBatch]) -> Planned<Option<String>> {
        let Some(row) = broken.iter().find(|batch| batch.num_rows() > 0) else { return Ok(None) };
        let found = match self.condition.compared() {
            Some(compared) => {
                let options = FormatOptions::default().with_null("NULL");
                let value = ArrayFormatter::try_new(row.column(0), &options)?;
                format!("{compared} = {}", value.value(0))
            }
            None => "it not true".to_owned(),
        };
        Ok(Some(format!("{found}: {}", self.condition)))
    }
}

/// How a condition is checked whose plan is this: over all rows if it aggregates them, once if it
/// names none of their columns, else for each.
fn probe(plan: &LogicalPlan) -> Probe {
    let has = |is: fn(&LogicalPlan) -> bool| plan.exists(|node| Ok(is(node))).unwrap_or_default();
    if has(|node| matches!(node, LogicalPlan::Window(_))) {
        return Probe::Windowed;
    }
    if has(|node| matches!(node, LogicalPlan::Aggregate(_))) {
        return Probe::Over;
    }
    let names_columns = |expr: &Expr| {
        let outer = expr.exists(|part| {
            Ok(match part {
                Expr::ScalarSubquery(query) => !query.outer_ref_columns.is_empty(),
                Expr::InSubquery(inside) => !inside.subquery.outer_ref_columns.is_empty(),
                Expr::Exists(exists) => !exists.subquery.outer_ref_columns.is_empty(),
                _ => false,
            })
        });
        outer.unwrap_or(true) || !expr.column_refs().is_empty()
    };
    match plan.expressions().iter().any(names_columns) {
        true => Probe::Breaking,
        false => Probe::Once,
    }
}

/// A result that statements can name, until this is dropped.
struct Registered {
    schema: Arc<dyn SchemaProvider>,
    name: String,
}

impl Registered {
    fn new(
        context: &SessionContext,
        schema: &SchemaRef,
        batches: Vec<RecordBatch>,
    ) -> Planned<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let table = MemTable::try_new(Arc::clone(schema), vec![batches])?;
        let known = context.catalog(RESULTS).and_then(|catalog| catalog.schema(RESULTS));
        let home = match known {
            Some(home) => home,
            None => {
                let catalog = MemoryCatalogProvider::new();
                let home: Arc<dyn SchemaProvider> = Arc::new(MemorySchemaProvider::new());
                catalog.register_schema(RESULTS, Arc::clone(&home))?;
                context.register_catalog(RESULTS, Arc::new(catalog));
                home
            }
        };
        let name = format!("result {}", NEXT.fetch_add(1, Ordering::Relaxed));
        home.register_table(name.clone(), Arc::new(table))?;
        Ok(Self { schema: home, name })
    }

    fn shown(&self) -> String {
        format!("\"{RESULTS}\".\"{RESULTS}\".\"{}\"", self.name)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let _: Result<_, DataFusionError> = self.schema.deregister_table(&self.name);
    }
}

/// Bytes that a table writes, kept.
#[derive(Clone, Default)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl Text {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut *self.bytes())).into_owned()
    }
}

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
