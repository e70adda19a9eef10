#![doc = include_str!("../../docs/functions.md")]

pub mod aggregation;
pub mod fit_norm;
pub mod imputation;
pub mod index_numbers;
pub mod screening;
pub mod statistics;
pub mod table;
pub mod treatment;
pub mod weighting;

mod assign;
mod engine;
mod matrix;
mod page;

mod series;
mod weighted;

use std::sync::{Arc, LazyLock};

use datafusion::execution::SessionState;
use datafusion::logical_expr::AggregateUDF;
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::Ident;

pub(crate) use assign::assign;
pub(crate) use engine::arguments::{doubles, plain};
pub use page::{DefaultValue, Family, Kind, Null, Page, Parameter, Role, reference};
pub use table::{Progress, Tell};

/// All functions, family by family.
fn registry() -> &'static engine::Registry {
    static REGISTRY: LazyLock<engine::Registry> = LazyLock::new(all);
    &REGISTRY
}

fn all() -> engine::Registry {
    let mut registry = engine::Registry::default();
    screening::register(&mut registry);
    imputation::register(&mut registry);
    treatment::register(&mut registry);
    fit_norm::register(&mut registry);
    weighting::register(&mut registry);
    aggregation::register(&mut registry);
    statistics::register(&mut registry);
    index_numbers::register(&mut registry);
    for entry in table::entries() {
        registry.pages.push((entry.page, Form::Table));
    }
    registry
}

/// How a function is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One answer for many rows: `GROUP BY`, `FILTER`, `OVER (...)` with any frame.
    Aggregate,
    /// One answer per row, with `OVER (...)`.
    Window,
    /// With a fitted scale, or with `OVER (...)`.
    Normalisation,
    /// One answer for one row.
    Scalar,
    /// A relation, in `FROM`.
    Table,
}

/// The pages of all functions, with the form of each.
pub fn forms() -> &'static [(&'static Page, Form)] {
    &registry().pages
}

/// The pages of all functions.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    forms().iter().map(|(page, _)| *page)
}

/// The page of one function, by its name in SQL.
pub fn page(name: &str) -> Option<&'static Page> {
    pages().find(|page| page.name.eq_ignore_ascii_case(name))
}

/// The page of the function that a call means in a session, if that function is one of ours: a user
/// may have registered another of the same name.
pub(crate) fn called(state: &SessionState, name: &Ident) -> Option<&'static Page> {
    let name = match name.quote_style {
        None => name.value.to_lowercase(),
        Some(_) => name.value.clone(),
    };
    // In the order in which the engine looks them up.
    let is_ours = if let Some(scalar) = state.scalar_functions().get(&name) {
        registry().scalars.contains(scalar)
    } else if let Some(aggregate) = state.aggregate_functions().get(&name) {
        is_ours(aggregate)
    } else {
        state.window_functions().get(&name).is_some_and(|window| engine::is_ours(window))
    };
    if is_ours { page(&name) } else { None }
}

/// Whether an aggregate is one of ours, by its type.
pub(crate) fn is_ours(function: &AggregateUDF) -> bool {
    let registry = registry();
    registry.aggregates.contains(function)
        || registry.normalisations.iter().any(|entry| *entry.facade == *function)
}

/// Whether an argument of a table function is a table, given its position or its name.
pub(crate) fn takes_table(function: &str, position: usize, name: Option<&str>) -> bool {
    table::takes_table(function, position, name)
}

/// Registers every function of this crate with a session, and the rules that compute those over
/// whole partitions without sorting. It may be called again: functions that others have replaced
/// are back then, and nothing is added twice.
///
/// Call it before anything is prepared: the engine cannot add rules to a session and keep its
/// `PREPARE`d statements. Nothing else of the session is touched, and a second call keeps these too.
///
/// Afterwards `ctx.sql(...)` knows them all. [`crate::sql`] adds what the engine's own planner
/// does not do: named arguments that leave others at their defaults.
///
/// # Errors
/// When the session refuses new functions.
pub fn register_all(context: &SessionContext) -> datafusion::common::Result<()> {
    match engine::register(context, registry())? {
        true => context.register_relation_planner(Arc::new(table::Planner)),
        false => Ok(()),
    }
}
