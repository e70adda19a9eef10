//! Statistics: distributions and correlations.

pub mod correlation;
pub mod coupling;
pub mod cronbach;
pub mod cv;
pub mod gini;
pub mod kurtosis;
pub mod outranking;
pub mod pca;
pub mod quantile;
pub mod skewness;
pub mod theil;

use super::engine::Registry;
use super::page::{DefaultValue, Kind, Null, Parameter, Role};
use super::weighted::Of;

/// Every function of this step.
pub(super) fn register(registry: &mut Registry) {
    registry.aggregate::<Of<quantile::Quantile>>();
    registry.aggregate::<Of<skewness::Skewness>>();
    registry.aggregate::<Of<kurtosis::Kurtosis>>();
    registry.aggregate::<cv::Cv>();
    registry.aggregate::<Of<gini::Gini>>();
    registry.aggregate::<Of<theil::Theil>>();
    registry.aggregate::<coupling::Coupling>();
    registry.matrix::<correlation::Correlations>();
    registry.matrix::<outranking::Pairwise>();
    registry.matrix::<cronbach::Cronbach>();
    registry.matrix::<pca::Pca>();
}

const VALUE: Parameter = Parameter {
    name: "value",
    role: Role::Value,
    kind: Kind::Number,
    meaning: "value of the indicator, in its unit of measurement; finite",
    null: Null::Means("row is excluded"),
    default: DefaultValue::Required,
};

const WEIGHT: Parameter = Parameter {
    name: "weight",
    role: Role::Weight,
    kind: Kind::Number,
    meaning: "weight of the row, such as its population; finite, >= 0; rows of weight 0 are \
              excluded before their value is checked",
    null: Null::Means("error if its value is not NULL"),
    default: DefaultValue::Number(1.0),
};
