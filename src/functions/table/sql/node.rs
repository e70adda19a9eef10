//! A call as a node of the logical plan, with its inputs as children: they are planned and
//! optimised as part of the whole.
//!
//! No filter is ever moved below it, so reference sets are those of the inputs, whatever is asked on
//! top. Columns that nobody wants, and rows by what the framework alone decides (`code`, `parent`,
//! `level`), are left out by [`super::pushdown`]; so are the rows of periods that a filter above does not let through.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use datafusion::arrow::datatypes::Fields;
use datafusion::common::{DFSchema, DFSchemaRef, Result, plan_err};
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};

use super::call::IndexCall;
use super::wanted::Wanted;

/// The node.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IndexNode {
    pub call: Arc<IndexCall>,
    /// Framework, panel, and further tables in the order of the page, each with its columns in the
    /// order in which they are read.
    pub inputs: Vec<LogicalPlan>,
    /// Which rows are wanted.
    pub wanted: Wanted<Expr>,
    /// Of the columns that are wanted.
    pub schema: DFSchemaRef,
}

impl IndexNode {
    pub fn new(call: IndexCall, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let panel: Vec<_> = inputs[1].schema().fields().iter().map(|f| f.data_type()).collect();
        let schema = DFSchema::try_from(call.schema(&panel).as_ref().clone())?;
        Ok(Self { call: Arc::new(call), inputs, wanted: Wanted::ALL, schema: Arc::new(schema) })
    }

    /// What is done, for EXPLAIN.
    pub fn describe(call: &IndexCall, columns: &Fields, wanted: &Wanted<impl Display>) -> String {
        let columns: Vec<&str> = columns.iter().map(|field| field.name().as_str()).collect();
        format!(
            "{}: check framework, read panel, {}, columns=[{}]{wanted}",
            call.name(),
            call.function.describe(),
            columns.join(", ")
        )
    }
}

impl PartialOrd for IndexNode {
    fn partial_cmp(&self, _: &Self) -> Option<Ordering> {
        None
    }
}

impl UserDefinedLogicalNodeCore for IndexNode {
    fn name(&self) -> &str {
        "Index"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    /// None: what the filter is about are columns of the result, not of the inputs.
    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Index: {}", Self::describe(&self.call, self.schema.fields(), &self.wanted))
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        if inputs.len() != self.inputs.len() {
            return plan_err!(
                "Index: must have {} inputs, found {}",
                self.inputs.len(),
                inputs.len()
            );
        }
        Ok(Self { inputs, ..self.clone() })
    }
}
