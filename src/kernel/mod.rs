//! The statistics themselves, as plain states over `f64`. Nothing here knows Arrow or DataFusion.
//!
//! A statistic is a [`State`]: it starts empty, takes values in, merges with another state of its
//! kind, and can be written down as a few numbers and read back. Splitting the values over any
//! number of states and merging them gives the answer of one state that saw them all: sums are
//! kept twice as precise as a `f64` (see [`Sum`]), so the split shows at most in the last digit.

mod ahp;
mod availability;
mod balance;
mod bands;
mod base;
mod bod;
mod correlation;
mod coverage;
mod decomposition;
mod deviation;
mod draws;
mod extent;
mod inequality;
mod lagged;
mod length;
mod matrix;
mod mean;
mod moments;
mod optimise;
mod outranking;
mod pca;
mod power;
mod prices;
mod rank_statistics;
mod rank_tests;
mod ranks;
mod reference;
pub mod scale;
mod series;
mod shape;
mod shares;
mod sobol;
mod sum;
mod topsis;
mod treatment;
pub mod tree;
mod values;
mod weighted_values;
pub mod weights;
pub use ahp::{Priorities, priorities};
pub use availability::Tally;
pub use balance::{Coupling, coupling, mazziotta_pareto, mean_min, ordered};
pub use bands::Bands;
pub use base::BaseValue;
pub use bod::{Judgement, Limits, benefit_of_the_doubt};
pub use correlation::{Association, Correlation, Pairs, Work, cronbach};
pub use coverage::{Coverage, CoverageBy};
pub use decomposition::{Contribution, Generator, Part, Snapshot, contributions};
pub use deviation::{mean_deviation, median_deviation};
pub use draws::{Draw, dirichlet_of};
pub use extent::Extent;
pub use inequality::{gini, theil};
pub use lagged::{Unclear, lag_before};
pub use length::Length;
pub use matrix::Matrix;
pub use mean::{Arithmetic, Geometric, Harmonic, Mean, Smallest, Weighted};
pub use moments::Moments;
pub use optimise::{Optimised, weights_for};
pub use outranking::Outranking;
pub use pca::{Components, components};
pub use power::PowerMean;
pub use prices::Prices;
pub use rank_statistics::{RankCounts, ranks_descending};
pub use ranks::{Place, Ties, percentile_rank, places};
pub use reference::Reference;
pub use series::{Growth, between, chain};
pub use shape::{ShapeLimits, kurtosis, skewness};
pub use shares::Shares;
pub use sobol::{Design, Indices, indices};
pub use sum::Sum;
pub use topsis::closeness;
pub use treatment::{Log, box_cox, draw_in};
pub use values::{Values, push, quantile};
pub use weighted_values::{WeightedValues, weighted_quantile};

/// A statistic that can be computed in pieces.
pub trait State: Clone + Default + std::fmt::Debug + Send + Sync + 'static {
    /// Names of the numbers the state is written as, in the order of [`State::parts`].
    fn names() -> Vec<&'static str>;

    /// Takes in everything `other` has seen.
    fn merge(&mut self, other: &Self);

    /// Writes the state as numbers, one per name in [`State::names`].
    fn parts(&self, push: impl FnMut(f64));

    /// Reads a state back; `part(i)` is the number of that position.
    fn from_parts(part: impl Fn(usize) -> f64) -> Self;

    /// Names of the lists of numbers that belong to the state beside its parts: a median must
    /// hold all values.
    fn lists() -> Vec<&'static str> {
        Vec::new()
    }

    /// The list of that position.
    fn list(&self, _position: usize) -> impl Iterator<Item = f64> {
        std::iter::empty()
    }

    /// Reads a list back into a state that has just come [from its parts](State::from_parts); the
    /// lists come in the order of their positions.
    fn set_list(&mut self, _position: usize, _numbers: &[f64]) {}

    /// Brings what is held into the order in which an answer reads it, so that none has to be
    /// copied for that. Changes no answer.
    fn settle(&mut self) {}

    /// Bytes held beyond the size of the state itself, those set aside for more included.
    fn heap_bytes(&self) -> usize {
        0
    }
}

/// Why a value cannot take part: the domain that it is outside of.
///
/// The message says what must be; the caller adds the function and the value that was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Domain(pub &'static str);
