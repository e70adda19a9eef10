//! Screening and denomination: which units have enough data, and sizes taken out.

use super::engine::Registry;

/// Every function of this step.
pub(super) fn register(_: &mut Registry) {}
