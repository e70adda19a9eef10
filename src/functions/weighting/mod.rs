//! Weighting: weights learned from data, or from judgements.

use super::engine::Registry;

/// Every function of this step.
pub(super) fn register(_: &mut Registry) {}
