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

use aggregation::{WeightedMean, arithmetic, geometric, harmonic, power};
use fit_norm::{base, goalposts, minmax, zscore};

pub use page::{Family, Kind, Page, Parameter, reference};

/// Every aggregate: `fit_*` and `agg_*`.
fn aggregates() -> Vec<AggregateUDF> {
    vec![
        aggregate::udaf::<minmax::Fit>(),
        aggregate::udaf::<zscore::Fit>(),
        aggregate::udaf::<base::Fit>(),
        aggregate::udaf::<WeightedMean<arithmetic::Arithmetic>>(),
        aggregate::udaf::<WeightedMean<geometric::Geometric>>(),
        aggregate::udaf::<WeightedMean<harmonic::Harmonic>>(),
        aggregate::udaf::<WeightedMean<power::Power>>(),
    ]
}

/// Every normalisation, with its fit and the number of arguments beside the value that fit takes.
fn normalisations() -> Vec<normalise::Entry> {
    vec![
        normalise::entry::<minmax::Norm>(Some((aggregate::udaf::<minmax::Fit>(), 0))),
        normalise::entry::<zscore::Norm>(Some((aggregate::udaf::<zscore::Fit>(), 0))),
        normalise::entry::<base::Norm>(Some((aggregate::udaf::<base::Fit>(), 2))),
        normalise::entry::<goalposts::Norm>(None),
    ]
}

/// The pages of all functions, family by family.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    [
        &minmax::FIT,
        &zscore::FIT,
        &base::FIT,
        &minmax::NORM,
        &zscore::NORM,
        &base::NORM,
        &goalposts::NORM,
        &arithmetic::PAGE,
        &geometric::PAGE,
        &harmonic::PAGE,
        &power::PAGE,
    ]
    .into_iter()
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
