//! From the node to its operator.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, new_empty_array};
use datafusion::catalog::Session;
use datafusion::common::{Column, Result, ScalarValue, plan_datafusion_err, plan_err};
use datafusion::logical_expr::UserDefinedLogicalNode;
use datafusion::physical_plan::ExecutionPlan;

use super::exec::{LongerExec, Shape};
use super::node::{LongerNode, places};
use crate::engine::query_planner::{Operators, Physical};

/// Makes the operators.
#[derive(Debug)]
pub struct OfLonger;

impl Operators for OfLonger {
    fn has(&self, node: &dyn UserDefinedLogicalNode) -> bool {
        node.as_any().is::<LongerNode>()
    }

    fn operator(
        &self,
        node: &dyn UserDefinedLogicalNode,
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &dyn Session,
        _: &Physical<'_>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(node), [input]) = (node.as_any().downcast_ref::<LongerNode>(), inputs) else {
            return plan_err!("a node must be a Longer of one input, found {}", node.name());
        };
        let places = places(node.input.schema());
        let place = |column: &Column| {
            let place = places.get(&(column.relation.as_ref(), column.name.as_str()));
            place.copied().ok_or_else(|| {
                plan_datafusion_err!("Longer: column {column} must be in the input, found none")
            })
        };
        let kept = node.kept.iter().map(place).collect::<Result<Vec<_>>>()?;
        let mut names: Vec<ArrayRef> = Vec::new();
        for (at, field) in node.names.iter().enumerate() {
            let of_groups = node.groups.iter().map(|group| group.names[at].clone());
            names.push(match node.groups.is_empty() {
                true => new_empty_array(field.data_type()),
                false => ScalarValue::iter_to_array(of_groups)?,
            });
        }
        let mut values = Vec::new();
        for value in 0..node.values.len() {
            let columns = node.groups.iter().map(|group| group.columns[value].as_ref());
            values
                .push(columns.map(|column| column.map(place).transpose()).collect::<Result<_>>()?);
        }
        let shape = Shape {
            kept,
            names,
            values,
            groups: node.groups.len(),
            keep_nulls: node.keep_nulls,
            schema: Arc::clone(UserDefinedLogicalNode::schema(node).inner()),
        };
        Ok(Arc::new(LongerExec::try_new(Arc::clone(input), Arc::new(shape), None)?))
    }
}
