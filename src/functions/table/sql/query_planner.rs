//! From the node of an index to its operator.

use std::sync::Arc;

use datafusion::catalog::Session;
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::UserDefinedLogicalNode;
use datafusion::physical_plan::ExecutionPlan;

use super::call::periods_schema;
use super::exec::IndexExec;
use super::in_order_exec::InOrderExec;
use super::node::IndexNode;
use crate::engine::query_planner::{Operators, Physical};

/// Makes the operators.
#[derive(Debug)]
pub struct OfIndex;

impl Operators for OfIndex {
    fn has(&self, node: &dyn UserDefinedLogicalNode) -> bool {
        node.as_any().is::<IndexNode>()
    }

    fn operator(
        &self,
        node: &dyn UserDefinedLogicalNode,
        inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        physical: &Physical<'_>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(index) = node.as_any().downcast_ref::<IndexNode>() else {
            return plan_err!("a node must be an Index, found {}", node.name());
        };
        let of_nodes = DFSchema::try_from(index.call.nodes_schema().as_ref().clone())?;
        let wanted = index.wanted.map(
            |filter| physical(filter, &of_nodes),
            |filter| {
                let of_period = periods_schema(index.schema.inner())?;
                physical(filter, &DFSchema::try_from(of_period.as_ref().clone())?)
            },
        )?;
        let partitions = match index.call.function.spec().is_by_unit() {
            true => session.config().target_partitions(),
            false => 1,
        };
        let schema = Arc::clone(index.schema.inner());
        let call = Arc::clone(&index.call);
        let rows = Arc::new(IndexExec::new(call, inputs.to_vec(), wanted, schema, partitions));
        Ok(if partitions > 1 { Arc::new(InOrderExec::try_new(rows)?) } else { rows })
    }
}
