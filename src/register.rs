//! Functions, planners and rules into a session, or into the state that one is built from.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::execution::{FunctionRegistry, SessionStateBuilder};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::prelude::SessionContext;

use crate::engine::filters_above;
use crate::engine::holding;
use crate::engine::longer::node::LongerNode;
use crate::engine::longer::plan::OfLonger;
use crate::engine::planner;
use crate::engine::query_planner::{NodePlanner, Operators};
use crate::engine::window::{hash_exec, join_rule};
use crate::functions::table::sql::node::IndexNode;
use crate::functions::table::sql::query_planner::OfIndex;
use crate::functions::{registry, reshape, summary, table};
use crate::read::call;

/// Registers every function of this crate with a session, and what plans and runs them: the rules
/// that compute whole partitions without sorting, and the index as a node of the plan. It may be
/// called again: functions that others have replaced are back then, and nothing is added twice.
///
/// Call it before anything is prepared: the engine cannot add rules to a session and keep its
/// `PREPARE`d statements. Nothing else of the session is touched, and a second call keeps these too.
///
/// Afterwards `ctx.sql(...)` knows them all. [`crate::sql`] adds what the engine's own planner
/// does not do: named arguments that leave others at their defaults.
///
/// # Errors
/// When the session refuses new functions.
pub fn register_all(context: &SessionContext) -> Result<()> {
    let shared = context.state_ref();
    let mut state = shared.write();
    if !is_registered(state.physical_optimizers()) {
        let id = state.session_id().to_owned();
        *state = register_state(SessionStateBuilder::new_from_existing(state.clone()))
            .with_session_id(id)
            .build();
        return Ok(());
    }
    let registry = registry();
    for aggregate in registry.all_aggregates() {
        state.register_udaf(aggregate)?;
    }
    for window in registry.all_windows() {
        state.register_udwf(window)?;
    }
    for scalar in registry.all_scalars() {
        state.register_udf(scalar)?;
    }
    Ok(())
}

/// The same for a program that builds the state of its sessions itself: a worker of a cluster, or a
/// session with rules and planners of its own. Set those before: a query planner that is set
/// afterwards has to plan the nodes of this crate too.
///
/// ```
/// use datafusion::execution::{FunctionRegistry, SessionStateBuilder};
/// use datafusion::prelude::SessionContext;
///
/// # fn main() -> datafusion::error::Result<()> {
/// let builder = SessionStateBuilder::new().with_default_features();
/// let context = SessionContext::new_with_state(goalposts::register_state(builder).build());
/// assert!(context.udaf("agg_geometric").is_ok());
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn register_state(mut builder: SessionStateBuilder) -> SessionStateBuilder {
    let registry = registry();
    builder.aggregate_functions().get_or_insert_default().extend(registry.all_aggregates());
    builder.window_functions().get_or_insert_default().extend(registry.all_windows());
    builder.scalar_functions().get_or_insert_default().extend(registry.all_scalars());
    let rules = &mut builder.physical_optimizers().get_or_insert_default().rules;
    if is_registered(rules) {
        return builder;
    }
    // First of the physical rules: what they replace has then no sort and no distribution yet, and
    // the engine plans both for the operators that stand there.
    rules.insert(0, Arc::new(hash_exec::HashRule));
    rules.insert(1, Arc::new(holding::InOneStep { functions: &registry.holding }));
    filters_above::register(builder.optimizer().get_or_insert_default(), |node, predicate| {
        let is_index = node.as_any().is::<IndexNode>();
        is_index || predicate.is_volatile() && node.as_any().is::<LongerNode>()
    });
    let planner = Arc::new(planner::Planner { registry });
    builder.expr_planners().get_or_insert_default().push(planner);
    let kinds: Vec<Arc<dyn Operators>> = vec![Arc::new(OfIndex), Arc::new(OfLonger)];
    let planner = NodePlanner::beside(builder.query_planner().take(), kinds);
    let builder = summary::register_planner(reshape::register(call::register(builder)));
    table::register(builder, registry)
        .with_query_planner(Arc::new(planner))
        .with_optimizer_rule(Arc::new(join_rule::JoinRule { registry }))
}

fn is_registered(rules: &[Arc<dyn PhysicalOptimizerRule + Send + Sync>]) -> bool {
    rules.iter().any(|rule| rule.name() == hash_exec::HashRule.name())
}
