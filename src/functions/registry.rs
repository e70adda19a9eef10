//! All functions, family by family.

use std::sync::LazyLock;

use datafusion::execution::SessionState;
use datafusion::sql::sqlparser::ast::Ident;

use super::{
    aggregation, files, fit_norm, imputation, index_numbers, screening, statistics, summary, table,
    transformation, treatment, weighting,
};
use crate::engine::registry::Registry;
use crate::page::{Form, Page, Parameter};

/// All functions.
pub(crate) fn registry() -> &'static Registry {
    static REGISTRY: LazyLock<Registry> = LazyLock::new(all);
    &REGISTRY
}

fn all() -> Registry {
    let mut registry = Registry::default();
    files::register(&mut registry);
    summary::register(&mut registry);
    screening::register(&mut registry);
    imputation::register(&mut registry);
    treatment::register(&mut registry);
    transformation::register(&mut registry);
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

/// The functions that can be methods of the step that has this prefix, and whether 'none' can.
pub(crate) fn methods(prefix: &str) -> (Vec<&'static Page>, bool) {
    table::method::of_prefix(registry(), prefix)
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

/// The arguments that a function takes, with or without `OVER (...)`, in their order.
pub(crate) fn parameters(page: &'static Page, over: bool) -> Vec<&'static Parameter> {
    match forms().iter().any(|(known, form)| *known == page && *form == Form::Table) {
        true => table::arguments::parameters(page),
        false => page.parameters_of(over).iter().collect(),
    }
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
        registry().has_aggregate(aggregate)
    } else {
        state.window_functions().get(&name).is_some_and(|window| registry().has_window(window))
    };
    if is_ours { page(&name) } else { None }
}
