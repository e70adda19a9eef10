//! The statistics themselves, over `f64`. Nothing here knows Arrow or DataFusion.
//!
//! | folder      | subject                                      | serves                             |
//! |-------------|----------------------------------------------|------------------------------------|
//! | `state`     | statistics in pieces: sums, moments, values  | every function that sees rows      |
//! | `scale`     | from values to scores                        | `transform_*`, `fit_*`, `norm_*`   |
//! | `treat`     | outliers and skewed distributions            | `treat_*`                          |
//! | `impute`    | gaps filled from the other indicators        | `impute_regression`, `impute_em`   |
//! | `weight`    | weights learned, judged or sought            | `weight_*`, `agg_bod`, `weights()` |
//! | `aggregate` | means, outranking, what moved a mean         | `agg_*`, `contributions()`         |
//! | `describe`  | correlation, inequality, shape, distances    | `stat_*`, `correlations()`, ...    |
//! | `series`    | periods, growth, price indices, lines        | `index_*`, `impute_*`              |
//! | `robust`    | random numbers, many runs, Sobol indices     | `uncertainty()`, `sensitivity()`   |
//!
//! Beside them lie what several need: [`Matrix`], [`Domain`], [`rounding`], the [`Executor`] of jobs that do not
//! depend on each other, and powers of two as `units`. A file imports from the file that defines a
//! thing, never from a `mod.rs` above it; folders import in one direction only.
//!
//! A statistic is a [`State`]: it starts empty, takes values in, merges with another state of its
//! kind, and can be written down as a few numbers and read back. Splitting the values over any
//! number of states and merging them gives the answer of one state that saw them all: sums are
//! kept twice as precise as a `f64` (see [`Sum`]), so the split shows at most in the last digit.

mod aggregate;
mod describe;
mod domain;
mod impute;
mod matrix;
mod parallel;
mod robust;
pub mod rounding;
pub mod scale;
mod series;
mod state;
mod treat;
mod units;
mod weight;

pub use aggregate::classical::{
    Arithmetic, Geometric, Harmonic, Largest, Product, Smallest, Total, ZeroScore,
};
pub use aggregate::decomposition::{Contribution, Part, Snapshot, contributions};
pub use aggregate::ordered::{ordered, orness};
pub use aggregate::outranking::Outranking;
pub use aggregate::power::PowerMean;
pub use aggregate::quasi::QuasiMean;
pub use aggregate::topsis::closeness;
pub use aggregate::unbalance_adjusted::{mazziotta_pareto, mean_min, penalised_mean};
pub use aggregate::weighted::{Mean, Weighted};
pub use describe::absolute_deviation::{mean_deviation, median_deviation};
pub use describe::coefficient::Correlation;
pub use describe::consistency::{mean_correlation, rest_correlations};
pub use describe::correlation::Association;
pub use describe::coupling::{Coupling, coupling};
pub use describe::cronbach::cronbach;
pub use describe::dissimilarity::Dissimilarity;
pub use describe::distribution::Distribution;
pub use describe::factors::{Rotation, factors};
pub use describe::inequality::{gini, theil};
pub use describe::pca::{Components, components};
pub use describe::profiles::Profiles;
pub use describe::quantile::{quantile, weighted_quantile};
pub use describe::shape::{kurtosis, skewness};
pub use domain::Domain;
pub use impute::em;
pub use impute::regression::{TooFew, regressions};
pub use matrix::{Fault, Matrix};
pub use parallel::Executor;
pub use robust::random::Draw;
pub use robust::rank_statistics::{RankCounts, ranks_descending};
pub use robust::sobol::{Bootstrap, Design, Indices, indices_with};
pub use robust::tree;
pub use scale::percentile_bands::Bands;
pub use scale::ranks::{Place, Ties, percentile_rank, places};
pub use scale::transforms;
pub use series::calendar::{CalendarTime, is_month_end};
pub use series::growth::{Growth, chain};
pub use series::lag::{Lag, Unclear, lag_before, place_of};
pub use series::line::between;
pub use series::period::{Cycle, Period, parse as parse_period};
pub use series::prices::Prices;
pub use state::base_mean::{BaseMean, Within};
pub use state::coverage::{Coverage, CoverageBy};
pub use state::euclidean_norm::Length;
pub use state::mergeable::State;
pub use state::min_max::Extent;
pub use state::moments::Moments;
pub use state::reference::Reference;
pub use state::sum::Sum;
pub use state::sum_and_reciprocals::Shares;
pub use state::tally::Tally;
pub use state::values::{Values, push};
pub use state::weighted_values::WeightedValues;
pub use treat::box_cox::box_cox;
pub use treat::draw_in::{ShapeLimits, draw_in};
pub use treat::logarithm::Log;
pub use weight::ahp::{Priorities, joined_priorities, priorities};
pub use weight::bod::{Limited, Limits, benefit_of_the_doubt};
pub use weight::budget::{Allocation, ExpertMean, budget};
pub use weight::factor::factor_weights;
pub use weight::optimise::weights_for;
pub use weight::weights;
