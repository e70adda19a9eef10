#![doc = include_str!("../../docs/functions.md")]

pub mod aggregation;
pub mod fit_norm;

mod aggregate;
mod arguments;
mod normalise;
mod page;
mod whole_partition;

use std::sync::Arc;

use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::AggregateUDF;
use datafusion::prelude::SessionContext;

pub use page::{Family, Kind, Page, Parameter, reference};

/// Every aggregate: `fit_*`, `agg_*` and what else gives one answer for many rows.
fn aggregates() -> Vec<AggregateUDF> {
    [fit_norm::aggregates(), aggregation::aggregates()].concat()
}

/// Every function that has two forms, with a fitted scale and with `OVER (...)`.
fn normalisations() -> Vec<normalise::Entry> {
    fit_norm::normalisations()
}

/// The pages of all functions.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    [fit_norm::PAGES, aggregation::PAGES].into_iter().flatten().copied()
}

/// The page of one function, by its name in SQL.
pub fn page(name: &str) -> Option<&'static Page> {
    pages().find(|page| page.name.eq_ignore_ascii_case(name))
}

/// Registers every function of this crate with a session, and the rule that computes theirs over
/// whole partitions without sorting. Nothing else of the session is touched.
///
/// Afterwards `ctx.sql(...)` knows them all. [`crate::sql`] adds what the engine's own planner
/// does not do: named arguments that leave others at their defaults.
///
/// # Errors
/// When the session refuses new functions.
pub fn register_all(context: &SessionContext) -> datafusion::common::Result<()> {
    let state = context.state_ref();
    let mut state = state.write();
    for aggregate in aggregates() {
        state.register_udaf(Arc::new(aggregate))?;
    }
    let entries = normalisations();
    for entry in &entries {
        state.register_udf(Arc::clone(&entry.scalar))?;
        state.register_udaf(Arc::clone(&entry.facade))?;
    }
    state.register_expr_planner(Arc::new(normalise::Planner { entries }))?;
    drop(state);
    context.add_optimizer_rule(Arc::new(whole_partition::WithoutSort));
    Ok(())
}
