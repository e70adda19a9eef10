//! Statistics that can be computed in pieces and merged: what a row enters.

pub mod base_mean;
pub mod base_value;
pub mod coverage;
pub mod euclidean_norm;
pub mod factors;
pub mod mergeable;
pub mod min_max;
pub mod moments;
#[cfg(test)]
pub mod pieces;
pub mod reference;
pub mod squares;
pub mod sum;
pub mod sum_and_reciprocals;
pub mod tally;
pub mod values;
pub mod weighted_values;
