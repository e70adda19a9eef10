//! The table functions of the index: a page each, and their door to SQL.
//!
//! A page such as [`composite_index`] says what is asked for and what is given ([`function`]);
//! [`arguments`] and [`uncertain`] read what a call says, [`method`] the texts of methods, [`check`]
//! the rows of a framework, whose columns [`framework_columns`] explains; `crate::index` computes; [`output`] gives out the rows. [`sql`] is how
//! the engine comes to call them.

pub mod arguments;
pub mod check;
pub mod framework_columns;
pub mod function;
pub mod level;
pub mod method;
pub mod node_groups;
pub mod output;
pub mod parameters;
pub mod request;
pub mod sql;
pub mod uncertain;
pub mod weight_draws;

pub mod availability;
pub mod compare;
pub mod composite_index;
pub mod consistency;
pub mod contributions;
pub mod correlations;
pub mod indicator_statistics;
pub mod leave_one_out;
pub mod principal_components;
pub mod sensitivity;
pub mod similarity;
pub mod strengths_weaknesses;
pub mod uncertainty;
pub mod unit_profile;
pub mod weights;

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::execution::SessionStateBuilder;

use crate::engine::registry::Registry;
use crate::page::{Kind, Page, Parameter};
use arguments::{Arguments, parameters};
use function::{Entry, TableFunction};
use sql::planner::IndexPlanner;
use sql::pushdown::IndexPushdown;

/// Every table function.
pub fn entries() -> &'static [Entry] {
    static ENTRIES: &[Entry] = &[
        Entry { page: &composite_index::PAGE, bind: bind::<composite_index::CompositeIndex> },
        Entry { page: &contributions::PAGE, bind: bind::<contributions::Contributions> },
        Entry { page: &weights::PAGE, bind: bind::<weights::Weights> },
        Entry { page: &availability::PAGE, bind: bind::<availability::Availability> },
        Entry { page: &compare::PAGE, bind: bind::<compare::Compare> },
        Entry { page: &correlations::PAGE, bind: bind::<correlations::Correlations> },
        Entry {
            page: &indicator_statistics::PAGE,
            bind: bind::<indicator_statistics::IndicatorStatistics>,
        },
        Entry { page: &consistency::PAGE, bind: bind::<consistency::Consistency> },
        Entry {
            page: &principal_components::PAGE,
            bind: bind::<principal_components::PrincipalComponents>,
        },
        Entry { page: &unit_profile::PAGE, bind: bind::<unit_profile::UnitProfile> },
        Entry {
            page: &strengths_weaknesses::PAGE,
            bind: bind::<strengths_weaknesses::StrengthsWeaknesses>,
        },
        Entry { page: &similarity::PAGE, bind: bind::<similarity::Similarity> },
        Entry { page: &leave_one_out::PAGE, bind: bind::<leave_one_out::LeaveOneOut> },
        Entry { page: &uncertainty::PAGE, bind: bind::<uncertainty::Uncertainty> },
        Entry { page: &sensitivity::PAGE, bind: bind::<sensitivity::Sensitivity> },
    ];
    ENTRIES
}

fn bind<F: TableFunction>(arguments: &Arguments) -> Result<Arc<dyn TableFunction>> {
    Ok(Arc::new(F::bind(arguments)?))
}

/// What reads the calls, into the state of a session; their operators are made by
/// [`sql::query_planner::OfIndex`].
pub fn register(
    mut builder: SessionStateBuilder,
    registry: &'static Registry,
) -> SessionStateBuilder {
    let planner = Arc::new(IndexPlanner { registry, entries: entries() });
    builder.relation_planners().get_or_insert_default().insert(0, planner);
    builder.with_optimizer_rule(Arc::new(IndexPushdown))
}

/// The arguments that a function can be given.
pub fn arguments_of(page: &'static Page) -> Vec<&'static Parameter> {
    match page.shares_arguments {
        true => parameters(page),
        false => page.parameters.iter().collect(),
    }
}

/// Whether an argument of a table function is a table, given its position or its name.
pub fn takes_table(function: &str, position: usize, name: Option<&str>) -> bool {
    let entry = entries().iter().find(|entry| entry.page.name.eq_ignore_ascii_case(function));
    let Some(entry) = entry else { return false };
    let tables = parameters(entry.page).into_iter().filter(|p| p.kind == Kind::Relation);
    let mut tables = tables.filter(|p| name.is_some() || p.is_required());
    match name {
        Some(name) => tables.any(|parameter| parameter.name.eq_ignore_ascii_case(name)),
        None => tables.nth(position).is_some(),
    }
}
