//! Screening and denomination: data availability of units, values per capita and the like.

pub mod availability;
pub mod denominate;

use crate::engine::registry::Registry;

/// Every function of this step.
pub fn register(registry: &mut Registry) {
    registry.aggregate::<availability::Availability>();
    registry.scalar::<denominate::Denominate>();
}
