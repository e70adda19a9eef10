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

mod document;
mod parameters;
mod register;
mod registry;
mod series;
mod weighted;

pub use document::reference;
pub use register::{register_all, register_state};
pub(crate) use registry::called;
#[cfg(feature = "codec")]
pub(crate) use registry::registry;
pub use registry::{forms, page, pages};
pub(crate) use table::takes_table;

pub use crate::page::{DefaultValue, Family, Form, Kind, Null, Page, Parameter, Role};
