//! What a table function of the index is: what it asks for and what it gives.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::LogicalPlan;

use super::arguments::Arguments;
use super::output::Output;
use super::request::Request;
use crate::framework::{Faults, Framework};
use crate::index::input::IndexInput;
use crate::index::methods::bound::Methods;
use crate::index::methods::rows::RowMethods;
use crate::index::methods::steps::Steps;
use crate::index::methods::unused::unused;
use crate::index::panel::Panel;
use crate::page::Page;

/// What a table function computes from a framework and a panel.
pub trait TableFunction: Debug + Send + Sync + 'static {
    /// Reads the constants of a call.
    fn bind(arguments: &Arguments) -> Result<Self>
    where
        Self: Sized;

    fn spec(&self) -> Spec<'_>;

    /// What is done, for EXPLAIN.
    fn describe(&self) -> String {
        self.spec().steps.describe()
    }

    /// The methods for a framework, before any data is read, and whatever else the function needs
    /// of it.
    fn methods(&self, framework: &Framework, rows: &RowMethods) -> Result<Methods, Faults> {
        let steps = self.spec().steps;
        let methods = Methods::new(framework, rows, steps)?;
        no_faults(unused(framework, &[(steps, &methods)], None))?;
        Ok(methods)
    }

    /// Checks a third table of the call, and puts its columns in order.
    fn extra_table(&self, name: &str, _: LogicalPlan) -> Result<LogicalPlan> {
        plan_err!("{}: {name} must not be given, found a table", self.spec().page.name)
    }

    /// The second variant of the index, if the function compares two.
    fn second(&self, _first: First<'_>, _extra: &[RecordBatch]) -> Result<Option<Variant>> {
        Ok(None)
    }

    fn compute(&self, inputs: Inputs, request: Request) -> Result<Output>;
}

/// What the engine has to know of a function.
#[derive(Debug)]
pub struct Spec<'a> {
    pub page: &'static Page,
    /// The steps of the index, without which no framework can be checked.
    pub steps: &'a Steps,
    /// The columns of the result.
    pub columns: &'static [Column],
    /// The column with the code of a row's node, if the result has a row per node beside `parent`
    /// and `level`: then only the nodes that are wanted need to be given.
    pub node_column: Option<&'static str>,
}

impl Spec<'_> {
    /// Whether the rows are given out unit by unit and period by period.
    pub fn is_by_unit(&self) -> bool {
        self.columns.first().is_some_and(|(_, of, _)| *of == ColumnType::Unit)
    }
}

/// A column of a result: its name, what it holds, whether it can be NULL.
pub type Column = (&'static str, ColumnType, bool);

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// Units, of the type that the panel has them in.
    Unit,
    /// Periods, likewise; BIGINT for a panel without.
    Period,
    Text,
    Integer,
    Number,
    Boolean,
}

/// The framework of the first variant, with its methods.
#[derive(Debug, Clone, Copy)]
pub struct First<'a> {
    pub framework: &'a Framework,
    pub row_methods: &'a RowMethods,
    pub methods: &'a Methods,
}

/// A second variant of the index.
#[derive(Debug)]
pub struct Variant {
    pub framework: Framework,
    pub methods: Methods,
}

/// What a result is computed from.
#[derive(Debug)]
pub struct Inputs {
    pub index: IndexInput,
    /// The second variant, and the values of its indicators.
    pub second: Option<(Variant, Panel)>,
    /// Further tables of the call.
    pub extra: Vec<RecordBatch>,
}

/// A table function: its page, and how a call of it is read.
pub struct Entry {
    pub page: &'static Page,
    pub bind: Bind,
}

/// The arguments of a call, turned into a table function.
pub type Bind = fn(&Arguments) -> Result<Arc<dyn TableFunction>>;

/// Faults as an error, if there are any.
pub fn no_faults(faults: Vec<String>) -> Result<(), Faults> {
    if faults.is_empty() { Ok(()) } else { Err(Faults(faults)) }
}

/// The schema of a result, given the types of units and periods.
pub fn schema(columns: &[Column], unit: &DataType, period: &DataType) -> SchemaRef {
    let field = |(name, of, nullable): &Column| {
        let data_type = match of {
            ColumnType::Unit => unit.clone(),
            ColumnType::Period => period.clone(),
            ColumnType::Text => DataType::Utf8View,
            ColumnType::Integer => DataType::Int64,
            ColumnType::Number => DataType::Float64,
            ColumnType::Boolean => DataType::Boolean,
        };
        Field::new(*name, data_type, *nullable)
    };
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}
