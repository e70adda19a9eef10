//! Imputation: missing values filled and flagged.

pub mod last;
pub mod linear;
pub mod mean;
pub mod median;
pub mod row_mean;

mod fill;
mod parameters;

use crate::engine::registry::Registry;
use fill::By;

/// Every function of this step.
pub fn register(registry: &mut Registry) {
    registry.imputation::<By<mean::Mean>>();
    registry.imputation::<By<median::Median>>();
    registry.imputation::<last::Last>();
    registry.whole::<last::LastPeriod>();
    registry.imputation::<linear::Linear>();
    registry.imputation::<row_mean::RowMean>();
}
