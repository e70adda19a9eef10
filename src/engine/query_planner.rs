//! From nodes of ours to their operators, in whatever way a session makes its plans.

use std::any::Any;
use std::collections::HashSet;
use std::fmt::{self, Debug};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, DFSchema, Result, plan_err};
use datafusion::datasource::provider_as_source;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{
    Expr, Extension, LogicalPlan, LogicalPlanBuilder, TableType, UserDefinedLogicalNode,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};

type Planner = Arc<dyn QueryPlanner + Send + Sync>;

/// Makes an expression on columns of a schema.
pub type Physical<'a> = dyn Fn(&Expr, &DFSchema) -> Result<Arc<dyn PhysicalExpr>> + 'a;

/// Makes the operators of one kind of node.
pub trait Operators: Debug + Send + Sync {
    /// Whether a node is of this kind.
    fn has(&self, node: &dyn UserDefinedLogicalNode) -> bool;

    /// The operator of a node of this kind.
    fn operator(
        &self,
        node: &dyn UserDefinedLogicalNode,
        inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        physical: &Physical<'_>,
    ) -> Result<Arc<dyn ExecutionPlan>>;
}

/// Plans queries that have nodes of ours in them; all others are planned as before.
#[derive(Debug)]
pub struct NodePlanner {
    kinds: Vec<Arc<dyn Operators>>,
    /// What the session plans with, if that is not the engine's own planner.
    others: Option<Planner>,
}

impl NodePlanner {
    /// Beside the planner that a session has.
    pub fn beside(planner: Option<Planner>, kinds: Vec<Arc<dyn Operators>>) -> Self {
        let type_of = |planner: &Planner| (planner.as_ref() as &dyn Any).type_id();
        let of_engine = type_of(SessionStateBuilder::new().build().query_planner());
        Self { kinds, others: planner.filter(|planner| type_of(planner) != of_engine) }
    }
}

#[async_trait]
impl QueryPlanner for NodePlanner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(others) = &self.others else {
            let kinds = self.kinds.iter().map(|kind| Arc::new(Of(Arc::clone(kind))) as _);
            let planner = DefaultPhysicalPlanner::with_extension_planners(kinds.collect());
            return planner.create_physical_plan(plan, session).await;
        };
        // A planner of the session's own does not know the nodes. It gets tables instead, whose scans
        // are the operators, with their inputs planned by the same planner.
        let plan = plan.clone().transform_up_with_subqueries(|plan| {
            let LogicalPlan::Extension(Extension { node }) = &plan else {
                return Ok(Transformed::no(plan));
            };
            match self.kinds.iter().find(|kind| kind.has(node.as_ref())) {
                Some(kind) => Ok(Transformed::yes(as_table(node, kind, others)?)),
                None => Ok(Transformed::no(plan)),
            }
        })?;
        others.create_physical_plan(&plan.data, session).await
    }
}

/// The scan of a node as a table, its columns by the names that the plan has for them.
fn as_table(
    node: &Arc<dyn UserDefinedLogicalNode>,
    kind: &Arc<dyn Operators>,
    planner: &Planner,
) -> Result<LogicalPlan> {
    let schema = node.schema();
    let names: HashSet<&String> = schema.fields().iter().map(|field| field.name()).collect();
    let is_plain =
        names.len() == schema.fields().len() && schema.iter().all(|(table, _)| table.is_none());
    let fields = schema.fields().iter().enumerate().map(|(i, field)| match is_plain {
        true => Arc::clone(field),
        false => Arc::new(Field::clone(field).with_name(format!("{}:{i}", field.name()))),
    });
    let table = NodeTable {
        node: Arc::clone(node),
        kind: Arc::clone(kind),
        planner: Arc::clone(planner),
        schema: Arc::new(Schema::new(fields.collect::<Vec<_>>())),
    };
    let name = node.name().to_lowercase();
    let scan = LogicalPlanBuilder::scan(name, provider_as_source(Arc::new(table)), None)?;
    if is_plain {
        return scan.build();
    }
    let columns: Vec<_> = scan
        .schema()
        .iter()
        .zip(schema.iter())
        .map(|(of_scan, (table, field))| {
            Expr::Column(Column::from(of_scan)).alias_qualified(table.cloned(), field.name())
        })
        .collect();
    scan.project(columns)?.build()
}

/// A kind of node, as the engine's planner asks for its operators.
struct Of(Arc<dyn Operators>);

#[async_trait]
impl ExtensionPlanner for Of {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        if !self.0.has(node) {
            return Ok(None);
        }
        let physical = |expr: &Expr, schema: &DFSchema| {
            planner.create_physical_expr(expr, schema, session, context)
        };
        self.0.operator(node, inputs, session, &physical).map(Some)
    }
}

/// A node as a table.
struct NodeTable {
    node: Arc<dyn UserDefinedLogicalNode>,
    kind: Arc<dyn Operators>,
    /// Of the inputs, which are optimised already.
    planner: Planner,
    schema: SchemaRef,
}

impl Debug for NodeTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt_for_explain(f)
    }
}

#[async_trait]
impl TableProvider for NodeTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
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
        for input in self.node.inputs() {
            inputs.push(self.planner.create_physical_plan(input, session).await?);
        }
        let physical =
            |expr: &Expr, schema: &DFSchema| session.create_physical_expr(expr.clone(), schema);
        let rows = self.kind.operator(self.node.as_ref(), &inputs, session, &physical)?;
        let has = rows.schema();
        if has.fields().len() != self.schema.fields().len() {
            return plan_err!(
                "{}: must have {} columns, found {}",
                self.node.name(),
                self.schema.fields().len(),
                has.fields().len()
            );
        }
        let all: Vec<usize> = (0..has.fields().len()).collect();
        let wanted = projection.unwrap_or(&all);
        if *wanted == all && has.fields() == self.schema.fields() {
            return Ok(rows);
        }
        let columns = wanted.iter().map(|&at| ProjectionExpr {
            expr: Arc::new(datafusion::physical_expr::expressions::Column::new(
                has.field(at).name(),
                at,
            )),
            alias: self.schema.field(at).name().clone(),
        });
        Ok(Arc::new(ProjectionExec::try_new(columns.collect::<Vec<_>>(), rows)?))
    }
}
