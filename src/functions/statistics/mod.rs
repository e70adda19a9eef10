//! Statistics: distributions and correlations.

pub mod correlation;
pub mod coupling;
pub mod cronbach;
pub mod cv;
pub mod factor;
pub mod gini;
pub mod kurtosis;
pub mod orness;
pub mod outranking;
pub mod pca;
pub mod quantile;
pub mod regression;
pub mod skewness;
pub mod theil;

mod parameters;

use crate::engine::registry::Registry;
use crate::functions::weighted::Of;

/// Every function of this step.
pub fn register(registry: &mut Registry) {
    registry.aggregate::<Of<quantile::Quantile>>();
    registry.aggregate::<Of<skewness::Skewness>>();
    registry.aggregate::<Of<kurtosis::Kurtosis>>();
    registry.aggregate::<cv::Cv>();
    registry.aggregate::<Of<gini::Gini>>();
    registry.aggregate::<Of<theil::Theil>>();
    registry.aggregate::<coupling::Coupling>();
    registry.scalar::<orness::Orness>();
    registry.matrix::<correlation::Correlations>();
    registry.matrix::<outranking::Pairwise>();
    registry.matrix::<cronbach::Cronbach>();
    registry.matrix::<pca::Pca>();
    registry.matrix::<regression::Regressions>();
    registry.matrix::<factor::Factor>();
}
