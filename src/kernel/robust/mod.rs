//! The index again and again: random numbers, many weights, ranks, shares of variance.

pub mod random;
pub mod rank_statistics;
pub mod sobol;
pub mod tree;
