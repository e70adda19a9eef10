//! The functions, a folder for each step of an index, and what registers them.
//!
//! [`pages`] has the documentation of all of them, which `docs/functions.md` prints; in SQL they are
//! called by their names, from code as functions of [`expr_fn`](crate::expr_fn).

pub(crate) mod aggregation;
pub(crate) mod files;
pub(crate) mod fit_norm;
pub(crate) mod imputation;
pub(crate) mod index_numbers;
pub(crate) mod reshape;
pub(crate) mod screening;
pub(crate) mod statistics;
pub(crate) mod summary;
pub(crate) mod table;
pub(crate) mod transformation;
pub(crate) mod treatment;
pub(crate) mod weighting;

mod document;
mod factors;
mod parameters;
mod periods;
mod registry;
mod series;
mod weighted;

pub use document::reference;
pub(crate) use registry::{called, methods, parameters, registry};
pub use registry::{forms, page, pages};
pub(crate) use table::arguments_of;

pub use crate::page::{DefaultValue, Family, Form, Kind, Null, Page, Parameter, Role, TableColumn};

/// Whether an argument of a function in FROM is a table, given its position or its name.
pub(crate) fn takes_table(function: &str, position: usize, name: Option<&str>) -> bool {
    table::takes_table(function, position, name)
        || summary::planner::takes_table(function, position, name)
}
