//! Treatment: outliers and skewed distributions, before normalisation.

use super::engine::Registry;

/// Every function of this step.
pub(super) fn register(_: &mut Registry) {}
