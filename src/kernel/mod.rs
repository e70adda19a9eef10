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
pub use draws::Draw;
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
pub use sobol::{Bootstrap, Design, Indices, indices, indices_with};
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
pub struct Domain {
    /// What must be.
    pub must_be: &'static str,
    /// What can be done about it; nothing where that is plain.
    pub hint: &'static str,
}

impl Domain {
    /// One without a hint.
    pub const fn new(must_be: &'static str) -> Self {
        Self { must_be, hint: "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The state written down and read back.
    fn read_back<S: State>(state: &S) -> S {
        let names = [S::names(), S::lists()].concat();
        let is_own = |(i, name): (usize, &&str)| !name.is_empty() && !names[..i].contains(name);
        assert!(names.iter().enumerate().all(is_own), "{names:?}");
        let mut written = Vec::new();
        state.parts(|part| written.push(part));
        assert_eq!(written.len(), S::names().len());
        let mut read = S::from_parts(|i| written[i]);
        for position in 0..S::lists().len() {
            read.set_list(position, &state.list(position).collect::<Vec<_>>());
        }
        read
    }

    /// Sums of powers of two, and of their inverses and squares, are exact, whatever their order.
    fn merges_and_is_read_back<S: State + PartialEq>(take: impl Fn(&mut S, f64)) {
        let of = |values: &[f64]| {
            let mut state = S::default();
            values.iter().for_each(|&x| take(&mut state, x));
            state
        };
        // Beside 2^60 the others are in the low part of a sum.
        let (first, second) = ([4.0, 0.0, 8.0, 2_f64.powi(60)], [2.0, 0.0, 1.0, 16.0]);
        let (mut merged, all) = (of(&first), of(&[&first[..], &second].concat()));
        merged.merge(&of(&second));
        assert_eq!(merged, all);
        assert_eq!(read_back(&all), all);
    }

    #[test]
    fn states_in_pieces_are_the_state_of_all() {
        merges_and_is_read_back(Sum::add);
        merges_and_is_read_back(Extent::update);
        merges_and_is_read_back(BaseValue::update);
        merges_and_is_read_back(Moments::update);
        merges_and_is_read_back(Length::update);
        merges_and_is_read_back(Shares::update);
        merges_and_is_read_back(Values::update);
        // Powers of 1 are exact, whatever they weigh.
        merges_and_is_read_back(|state: &mut power::Terms, w| {
            PowerMean { p: 2.0 }.add(state, 1.0, w)
        });
        merges_and_is_read_back(|state: &mut Tally, x| state.update((x < 8.0).then_some(x)));
        merges_and_is_read_back(|state: &mut Reference, x| state.update(x, x == 2.0));
        merges_and_is_read_back(|state: &mut WeightedValues, x| match x < 8.0 {
            true => state.update(x, 2.0 * x + 1.0),
            false => state.miss(x),
        });
        merges_and_is_read_back(|state: &mut Weighted<Sum>, x| match x < 8.0 {
            true => state.update(&Arithmetic, x, x * x),
            false => state.miss(x),
        });
    }

    #[test]
    fn a_state_of_a_few_numbers_holds_no_list() {
        assert_eq!(Extent::lists().len(), 0);
        assert_eq!(Extent::default().list(0).count(), 0);
        assert_eq!(Extent::default().heap_bytes(), 0);
    }
}
