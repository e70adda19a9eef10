//! From values to scores.

pub mod formulas;
pub mod percentile_bands;
pub mod ranks;
pub mod transforms;

pub use formulas::{
    above_mean, base, deviation, distance, fraction, goalposts, ideal, logistic, minmax, on_scale,
    share, vector, zscore,
};
