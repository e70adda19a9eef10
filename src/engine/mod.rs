//! The bridges between a method and the engine: a page of `functions/` says what a method does
//! with numbers, one of these makes it a function of SQL.
//!
//! | a method that is a | gives | bridge |
//! |---|---|---|
//! | [`aggregate::Method`] | one answer for many rows, from a mergeable state | `fit_*`, `agg_*`, `stat_*`, price indices |
//! | [`matrix::MatrixMethod`] | a list of answers for a matrix of units and indicators | `weight_*`, `agg_copeland`, `stat_correlation` |
//! | [`partition::PartitionMethod`] | one answer per row, from all rows of its partition | `impute_*`, `treat_*`, `index_growth`, `norm_rank` |
//! | [`normalise::Normalisation`] | a score for a value on a scale | `norm_*` |
//! | [`scalar::ScalarMethod`] | one answer per row, from that row alone | `denominate`, `stat_orness` |
//!
//! A transformation ([`transform`]) is a normalisation without a scale. [`registry`] has all of them. [`planner`] sees our calls while SQL is planned; `window` keeps the
//! engine from sorting for windows that need no order; [`holding`] keeps groups that hold their
//! values within the memory limit; [`on_columns`] is the methods without the engine around them.
//! [`base_period`] tells which periods of a series a call names as their base, [`period_order`] which lies
//! before which. [`longer`] is a row for each of some columns; [`query_planner`] makes operators of our nodes.

pub mod aggregate;
pub mod base_period;
pub mod filters_above;
pub mod holding;
mod identity;
pub mod interner;
pub mod longer;
pub mod matrix;
pub mod memory;
pub mod normalise;
pub mod on_columns;
pub mod partition;
pub mod period_order;
pub mod planner;
pub mod query_planner;
pub mod registry;
pub mod scalar;
pub mod transform;
pub mod window;
