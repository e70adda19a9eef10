//! Normalisation to a common scale: what is learned from a reference set (`fit_*`) and how it is
//! applied (`norm_*`). A method's fit and norm share a page of code.

pub mod above_mean;
pub mod base;
pub mod borda;
pub mod categorical;
pub mod cyclical;
pub mod distance_max;
pub mod distance_reference;
pub mod distance_target;
pub mod fraction_max;
pub mod goalposts;
pub mod ideal;
pub mod logistic;
pub mod minmax;
pub mod percentile_goalposts;
pub mod percentile_rank;
pub mod rank;
pub mod relative;
pub mod robust;
pub mod scaled;
pub mod sum;
pub mod vector;
pub mod zscore;

mod directed;
mod learned;
mod parameters;
mod scales;

use crate::engine::normalise::Over;
use crate::engine::registry::Registry;
use learned::By;

/// Every fit and every normalisation.
pub fn register(registry: &mut Registry) {
    registry.aggregate::<By<minmax::Fit>>();
    registry.aggregate::<By<zscore::Fit>>();
    registry.aggregate::<base::Fit>();
    registry.aggregate::<distance_reference::Fit>();
    registry.aggregate::<rank::Fit>();
    registry.aggregate::<percentile_goalposts::Fit>();
    registry.aggregate::<By<cyclical::Fit>>();
    registry.aggregate::<By<robust::Fit>>();
    registry.aggregate::<By<vector::Fit>>();
    registry.aggregate::<By<sum::Fit>>();
    registry.normalisation::<minmax::Norm>(Over::fit::<By<minmax::Fit>>(0));
    registry.normalisation::<zscore::Norm>(Over::fit::<By<zscore::Fit>>(0));
    registry.normalisation::<base::Norm>(Over::fit::<base::Fit>(2));
    registry.normalisation::<goalposts::Norm>(Over::Scalar);
    registry.normalisation::<scaled::Norm>(Over::Scalar);
    registry.normalisation::<distance_max::Norm>(Over::fit::<By<minmax::Fit>>(0));
    registry.normalisation::<distance_reference::Norm>(Over::fit::<distance_reference::Fit>(2));
    registry.normalisation::<distance_target::Norm>(Over::fit::<By<minmax::Fit>>(0));
    registry.normalisation::<fraction_max::Norm>(Over::fit::<By<minmax::Fit>>(0));
    registry.normalisation::<ideal::Norm>(Over::fit::<By<minmax::Fit>>(0));
    registry.normalisation::<percentile_goalposts::Norm>(Over::fit::<percentile_goalposts::Fit>(2));
    ranked::<rank::Rank>(registry);
    ranked::<borda::Borda>(registry);
    ranked::<percentile_rank::PercentileRank>(registry);
    registry.normalisation::<categorical::Norm>(Over::whole_or_fit::<
        categorical::OfPartition,
        rank::Fit,
    >());
    registry.normalisation::<above_mean::Norm>(Over::fit::<By<zscore::Fit>>(0));
    registry.normalisation::<cyclical::Norm>(Over::fit::<By<cyclical::Fit>>(0));
    registry.normalisation::<robust::Norm>(Over::fit::<By<robust::Fit>>(0));
    registry.normalisation::<logistic::Norm>(Over::fit::<By<zscore::Fit>>(0));
    registry.normalisation::<vector::Norm>(Over::fit::<By<vector::Fit>>(0));
    registry.normalisation::<sum::Norm>(Over::fit::<By<sum::Fit>>(0));
    registry.normalisation::<relative::Norm>(Over::whole::<relative::OfPartition>());
}

fn ranked<R: rank::Ranked>(registry: &mut Registry) {
    registry
        .normalisation::<rank::Norm<R>>(Over::whole_or_fit::<rank::OfPartition<R>, rank::Fit>());
}
