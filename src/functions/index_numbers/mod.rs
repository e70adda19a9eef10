//! Index numbers: growth, chains, rebasing, splicing, price and quantity indices.

pub mod chain;
pub mod fisher;
pub mod growth;
pub mod laspeyres;
pub mod paasche;
pub mod rebase;
pub mod splice;
pub mod tornqvist;

mod parameters;
mod price_index;

use crate::engine::registry::Registry;
use price_index::PriceIndex;

/// Every function of this step.
pub fn register(registry: &mut Registry) {
    registry.whole::<growth::GrowthOf>();
    registry.whole::<chain::Chain>();
    registry.whole::<rebase::Rebase>();
    registry.whole::<splice::Splice>();
    registry.aggregate::<PriceIndex<laspeyres::Laspeyres>>();
    registry.aggregate::<PriceIndex<paasche::Paasche>>();
    registry.aggregate::<PriceIndex<fisher::Fisher>>();
    registry.aggregate::<PriceIndex<tornqvist::Tornqvist>>();
}
