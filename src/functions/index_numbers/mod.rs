//! Index numbers: growth, chains, rebasing, splicing, price and quantity indices.

use super::engine::Registry;

/// Every function of this step.
pub(super) fn register(_: &mut Registry) {}
