//! `UNPIVOT` and `PIVOT` in FROM: columns to rows, rows to columns.
//!
//! [`unpivot`] makes a node of `crate::engine::longer` of one, [`pivot`] an aggregate of the other;
//! [`relation`] is what stands before the word, and how its columns are found.

pub mod pivot;
pub mod relation;
pub mod unpivot;

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::sql::sqlparser::ast::TableFactor;

/// Plans both.
#[derive(Debug)]
struct Reshape;

impl RelationPlanner for Reshape {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let (plan, alias) = match relation {
            TableFactor::Unpivot { table, value, name, columns, null_inclusion, alias } => {
                let unpivot = unpivot::Unpivot { value, name, columns, nulls: null_inclusion };
                (unpivot.plan(*table, context)?, alias)
            }
            TableFactor::Pivot {
                table,
                aggregate_functions: aggregates,
                value_column,
                value_source: source,
                default_on_null: default,
                alias,
            } => {
                let pivot = pivot::Pivot { aggregates, value_column, source, default };
                (pivot.plan(*table, context)?, alias)
            }
            other => return Ok(RelationPlanning::Original(Box::new(other))),
        };
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias))))
    }
}

/// What plans them, into the state of a session.
pub fn register(mut builder: SessionStateBuilder) -> SessionStateBuilder {
    builder.relation_planners().get_or_insert_default().insert(0, Arc::new(Reshape));
    builder
}
