//! What a table holds, a row for each of its columns.
//!
//! [`summarize`] is the page and the plan, of aggregates of the engine and of [`numbers`]; [`planner`] reads a call in
//! FROM. The statement `SUMMARIZE` asks for the same plan.

pub mod numbers;
pub mod planner;
pub mod summarize;

use std::sync::Arc;

use datafusion::execution::SessionStateBuilder;

use crate::engine::registry::Registry;
use crate::page::Form;

/// The page, and the aggregate that it needs.
pub fn register(registry: &mut Registry) {
    registry.pages.push((&summarize::PAGE, Form::Table));
    registry.part::<numbers::Numbers>();
}

/// What plans the calls, into the state of a session.
pub fn register_planner(mut builder: SessionStateBuilder) -> SessionStateBuilder {
    let planner = Arc::new(planner::SummaryPlanner);
    builder.relation_planners().get_or_insert_default().insert(0, planner);
    builder
}
