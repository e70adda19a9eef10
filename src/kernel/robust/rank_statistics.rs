//! Ranks of the same units in many draws, and what they come to.

use std::collections::VecDeque;

use crate::kernel::describe::quantile::quantile_by;

/// Ranks of scores, 1 for the highest, equal scores with the smallest of their ranks; 0 for a
/// missing score (NaN). Scores tie with the highest of them if they are at most `apart` below it.
/// `room` is memory to be used again.
///
/// # Panics
/// If `ranks` is shorter than `scores`.
pub fn ranks_descending(scores: &[f64], apart: f64, room: &mut Vec<u64>, ranks: &mut [u32]) {
    // The unit in the low bits, the high bits of its key above: whole numbers of 8 bytes sort
    // several times as fast as pairs. What the cut-off bits tell is looked up where it matters.
    let low = u64::MAX >> (scores.len() as u64).leading_zeros().min(63);
    let unit = |packed: u64| (packed & low) as usize;
    room.clear();
    for (i, &x) in scores.iter().enumerate() {
        if x.is_nan() {
            ranks[i] = 0;
        } else {
            room.push(key(x) & !low | i as u64);
        }
    }
    room.sort_unstable();
    for alike in room.chunk_by_mut(|a, b| a & !low == b & !low) {
        if alike.len() > 1 {
            alike.sort_unstable_by_key(|&packed| key(scores[unit(packed)]));
        }
    }
    let (mut rank, mut highest) = (0, f64::NAN);
    for (before, &packed) in (0..).zip(room.iter()) {
        let score = scores[unit(packed)];
        let ties = score == highest || highest - score <= apart;
        if !ties {
            (rank, highest) = (before + 1, score);
        }
        ranks[unit(packed)] = rank;
    }
}

/// A whole number that is smaller the larger `x` is.
#[inline]
fn key(x: f64) -> u64 {
    let bits = (x + 0.0).to_bits(); // -0 ties with 0
    let sign = 1 << 63;
    if bits & sign == 0 { !(bits | sign) } else { bits }
}

/// How often a unit had each rank. Ranks from the best to the worst that it had are kept, so a
/// unit that moves little needs little room, however many draws there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RankCounts {
    best: u32,
    counts: VecDeque<u32>,
    n: u64,
}

impl RankCounts {
    /// Takes in one rank.
    #[inline]
    pub fn add(&mut self, rank: u32) {
        if self.counts.is_empty() {
            self.best = rank;
        }
        while rank < self.best {
            self.counts.push_front(0);
            self.best -= 1;
        }
        let at = (rank - self.best) as usize;
        if at >= self.counts.len() {
            self.counts.resize(at + 1, 0);
        }
        self.counts[at] += 1;
        self.n += 1;
    }

    fn each(&self) -> impl Iterator<Item = (u32, u32)> {
        (self.best..).zip(self.counts.iter().copied())
    }

    /// How many ranks were taken in.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Mean rank.
    pub fn mean(&self) -> Option<f64> {
        let sum: u64 = self.each().map(|(rank, times)| u64::from(rank) * u64::from(times)).sum();
        (self.n > 0).then(|| sum as f64 / self.n as f64)
    }

    /// Quantile of type 7, as of the sorted list of the ranks.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        quantile_by(usize::try_from(self.n).ok()?, p, |at| {
            let mut seen = 0;
            self.each().find_map(|(rank, times)| {
                seen += times as usize;
                (seen > at).then_some(f64::from(rank))
            })
        })
    }

    /// Best rank, the smallest.
    pub fn min(&self) -> Option<u32> {
        (self.n > 0).then_some(self.best)
    }

    /// Worst rank, the largest.
    pub fn max(&self) -> Option<u32> {
        let steps = (self.counts.len() as u32).checked_sub(1)?;
        Some(self.best + steps)
    }

    /// Share of the ranks that are `k` or better.
    pub fn share_up_to(&self, k: u32) -> Option<f64> {
        let up_to = self.each().take_while(|(rank, _)| *rank <= k);
        let count: u64 = up_to.map(|(_, times)| u64::from(times)).sum();
        (self.n > 0).then(|| count as f64 / self.n as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::describe::quantile::quantile;
    use proptest::prelude::*;

    fn ranks(scores: &[f64]) -> Vec<u32> {
        let mut ranks = vec![9; scores.len()];
        ranks_descending(scores, 0.0, &mut Vec::new(), &mut ranks);
        ranks
    }

    #[test]
    fn ranks_worked_by_hand() {
        let scores = [10.0, f64::NAN, 30.0, 20.0, 20.0, -5.0, -0.0, 0.0];
        assert_eq!(ranks(&scores), [4, 0, 1, 2, 2, 7, 5, 5]);
        // Told apart by the last digit only, which the packed keys do not have.
        let near = [1.0, 1.0 + f64::EPSILON, 1.0, 1.0 - f64::EPSILON, -1.0, -1.0 - f64::EPSILON];
        assert_eq!(ranks(&near), [2, 1, 2, 4, 5, 6]);
        assert_eq!(ranks(&[f64::MIN_POSITIVE, f64::MAX, f64::MIN]), [2, 1, 3]);
        assert_eq!((ranks(&[]), ranks(&[3.0])), (vec![], vec![1]));
    }

    #[test]
    fn counts_worked_by_hand() {
        let mut counts = RankCounts::default();
        assert_eq!((counts.mean(), counts.quantile(0.5), counts.max()), (None, None, None));
        assert_eq!((counts.min(), counts.share_up_to(1), counts.n()), (None, None, 0));
        [5, 2, 2, 9].into_iter().for_each(|rank| counts.add(rank));
        assert_eq!((counts.n(), counts.min(), counts.max()), (4, Some(2), Some(9)));
        assert_eq!((counts.mean(), counts.quantile(0.5)), (Some(4.5), Some(3.5)));
        assert_eq!((counts.share_up_to(1), counts.share_up_to(5)), (Some(0.0), Some(0.75)));
    }

    proptest! {
        #[test]
        fn a_rank_is_one_more_than_the_better_ones(
            scores in prop::collection::vec(
                prop_oneof![-1e3..1e3f64, (-3..3i32).prop_map(f64::from), Just(f64::NAN)], 0..80),
        ) {
            for (x, rank) in scores.iter().zip(ranks(&scores)) {
                let better = scores.iter().filter(|y| *y > x).count() as u32;
                prop_assert_eq!(rank, if x.is_nan() { 0 } else { better + 1 });
            }
        }

        #[test]
        fn counts_say_what_the_list_says(
            all in prop::collection::vec(1u32..60, 1..100),
            p in 0.0..=1.0f64,
            k in 0u32..70,
        ) {
            let mut counts = RankCounts::default();
            all.iter().for_each(|&rank| counts.add(rank));
            let mut sorted: Vec<f64> = all.iter().map(|&rank| f64::from(rank)).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            let n = sorted.len() as f64;
            prop_assert_eq!(counts.mean(), Some(sorted.iter().sum::<f64>() / n));
            for p in [p, 0.05, 0.5, 0.95] {
                prop_assert_eq!(counts.quantile(p), quantile(&sorted, p));
            }
            prop_assert_eq!(counts.max(), all.iter().max().copied());
            prop_assert_eq!(counts.min(), all.iter().min().copied());
            let up_to = all.iter().filter(|rank| **rank <= k).count() as f64;
            prop_assert_eq!(counts.share_up_to(k), Some(up_to / n));
        }
    }

    #[test]
    fn scores_that_are_hardly_apart_tie_with_the_highest() {
        let mut ranks = [9; 5];
        let scores = [0.5, 1.0, 0.9375, 0.8125, f64::NAN];
        ranks_descending(&scores, 0.125, &mut Vec::new(), &mut ranks);
        assert_eq!(ranks, [4, 1, 1, 3, 0]);
    }
}
