//! The bridges between a method and the engine: a page of `functions/` says what a method does
//! with numbers, one of these makes it a function of SQL.
//!
//! | a method that is a | gives | bridge |
//! |---|---|---|
//! | [`aggregate::Method`] | one answer for many rows, from a mergeable state | `fit_*`, `agg_*`, `stat_*`, `index_*` |
//! | [`matrix::MatrixMethod`] | a list of answers for a matrix of units and indicators | `weight_*`, `agg_copeland`, `stat_correlation` |
//! | [`partition::Whole`] | one answer per row, from all rows of its partition | `impute_*`, `treat_*`, `norm_rank` |
//! | [`normalise::Normalisation`] | a score for a value on a scale | `norm_*` |
//!
//! `without_sort` and `partition_exec` keep the engine from sorting for windows that need no order.

pub(super) mod aggregate;
pub(super) mod arguments;
pub(super) mod columns;
mod grouped;
pub(super) mod matrix;
pub(super) mod normalise;
pub(super) mod partition;
mod partition_exec;
mod without_sort;

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::execution::{FunctionRegistry, SessionStateBuilder};
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};
use datafusion::prelude::SessionContext;

use super::Form;
use super::page::{Family, Page};

/// What a family of functions brings.
#[derive(Default)]
pub(super) struct Registry {
    pub pages: Vec<(&'static Page, Form)>,
    pub aggregates: Vec<AggregateUDF>,
    pub windows: Vec<WindowUDF>,
    pub scalars: Vec<ScalarUDF>,
    pub normalisations: Vec<normalise::Entry>,
    pub aggregators: Vec<columns::Aggregator>,
    pub weighers: Vec<columns::Weigher>,
}

impl Registry {
    /// An aggregate with a mergeable state.
    pub(super) fn aggregate<M: aggregate::Method>(&mut self) {
        self.pages.push((M::PAGE, Form::Aggregate));
        self.aggregates.push(aggregate::udaf::<M>());
        if M::PAGE.family == Family::Aggregation {
            self.aggregators.push(columns::Aggregator::by_unit::<M>());
        }
    }

    /// An aggregate over a matrix of units and indicators.
    pub(super) fn matrix<M: matrix::MatrixMethod>(&mut self) {
        self.pages.push((M::PAGE, Form::Aggregate));
        self.aggregates.push(matrix::udaf::<M>());
        match M::PAGE.family {
            Family::Aggregation => self.aggregators.push(columns::Aggregator::by_matrix::<M>()),
            Family::Weighting => self.weighers.push(columns::Weigher::of::<M>()),
            _ => {}
        }
    }

    /// A function of whole partitions, always called with `OVER (...)`.
    pub(super) fn whole<W: partition::Whole>(&mut self) {
        self.pages.push((W::PAGE, Form::Window));
        self.windows.push(partition::udwf::<W>());
    }

    /// A scalar function that is no normalisation.
    pub(super) fn scalar(&mut self, page: &'static Page, function: ScalarUDF) {
        self.pages.push((page, Form::Scalar));
        self.scalars.push(function);
    }

    /// A normalisation in its two forms.
    pub(super) fn normalisation<N: normalise::Normalisation>(&mut self, over: normalise::Over) {
        self.pages.push((N::PAGE, Form::Normalisation));
        if let normalise::Over::Whole { window, .. } = &over {
            self.windows.push(window.as_ref().clone());
        }
        self.normalisations.push(normalise::entry::<N>(over));
    }
}

/// Registers everything with a session, and the rules that spare it sorts.
pub(super) fn register(context: &SessionContext, registry: &'static Registry) -> Result<()> {
    let shared = context.state_ref();
    let mut state = shared.write();
    for aggregate in &registry.aggregates {
        state.register_udaf(Arc::new(aggregate.clone()))?;
    }
    for window in &registry.windows {
        state.register_udwf(Arc::new(window.clone()))?;
    }
    for scalar in &registry.scalars {
        state.register_udf(Arc::new(scalar.clone()))?;
    }
    let entries = &registry.normalisations;
    for entry in entries {
        state.register_udf(Arc::clone(&entry.scalar))?;
        state.register_udaf(Arc::clone(&entry.facade))?;
    }
    state.register_expr_planner(Arc::new(normalise::Planner { entries }))?;
    // First of the physical rules: what it replaces has then no sort and no distribution yet, and
    // the engine plans both for the operator that stands there.
    let mut rules = state.physical_optimizers().to_vec();
    rules.insert(0, Arc::new(partition_exec::ByHash));
    let id = state.session_id().to_owned();
    *state = SessionStateBuilder::new_from_existing(state.clone())
        .with_session_id(id)
        .with_physical_optimizer_rules(rules)
        .build();
    drop(state);
    context.add_optimizer_rule(Arc::new(without_sort::WithoutSort));
    Ok(())
}
