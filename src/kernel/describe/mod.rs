//! What values and columns are like.

pub mod absolute_deviation;
pub mod coefficient;
pub mod consistency;
pub mod correlation;
pub mod coupling;
pub mod cronbach;
pub mod dissimilarity;
pub mod distribution;
pub mod factors;
pub mod inequality;
pub mod pairs;
pub mod pca;
pub mod profiles;
pub mod quantile;
pub mod rank_correlation;
pub mod rank_tests;
pub mod shape;
