//! Aggregation: scores and weights to a sub-index or an index.

pub mod ampi;
pub mod arithmetic;
pub mod borda;
pub mod copeland;
pub mod geometric;
pub mod harmonic;
pub mod max;
pub mod mean_min;
pub mod median;
pub mod min;
pub mod mpi;
pub mod owa;
pub mod penalised;
pub mod power;
pub mod product;
pub mod sum;
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
    registry.aggregate::<WeightedMean<max::Max>>();
    registry.aggregate::<WeightedMean<sum::Sum>>();
    registry.aggregate::<WeightedMean<product::Product>>();
    registry.aggregate::<Of<median::Median>>();
    registry.aggregate::<Of<owa::Owa>>();
    registry.aggregate::<Of<mpi::Mpi>>();
    registry.aggregate::<Of<ampi::Ampi>>();
    registry.aggregate::<Of<mean_min::MeanMin>>();
    registry.aggregate::<Of<penalised::Penalised>>();
    registry.matrix::<copeland::Copeland>();
    registry.matrix::<borda::Borda>();
    registry.matrix::<topsis::Topsis>();
}
