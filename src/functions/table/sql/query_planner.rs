//! From the node of an index to its operator, in whatever way a session makes its plans.

use std::any::Any;
use std::fmt::{self, Debug};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::datasource::provider_as_source;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{
    Expr, Extension, LogicalPlan, LogicalPlanBuilder, TableType, UserDefinedLogicalNode,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};

use super::exec::IndexExec;
use super::in_order_exec::InOrderExec;
use super::node::IndexNode;

type Planner = Arc<dyn QueryPlanner + Send + Sync>;

/// Plans queries that have an index in them; all others are planned as before.
#[derive(Debug)]
pub struct IndexQueryPlanner {
    /// What the session plans with, if that is not the engine's own planner.
    others: Option<Planner>,
}

impl IndexQueryPlanner {
    /// Beside the planner that a session has.
    pub fn beside(planner: Option<Planner>) -> Self {
        let type_of = |planner: &Planner| (planner.as_ref() as &dyn Any).type_id();
        let of_engine = type_of(SessionStateBuilder::new().build().query_planner());
        Self { others: planner.filter(|planner| type_of(planner) != of_engine) }
    }
}

#[async_trait]
impl QueryPlanner for IndexQueryPlanner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(others) = &self.others else {
            let planner = DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(OfIndex)]);
            return planner.create_physical_plan(plan, session).await;
        };
        // A planner of the session's own does not know the node. It gets a table instead, whose scan
        // is the operator, with its inputs planned by the same planner.
        let plan = plan.clone().transform_up_with_subqueries(|plan| match &plan {
            LogicalPlan::Extension(Extension { node }) => match node.as_any().downcast_ref() {
                Some(index) => {
                    let (planner, index) = (Arc::clone(others), IndexNode::clone(index));
                    let name = index.call.name();
                    let table = IndexTable { planner, index };
                    let source = provider_as_source(Arc::new(table));
                    Ok(Transformed::yes(LogicalPlanBuilder::scan(name, source, None)?.build()?))
                }
                None => Ok(Transformed::no(plan)),
            },
            _ => Ok(Transformed::no(plan)),
        })?;
        others.create_physical_plan(&plan.data, session).await
    }
}

/// Makes the operators.
#[derive(Debug)]
struct OfIndex;

#[async_trait]
impl ExtensionPlanner for OfIndex {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(index) = node.as_any().downcast_ref::<IndexNode>() else { return Ok(None) };
        let physical = |filter: &Expr, schema: &DFSchema| {
            planner.create_physical_expr(filter, schema, session, context)
        };
        operator(index, inputs, session, physical).map(Some)
    }
}

/// The operator of a node.
fn operator(
    index: &IndexNode,
    inputs: &[Arc<dyn ExecutionPlan>],
    session: &dyn Session,
    physical: impl Fn(&Expr, &DFSchema) -> Result<Arc<dyn datafusion::physical_expr::PhysicalExpr>>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let schema = DFSchema::try_from(index.call.nodes_schema().as_ref().clone())?;
    let filter = index.filter.as_ref().map(|filter| physical(filter, &schema)).transpose()?;
    let partitions = match index.call.function.spec().is_by_unit() {
        true => session.config().target_partitions(),
        false => 1,
    };
    let schema = Arc::clone(index.schema.inner());
    let call = Arc::clone(&index.call);
    let rows = Arc::new(IndexExec::new(call, inputs.to_vec(), filter, schema, partitions));
    Ok(if partitions > 1 { Arc::new(InOrderExec::try_new(rows)?) } else { rows })
}

/// An index as a table.
struct IndexTable {
    /// Of the inputs, which are optimised already.
    planner: Planner,
    index: IndexNode,
}

impl Debug for IndexTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.index.call.fmt(f)
    }
}

#[async_trait]
impl TableProvider for IndexTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.index.schema.inner())
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut inputs = Vec::new();
        for input in &self.index.inputs {
            inputs.push(self.planner.create_physical_plan(input, session).await?);
        }
        let mut index = self.index.clone();
        if let Some(columns) = projection {
            let schema = index.schema.as_arrow().project(columns)?;
            index.schema = Arc::new(DFSchema::try_from(schema)?);
        }
        operator(&index, &inputs, session, |filter, schema| {
            session.create_physical_expr(filter.clone(), schema)
        })
    }
}
