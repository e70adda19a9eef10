//! Screening and denomination: data availability of units, values per capita and the like.

pub mod availability;
pub mod denominate;

use super::engine::Registry;

/// Every function of this step.
pub(super) fn register(registry: &mut Registry) {
    registry.aggregate::<availability::Availability>();
    registry.scalar(&denominate::PAGE, denominate::function());
}
