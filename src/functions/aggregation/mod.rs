//! Aggregation: scores and weights to a sub-index or an index.

pub mod ampi;
pub mod arithmetic;
pub mod borda;
pub mod copeland;
pub mod geometric;
pub mod harmonic;
pub mod mean_min;
pub mod median;
pub mod min;
pub mod mpi;
pub mod owa;
pub mod power;
pub mod topsis;

mod parameters;
mod weighted_mean;

use crate::engine::registry::Registry;
use crate::functions::weighted::Of;
use weighted_mean::WeightedMean;

/// Every aggregation.
pub fn register(registry: &mut Registry) {
    registry.aggregate::<WeightedMean<arithmetic::Arithmetic>>();
    registry.aggregate::<WeightedMean<geometric::Geometric>>();
    registry.aggregate::<WeightedMean<harmonic::Harmonic>>();
    registry.aggregate::<WeightedMean<power::Power>>();
    registry.aggregate::<WeightedMean<min::Min>>();
    registry.aggregate::<Of<median::Median>>();
    registry.aggregate::<Of<owa::Owa>>();
    registry.aggregate::<Of<mpi::Mpi>>();
    registry.aggregate::<Of<ampi::Ampi>>();
    registry.aggregate::<Of<mean_min::MeanMin>>();
    registry.matrix::<copeland::Copeland>();
    registry.matrix::<borda::Borda>();
    registry.matrix::<topsis::Topsis>();
}
