//! Transformation: a value in another measure of itself, the same function for every value.

pub mod ln;
pub mod log10;
pub mod logit;
pub mod power;
pub mod reciprocal;
pub mod sqrt;

mod parameters;

use crate::engine::registry::Registry;

/// Every transformation.
pub fn register(registry: &mut Registry) {
    registry.transformation::<ln::Transformation>();
    registry.transformation::<log10::Transformation>();
    registry.transformation::<sqrt::Transformation>();
    registry.transformation::<power::Transformation>();
    registry.transformation::<reciprocal::Transformation>();
    registry.transformation::<logit::Transformation>();
}
