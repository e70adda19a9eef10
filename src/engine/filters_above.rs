//! Filters that stay where they are: the engine moves a condition without columns (`false`, `random() < 0.1`, a subquery
//! of its own) below any node, into each of its inputs. Below a node of ours it would change what is computed, and
//! chance below any aggregate or window: `HAVING random() < 0.5` would take half of the rows, not of the groups.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, Extension, Filter, LogicalPlan, UserDefinedLogicalNode};
use datafusion::optimizer::optimizer::{ApplyOrder, Optimizer};
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

/// The rule of the engine that moves filters.
const MOVES: &str = "push_down_filter";

/// Whether a filter stays above a node of ours.
pub type Stays = fn(&dyn UserDefinedLogicalNode, &Expr) -> bool;

/// Puts the rule in the place of the engine's own.
pub fn register(optimizer: &mut Optimizer, stays: Stays) {
    for rule in &mut optimizer.rules {
        if rule.name() == MOVES {
            *rule = Arc::new(FiltersAbove { engine: Arc::clone(rule), stays });
        }
    }
}

/// The engine's rule, but for the filters that stay.
#[derive(Debug)]
struct FiltersAbove {
    engine: Arc<dyn OptimizerRule + Send + Sync>,
    stays: Stays,
}

impl OptimizerRule for FiltersAbove {
    fn name(&self) -> &str {
        self.engine.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.engine.apply_order()
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let Some(filters) = self.kept(&plan) else { return self.engine.rewrite(plan, config) };
        let [_, .., lowest] = filters.as_slice() else { return Ok(Transformed::no(plan)) };
        // Of several above each other one, as the engine makes it of others; the lowest comes first.
        let predicates = filters.iter().rev().map(|filter| filter.predicate.clone());
        let Some(predicate) = conjunction(predicates) else { return Ok(Transformed::no(plan)) };
        let filter = Filter::new(predicate, Arc::clone(&lowest.input));
        Ok(Transformed::yes(LogicalPlan::Filter(filter)))
    }
}

impl FiltersAbove {
    /// The filters that stand above each other, where they stay above what is below them.
    fn kept<'a>(&self, plan: &'a LogicalPlan) -> Option<Vec<&'a Filter>> {
        let mut input = plan;
        let mut filters = Vec::new();
        while let LogicalPlan::Filter(filter) = input {
            filters.push(filter);
            input = &filter.input;
        }
        let stays = |predicate: &Expr| match input {
            LogicalPlan::Extension(Extension { node }) => (self.stays)(node.as_ref(), predicate),
            LogicalPlan::Aggregate(_) | LogicalPlan::Window(_) => predicate.is_volatile(),
            _ => false,
        };
        filters.iter().any(|filter| stays(&filter.predicate)).then_some(filters)
    }
}
