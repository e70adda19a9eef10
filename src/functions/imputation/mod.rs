//! Imputation: missing values filled and flagged.

pub mod em;
pub mod last;
pub mod linear;
pub mod mean;
pub mod median;
pub mod regression;
pub mod row_mean;

mod cross;
mod fill;
mod parameters;

use crate::engine::registry::Registry;
use cross::Across;
use fill::By;

/// Every function of this step.
pub fn register(registry: &mut Registry) {
    registry.imputation::<By<mean::Mean>>();
    registry.imputation::<By<median::Median>>();
    registry.imputation::<last::Last>();
    registry.whole::<last::LastPeriod>();
    registry.imputation::<linear::Linear>();
    registry.imputation::<row_mean::RowMean>();
    registry.imputation::<Across<regression::Regression>>();
    registry.imputation::<Across<em::Em>>();
}
