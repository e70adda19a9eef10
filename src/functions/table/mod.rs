//! The index in one statement: a panel of values and a framework in, a relation out.
//!
//! The way of the data:
//!
//! 1. `planner` turns a call in `FROM` into a table; `options` reads what it says beside its
//!    tables, `call` the methods in it.
//! 2. The scan of the table is an operator (`exec`). It checks the framework, and reads the panel
//!    once into dense columns (`panel`, with `keys` as numbers).
//! 3. `methods` binds what framework and call say to the functions of SQL. They run on the columns
//!    in the steps of the handbook: `prepare` imputes and treats, `normalise` makes scores of
//!    the indicators, both within `reference` sets, and `scores` aggregates them. `workshop`
//!    spreads the work over threads.
//! 4. A page such as [`composite_index`] says what is computed from the scores, and `rows` gives it
//!    out. [`uncertainty`] and [`sensitivity`] compute the scores many times (`draws`), with what
//!    is `uncertain` drawn anew.

mod call;
mod draws;
mod exec;
mod methods;
mod normalise;
mod options;
mod panel;
mod place;
mod planner;
mod prepare;
mod reference;
mod rows;
mod scores;
mod uncertain;
mod workshop;

pub mod availability;
pub mod compare;
pub mod composite_index;
pub mod contributions;
pub mod correlations;
pub mod leave_one_out;
pub mod sensitivity;
pub mod uncertainty;
pub mod weights;

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatchOptions};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{Result, plan_err};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::logical_expr::LogicalPlan;

pub(super) use planner::{Planner, takes_table};

use super::page::Page;
use crate::framework::{Faults, Framework};
use methods::{Methods, unused};
use options::{Arguments, Steps};
use panel::Panel;
use scores::Scores;
use workshop::Workshop;
pub use workshop::{Progress, Tell};

/// A table function: its page, and how a call of it is read.
pub(super) struct Entry {
    pub page: &'static Page,
    bind: exec::Bind,
}

/// Every table function.
pub(super) fn entries() -> &'static [Entry] {
    static ENTRIES: &[Entry] = &[
        Entry { page: &composite_index::PAGE, bind: bind::<composite_index::CompositeIndex> },
        Entry { page: &contributions::PAGE, bind: bind::<contributions::Contributions> },
        Entry { page: &weights::PAGE, bind: bind::<weights::Weights> },
        Entry { page: &availability::PAGE, bind: bind::<availability::Availability> },
        Entry { page: &compare::PAGE, bind: bind::<compare::Compare> },
        Entry { page: &correlations::PAGE, bind: bind::<correlations::Correlations> },
        Entry { page: &leave_one_out::PAGE, bind: bind::<leave_one_out::LeaveOneOut> },
        Entry { page: &uncertainty::PAGE, bind: bind::<uncertainty::Uncertainty> },
        Entry { page: &sensitivity::PAGE, bind: bind::<sensitivity::Sensitivity> },
    ];
    ENTRIES
}

fn bind<F: TableFunction>(arguments: &Arguments) -> Result<Arc<dyn TableFunction>> {
    Ok(Arc::new(F::bind(arguments)?))
}

/// Faults as an error, if there are any.
fn no_faults(faults: Vec<String>) -> Result<(), Faults> {
    if faults.is_empty() { Ok(()) } else { Err(Faults(faults)) }
}

/// Rows as they are given out.
type Batches = Box<dyn Iterator<Item = Result<RecordBatch>> + Send>;

/// What a table function computes from a framework and a panel.
trait TableFunction: Debug + Send + Sync + 'static {
    /// Reads the constants of a call.
    fn bind(arguments: &Arguments) -> Result<Self>
    where
        Self: Sized;

    fn page(&self) -> &'static Page;

    /// The columns of the result, given the types of units and periods.
    fn schema(&self, unit: &DataType, period: &DataType) -> SchemaRef;

    fn steps(&self) -> &Steps;

    /// What is done, for EXPLAIN.
    fn describe(&self) -> String {
        self.steps().describe()
    }

    /// Whether the result has a row per node, with `code`, `parent` and `level`, and only those of
    /// the nodes that were asked for need to be given.
    fn filters_nodes(&self) -> bool {
        false
    }

    /// The column that has the code of a row's node.
    fn code_column(&self) -> &'static str {
        "code"
    }

    /// Checks a third table of the call, and puts its columns in order.
    fn other(&self, name: &str, _: LogicalPlan) -> Result<LogicalPlan> {
        plan_err!("{}: {name} must not be given, found a table", self.page().name)
    }

    /// The second framework of the call, checked, from its further tables.
    fn second(&self, _: &[RecordBatch]) -> Result<Option<Framework>> {
        Ok(None)
    }

    /// What the function needs of a framework, before any data is read.
    fn check(&self, framework: &Framework) -> Result<(), Faults> {
        let methods = Methods::new(framework, self.steps())?;
        no_faults(unused(framework, &[(self.steps(), &methods)], None))
    }

    fn compute(&self, index: Index, asked: Asked) -> Result<Batches>;
}

/// What is to be computed of, and with what.
struct Index {
    framework: Framework,
    panel: Panel,
    /// The second framework of the call, and the panel of its indicators.
    second: Option<(Framework, Panel)>,
    /// Further tables of the call.
    others: Vec<RecordBatch>,
    workshop: Workshop,
    reservation: Arc<MemoryReservation>,
}

/// What is wanted of the result.
struct Asked {
    /// Its columns.
    schema: SchemaRef,
    /// Its nodes, where the function gives a row per node.
    nodes: Vec<usize>,
}

impl Asked {
    fn wants(&self, column: &str) -> bool {
        self.schema.field_with_name(column).is_ok()
    }

    /// All rows at once, the columns by name.
    fn batch(&self, rows: usize, column: impl Fn(&str) -> Result<ArrayRef>) -> Result<RecordBatch> {
        let columns = self.schema.fields().iter().map(|field| column(field.name()));
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            columns.collect::<Result<Vec<_>>>()?,
            &options,
        )?)
    }
}

impl Index {
    /// The scores of all nodes by these steps. The values are used up.
    fn scores(&mut self, steps: &Steps) -> Result<(Methods, Scores)> {
        let methods = Methods::checked(&self.framework, steps)?;
        let panel = &mut self.panel;
        methods.prepare(&self.framework, panel, &self.workshop)?;
        let columns = std::mem::take(&mut panel.columns);
        let leaves = methods.normalise_columns(&self.framework, panel, columns, &self.workshop)?;
        let scores = methods.aggregate(&self.framework, &leaves, panel, &self.workshop)?;
        Ok((methods, scores))
    }
}

/// A schema of names, types and whether there can be NULLs.
fn schema(fields: &[(&str, &DataType, bool)]) -> SchemaRef {
    let field = |(name, data_type, nullable): &(&str, &DataType, bool)| {
        Field::new(*name, (*data_type).clone(), *nullable)
    };
    Arc::new(Schema::new(fields.iter().map(field).collect::<Vec<_>>()))
}
