//! Treatment: outliers and skewed distributions, before normalisation.

pub mod boxcox;
pub mod log;
pub mod outliers;
pub mod passes;
pub mod points;
pub mod winsorise;

mod parameters;
mod treat;

use crate::engine::registry::Registry;

/// Every function of this step.
pub(crate) fn register(registry: &mut Registry) {
    registry.treatment::<winsorise::Winsorise>();
    registry.treatment::<points::Points>();
    registry.treatment::<log::LogOf>();
    registry.treatment::<boxcox::BoxCox>();
    registry.treatment::<outliers::Outliers>();
    registry.aggregate::<passes::Passes>();
}
