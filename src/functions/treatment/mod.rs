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
use treat::Treat;

/// Every function of this step.
pub fn register(registry: &mut Registry) {
    registry.treatment::<Treat<winsorise::Winsorise>>();
    registry.treatment::<Treat<points::Points>>();
    registry.treatment::<Treat<log::LogOf>>();
    registry.treatment::<Treat<boxcox::BoxCox>>();
    registry.treatment::<Treat<outliers::Outliers>>();
    registry.aggregate::<passes::Passes>();
}
