//! Weighted means of scores, in the making.

use std::fmt::Debug;

use crate::kernel::domain::Domain;
use crate::kernel::state::coverage::{Coverage, CoverageBy};
use crate::kernel::state::mergeable::State;
use crate::kernel::state::min_max::Extent;
use crate::kernel::state::sum::Sum;

/// A weighted mean, or another whole of scores: which scores it is defined for, what it adds up, and
/// how the total is read.
pub trait Mean: Clone + Debug + Send + Sync + 'static {
    /// What is added up.
    type Terms: State;
    /// Whether it is a whole of all scores, as a sum is: without one of them there is none. Nor does
    /// it lie between the smallest and the largest score then.
    const IS_WHOLE: bool = false;

    /// Whether a finite score is one this mean is defined for.
    #[inline]
    fn check(&self, _x: f64) -> Result<(), Domain> {
        Ok(())
    }

    /// The score that is taken for a missing one, if there is one.
    #[inline]
    fn taken_for_missing(&self) -> Option<f64> {
        None
    }

    /// Whether a score is taken for a missing one.
    #[inline]
    fn is_missing(&self, x: f64) -> bool {
        self.taken_for_missing() == Some(x)
    }

    /// The mean where the smallest score decides it alone.
    #[inline]
    fn absorbed(&self, _smallest: f64) -> Option<f64> {
        None
    }

    /// Adds the term of score `x` with weight `w > 0`.
    fn add(&self, terms: &mut Self::Terms, x: f64, w: f64);

    /// The mean, from the terms and the sum of their weights (above 0).
    fn mean(&self, terms: &Self::Terms, weight: Sum) -> f64;
}

/// A weighted mean in the making: its terms, the weight and the number of scores that were
/// observed, and the weight (or the number, if coverage is by count) of those that were missing.
/// Weights are rescaled to sum to 1 over what was observed.
///
/// A mean lies between the smallest and the largest score. Rounding must not move it out: the mean
/// of equal scores is that score, or units that tie would not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Weighted<T> {
    terms: T,
    weight: Sum,
    missing: Sum,
    scores: Extent,
}

impl<T: State> Weighted<T> {
    /// Takes in a score with its weight (above 0).
    #[inline]
    pub fn update(&mut self, mean: &impl Mean<Terms = T>, x: f64, w: f64) {
        mean.add(&mut self.terms, x, w);
        self.weight.add(w);
        self.scores.update(x);
    }

    /// Takes note of a score that is missing: what it counts for coverage.
    #[inline]
    pub fn miss(&mut self, counts: f64) {
        self.missing.add(counts);
    }

    /// The mean; none where nothing was observed or too little.
    pub fn mean<M: Mean<Terms = T>>(&self, mean: &M, coverage: Coverage) -> Option<f64> {
        let weight = self.weight.value();
        if M::IS_WHOLE && self.missing.value() > 0.0 {
            return None;
        }
        if !weight.is_finite() {
            return Some(f64::NAN); // the caller's error: no weights to rescale
        }
        let observed = match coverage.by {
            CoverageBy::Weight => self.weight,
            CoverageBy::Count => Sum::from_iter([self.scores.n()]),
        };
        let (smallest, largest) = self.scores.range()?;
        let covered = coverage.is_met(observed, self.missing);
        let within = |mean: f64| match mean.is_finite() && !M::IS_WHOLE {
            true => mean.max(smallest).min(largest),
            false => mean, // beyond f64: the caller's error
        };
        let answer = || {
            let absorbed = mean.absorbed(smallest);
            absorbed.unwrap_or_else(|| within(mean.mean(&self.terms, self.weight)))
        };
        (weight > 0.0 && covered).then(answer)
    }
}

impl<T: State> State for Weighted<T> {
    fn names() -> Vec<&'static str> {
        let own = ["weight_high", "weight_low", "missing_high", "missing_low"];
        [&own[..], &["smallest", "largest", "scores"], &T::names()].concat()
    }

    fn merge(&mut self, other: &Self) {
        self.weight.merge(&other.weight);
        self.missing.merge(&other.missing);
        self.scores.merge(&other.scores);
        self.terms.merge(&other.terms);
    }

    fn parts(&self, mut push: impl FnMut(f64)) {
        self.weight.parts(&mut push);
        self.missing.parts(&mut push);
        self.scores.parts(&mut push);
        self.terms.parts(&mut push);
    }

    fn from_parts(part: impl Fn(usize) -> f64) -> Self {
        Self {
            weight: Sum::from_parts(&part),
            missing: Sum::from_parts(|i| part(2 + i)),
            scores: Extent::from_parts(|i| part(4 + i)),
            terms: T::from_parts(|i| part(7 + i)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::aggregate::classical::{
        Arithmetic, Geometric, Harmonic, Largest, Product, Smallest, Total, ZeroScore,
    };
    use crate::kernel::aggregate::power::PowerMean;
    use crate::kernel::state::coverage::at_least;
    use crate::kernel::state::pieces::merges_and_is_read_back;
    use proptest::prelude::*;

    const PLAIN: Geometric = Geometric::with(ZeroScore::Error);

    fn mean<M: Mean>(method: &M, scores: &[(f64, f64)]) -> f64 {
        let mut state = Weighted::default();
        scores.iter().for_each(|&(x, w)| state.update(method, x, w));
        state.mean(method, at_least(0.0)).unwrap()
    }

    fn in_pieces<M: Mean>(method: &M, scores: &[(f64, f64)], at: &[usize]) -> f64 {
        let mut whole = Weighted::default();
        let mut rest = scores;
        for &cut in at {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            let mut state = Weighted::default();
            piece.iter().for_each(|&(x, w)| state.update(method, x, w));
            let mut written = Vec::new();
            state.parts(|part| written.push(part));
            whole.merge(&Weighted::from_parts(|i| written[i]));
            rest = after;
        }
        rest.iter().for_each(|&(x, w)| whole.update(method, x, w));
        whole.mean(method, at_least(0.0)).unwrap()
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
    }

    #[test]
    fn worked_by_hand() {
        assert_eq!(mean(&Arithmetic, &[(1.0, 1.0), (4.0, 2.0)]), 3.0);
        assert!(close(mean(&PLAIN, &[(8.0, 3.0), (1.0, 1.0)]), 8f64.powf(0.75)));
        assert_eq!(mean(&Harmonic, &[(1.0, 1.0), (4.0, 1.0)]), 1.6);
    }

    #[test]
    fn the_mean_of_equal_scores_is_that_score() {
        for x in [0.9, 100.0, 1e-7, 3.3e9] {
            let scores = [(x, 0.3), (x, 0.4), (x, 0.1)];
            assert_eq!(mean(&Arithmetic, &scores), x);
            assert_eq!(mean(&PLAIN, &scores), x);
            assert_eq!(mean(&Harmonic, &scores), x);
            assert_eq!(mean(&PowerMean { p: 2.0 }, &scores), x);
        }
        // Weights that sum to no f64 are as good as those that do.
        assert_eq!(mean(&Arithmetic, &[(1.0, 0.1), (2.0, 0.1), (3.0, 0.1)]), 2.0);
    }

    #[test]
    fn what_is_missing_counts_against_coverage_only() {
        let mut state = Weighted::default();
        state.update(&Arithmetic, 5.0, 2.0);
        state.miss(1.0);
        assert_eq!(state.mean(&Arithmetic, at_least(2.0 / 3.0)), Some(5.0));
        assert_eq!(state.mean(&Arithmetic, at_least(0.66)), Some(5.0));
        assert_eq!(state.mean(&Arithmetic, at_least(0.67)), None);
        // One of two, by their number.
        let by_count = |min| Coverage { min, by: CoverageBy::Count };
        assert_eq!(state.mean(&Arithmetic, by_count(0.5)), Some(5.0));
        assert_eq!(state.mean(&Arithmetic, by_count(0.51)), None);
    }

    proptest! {
        #[test]
        fn any_split_gives_one_answer(
            scores in prop::collection::vec((1e-3..1e6f64, 1e-3..1e3f64), 1..60),
            at in prop::collection::vec(0usize..20, 0..6),
        ) {
            prop_assert!(close(mean(&Arithmetic, &scores), in_pieces(&Arithmetic, &scores, &at)));
            prop_assert!(close(mean(&PLAIN, &scores), in_pieces(&PLAIN, &scores, &at)));
            prop_assert!(close(mean(&Harmonic, &scores), in_pieces(&Harmonic, &scores, &at)));
            let shifted = Geometric::with(ZeroScore::Shift);
            prop_assert!(close(mean(&shifted, &scores), in_pieces(&shifted, &scores, &at)));
            prop_assert!(close(mean(&Total, &scores), in_pieces(&Total, &scores, &at)));
            let factors: Vec<_> = scores.iter().map(|&(x, w)| (1.0 + x / 1e6, w / 1e3)).collect();
            prop_assert!(close(mean(&Product, &factors), in_pieces(&Product, &factors, &at)));
            for p in [-7.5, -1e-6, 1e-6, 0.5, 3.0, 400.0] {
                let power = PowerMean { p };
                prop_assert!(close(mean(&power, &scores), in_pieces(&power, &scores, &at)));
            }
        }

        #[test]
        fn signed_scores_that_cancel_split_as_well(
            scores in prop::collection::vec((-1e6..1e6f64, 1e-3..1e3f64), 1..60),
            at in prop::collection::vec(0usize..20, 0..6),
        ) {
            let mut both_ways = scores.clone();
            both_ways.extend(scores.iter().rev().map(|&(x, w)| (-x, w)));
            both_ways.push((1e-3, 1.0));
            prop_assert!(close(
                mean(&Arithmetic, &both_ways),
                in_pieces(&Arithmetic, &both_ways, &at)
            ));
        }

        #[test]
        fn means_are_ordered_and_lie_between_the_ends(
            scores in prop::collection::vec((1e-3..1e6f64, 1e-3..1e3f64), 1..60),
            factor in 1e-3..1e3f64,
        ) {
            let slack = 1.0 + 1e-12;
            let (h, g, a) =
                (mean(&Harmonic, &scores), mean(&PLAIN, &scores), mean(&Arithmetic, &scores));
            let min = scores.iter().map(|s| s.0).fold(f64::INFINITY, f64::min);
            let max = scores.iter().map(|s| s.0).fold(0.0, f64::max);
            prop_assert!(min <= h * slack && h <= g * slack && g <= a * slack && a <= max * slack);
            let quadratic = mean(&PowerMean { p: 2.0 }, &scores);
            prop_assert!(a <= quadratic * slack && quadratic <= max * slack);

            let scaled: Vec<_> = scores.iter().map(|&(x, w)| (x * factor, w)).collect();
            prop_assert!(close(mean(&PLAIN, &scaled), g * factor));
            let reweighted: Vec<_> = scores.iter().map(|&(x, w)| (x, w * factor)).collect();
            prop_assert!(close(mean(&Arithmetic, &reweighted), a));
        }
    }

    #[test]
    fn scores_that_a_mean_is_defined_for() {
        assert_eq!((Arithmetic.check(-1.0), Smallest.check(-1.0)), (Ok(()), Ok(())));
        assert_eq!((PLAIN.check(1e-300), Harmonic.check(1e-300)), (Ok(()), Ok(())));
        for x in [0.0, -0.0, -1.0] {
            assert!(PLAIN.check(x).is_err() && Harmonic.check(x).is_err(), "{x}");
        }
    }

    #[test]
    fn the_smallest_whatever_the_weights() {
        assert_eq!(mean(&Smallest, &[(3.0, 1.0), (-2.0, 0.1), (4.0, 5.0)]), -2.0);
        assert!(mean(&Smallest, &[(-0.0, 1.0), (4.0, 5.0)]).is_sign_positive());
    }

    #[test]
    fn the_largest_whatever_the_weights() {
        assert_eq!(mean(&Largest, &[(3.0, 1.0), (-2.0, 0.1), (4.0, 0.5)]), 4.0);
    }

    #[test]
    fn a_whole_lies_anywhere_and_needs_all_scores() {
        assert_eq!(mean(&Total, &[(1.0, 1.0), (4.0, 2.0), (-0.5, 2.0)]), 8.0);
        assert_eq!(mean(&Product, &[(0.5, 1.0), (3.0, 2.0)]), 4.5);
        assert_eq!(mean(&Product, &[(0.0, 1.0), (3.0, 2.0)]), 0.0);
        // What no f64 holds in between does no harm.
        let far = [(1e-200, 1.0), (1e-200, 1.0), (1e200, 1.0), (1e200, 1.0)];
        assert!(close(mean(&Product, &far), 1.0));
        assert!(close(mean(&Product, &[(1e-200, 2.0), (1e200, 2.0)]), 1.0));
        let mut state = Weighted::default();
        state.update(&Total, 5.0, 2.0);
        assert_eq!(state.mean(&Total, at_least(0.0)), Some(10.0));
        state.miss(1.0);
        assert_eq!(state.mean(&Total, at_least(0.0)), None);
    }

    #[test]
    fn zero_as_a_geometric_mean_takes_it() {
        let of = |zero, scores: &[(f64, f64)]| mean(&Geometric::with(zero), scores);
        let scores = [(0.0, 1.0), (8.0, 1.0)];
        assert_eq!(of(ZeroScore::MeanOfZero, &scores), 0.0);
        assert_eq!(of(ZeroScore::MeanOfZero, &[(2.0, 1.0), (8.0, 1.0)]), 4.0);
        assert!(close(of(ZeroScore::Shift, &scores), 2.0)); // √(1 · 9) - 1
        let takes = |zero, x: f64| Geometric::with(zero).check(x).is_ok();
        for zero in [ZeroScore::MeanOfZero, ZeroScore::Missing, ZeroScore::Shift] {
            assert!(takes(zero, 0.0) && takes(zero, -0.0) && !takes(zero, -1e-300));
        }
        assert!(!takes(ZeroScore::Error, 0.0));
        assert!(Geometric::with(ZeroScore::Missing).is_missing(-0.0));
        assert!(!Geometric::with(ZeroScore::Shift).is_missing(0.0));
    }

    #[test]
    fn what_is_missing_only_has_no_mean() {
        let mut state = Weighted::default();
        state.miss(1.0);
        assert_eq!(state.mean(&Arithmetic, at_least(0.0)), None);
    }

    #[test]
    fn a_mean_in_pieces_is_the_mean_of_all() {
        merges_and_is_read_back(|state: &mut Weighted<Sum>, x| match x < 8.0 {
            true => state.update(&Arithmetic, x, x * x),
            false => state.miss(x),
        });
    }
}
