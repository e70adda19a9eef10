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
//! `without_sort` and `partition_exec` keep the engine from sorting for windows that need no order;
//! `holding` keeps groups that hold their values within the memory limit.

pub(super) mod aggregate;
pub(super) mod arguments;
pub(super) mod columns;
pub(super) mod constants;
mod grouped;
mod holding;
pub(super) mod interner;
pub(super) mod matrix;
pub(super) mod memory;
pub(super) mod normalise;
pub(super) mod partition;
mod partition_exec;
pub(super) mod sought;
mod without_sort;

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::execution::{FunctionRegistry, SessionStateBuilder};
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::prelude::SessionContext;

use super::Form;
use super::page::{Family, Page};

/// Whether a function of windows is one of ours, by its type.
pub(super) fn is_ours(function: &WindowUDF) -> bool {
    function.inner().is::<partition::Function>()
}

/// What a family of functions brings.
#[derive(Default)]
pub(super) struct Registry {
    pub pages: Vec<(&'static Page, Form)>,
    pub aggregates: Vec<AggregateUDF>,
    holding: Vec<holding::Holding>,
    pub seekers: Vec<(AggregateUDF, &'static Page, sought::Seeks)>,
    pub windows: Vec<WindowUDF>,
    pub scalars: Vec<ScalarUDF>,
    pub normalisations: Vec<normalise::Entry>,
    /// The steps of an index that are functions of whole partitions.
    pub imputations: Vec<&'static Page>,
    pub treatments: Vec<&'static Page>,
    pub aggregators: Vec<columns::Aggregator>,
    pub weighers: Vec<columns::Weigher>,
}

impl Registry {
    /// An aggregate with a mergeable state.
    pub(super) fn aggregate<M: aggregate::Method>(&mut self) {
        self.pages.push((M::PAGE, Form::Aggregate));
        let function = aggregate::udaf::<M>();
        if let Some(in_memory) = aggregate::in_memory::<M>() {
            self.holding.push(holding::Holding { function: function.clone(), in_memory });
        }
        self.seekers.extend(M::SEEKS.map(|seeks| (function.clone(), M::PAGE, seeks)));
        self.aggregates.push(function);
        if M::PAGE.family == Family::Aggregation {
            self.aggregators.push(columns::Aggregator::by_unit::<M>());
        }
    }

    /// An aggregate over a matrix of units and indicators.
    pub(super) fn matrix<M: matrix::MatrixMethod>(&mut self) {
        self.pages.push((M::PAGE, Form::Aggregate));
        let function = matrix::udaf::<M>();
        let in_memory = matrix::in_memory::<M>();
        self.holding.push(holding::Holding { function: function.clone(), in_memory });
        self.aggregates.push(function);
        if M::PAGE.family == Family::Aggregation {
            self.aggregators.push(columns::Aggregator::by_matrix::<M>());
        }
    }

    /// A matrix method that weights the children of a node by their scores.
    pub(super) fn weighting<M: matrix::MatrixMethod>(&mut self) {
        self.matrix::<M>();
        self.weighers.push(columns::Weigher::of::<M>());
    }

    /// An imputation that an index can have as a step.
    pub(super) fn imputation<W: partition::Whole>(&mut self) {
        self.whole::<W>();
        self.imputations.push(W::PAGE);
    }

    /// A treatment that an index can have as a step.
    pub(super) fn treatment<W: partition::Whole>(&mut self) {
        self.whole::<W>();
        self.treatments.push(W::PAGE);
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

/// Registers everything with a session, and the rules that spare it sorts. Returns whether the rules
/// are new to it.
pub(super) fn register(context: &SessionContext, registry: &'static Registry) -> Result<bool> {
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
    let by_hash = partition_exec::ByHash;
    if state.physical_optimizers().iter().any(|rule| rule.name() == by_hash.name()) {
        return Ok(false);
    }
    state.register_expr_planner(Arc::new(normalise::Planner { entries }))?;
    // First of the physical rules: what it replaces has then no sort and no distribution yet, and
    // the engine plans both for the operator that stands there.
    // The engine adds such rules only to a state that it builds anew, and it carries no prepared
    // statements over.
    let mut rules = state.physical_optimizers().to_vec();
    rules.insert(0, Arc::new(by_hash));
    rules.insert(1, Arc::new(holding::InOneStep { functions: &registry.holding }));
    let id = state.session_id().to_owned();
    *state = SessionStateBuilder::new_from_existing(state.clone())
        .with_session_id(id)
        .with_physical_optimizer_rules(rules)
        .build();
    drop(state);
    context.add_optimizer_rule(Arc::new(without_sort::WithoutSort));
    Ok(true)
}
