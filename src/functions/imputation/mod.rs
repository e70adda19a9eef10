//! Imputation: missing values filled and flagged.

pub mod last;
pub mod linear;
pub mod mean;
pub mod median;
pub mod row_mean;

mod fill;

use crate::engine::registry::Registry;

/// Every function of this step.
pub(crate) fn register(registry: &mut Registry) {
    registry.imputation::<mean::Mean>();
    registry.imputation::<median::Median>();
    registry.imputation::<last::Last>();
    registry.whole::<last::LastPeriod>();
    registry.imputation::<linear::Linear>();
    registry.imputation::<row_mean::RowMean>();
}
