//! Statistics: how the data look and how they hang together.

use super::engine::Registry;

/// Every function of this step.
pub(super) fn register(_: &mut Registry) {}
