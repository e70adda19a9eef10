//! Statistics: how the data look and how they hang together.

pub mod correlation;
pub mod cronbach;
pub mod pca;

use super::engine::Registry;

/// Every function of this step.
pub(super) fn register(registry: &mut Registry) {
    registry.matrix::<correlation::Correlations>();
    registry.matrix::<cronbach::Cronbach>();
    registry.matrix::<pca::Pca>();
}
