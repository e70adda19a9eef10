//! Ranks of values among others.

use super::formulas::distance;

/// Which rank equal values get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ties {
    /// The smallest of the ranks they take up: 1 2 2 4.
    Min,
    /// The largest of them: 1 3 3 4.
    Max,
    /// Their mean: 1 2.5 2.5 4.
    Average,
    /// The smallest, and no rank is left out after them: 1 2 2 3.
    Dense,
}

impl Ties {
    /// All of them, in the order in which functions name them.
    pub const ALL: [Self; 4] = [Self::Min, Self::Max, Self::Average, Self::Dense];
}

/// How many values of a reference set lie below, at and above a value. For dense ranks equal
/// values are counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    below: usize,
    equal: usize,
    above: usize,
}

impl Place {
    /// The place of `x` among sorted values.
    pub fn among(sorted: &[f64], x: f64, ties: Ties) -> Self {
        let (below, rest) = sorted.split_at(sorted.partition_point(|y| *y < x));
        let (equal, above) = rest.split_at(rest.partition_point(|y| *y <= x));
        let count = |values: &[f64]| match ties {
            Ties::Dense => values.chunk_by(|a, b| a == b).count(),
            _ => values.len(),
        };
        Self { below: count(below), equal: count(equal), above: count(above) }
    }

    /// The rank, 1 for the worst. A value that is none of the reference set ranks as if it were.
    #[inline]
    pub fn rank(self, ties: Ties, direction: f64) -> f64 {
        let worse = if direction < 0.0 { self.above } else { self.below } as f64;
        let equal = self.equal.max(1) as f64;
        match ties {
            Ties::Min | Ties::Dense => worse + 1.0,
            Ties::Max => worse + equal,
            Ties::Average => worse + (equal + 1.0) / 2.0,
        }
    }

    /// The share of the other values that lie below, those that are equal by half: from 0 (all others
    /// are above) to 1. None where there is no other, or all are the same.
    pub fn ahead_of(self) -> Option<f64> {
        let (others, alike) = (self.below + self.equal + self.above, self.equal);
        if alike >= others {
            return None;
        }
        let alike = (alike as f64 - 1.0) / 2.0;
        Some((self.below as f64 + alike) / (others as f64 - 1.0))
    }
}

/// The share of sorted values that are worse than `x`, from 0 (the worst of them) to 1: `(rank - 1)
/// / (n - 1)`. Of a number between two of the values, on the line between their shares; 0 or 1
/// beyond all of them. None below two values.
pub fn percentile_rank(sorted: &[f64], x: f64, ties: Ties, direction: f64) -> Option<f64> {
    let others = sorted.len().checked_sub(1).filter(|&others| others > 0)? as f64;
    let share = |x: f64| (Place::among(sorted, x, ties).rank(ties, direction) - 1.0) / others;
    let (below, above) = sorted.split_at(sorted.partition_point(|y| *y < x));
    match (below.last(), above.first()) {
        (_, Some(&same)) if same == x => Some(share(x)),
        (Some(&low), Some(&high)) => {
            let way = distance(x, (low, high), 1.0, true)?;
            Some(share(low) + way * (share(high) - share(low)))
        }
        (below, _) => Some(if below.is_some() == (direction > 0.0) { 1.0 } else { 0.0 }),
    }
}

/// The place of each of the values among all of them: sorts once, whatever the number of ties.
pub fn places(values: &mut [(f64, usize)], ties: Ties, mut each: impl FnMut(usize, Place)) {
    values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let groups = || values.chunk_by(|a, b| a.0 == b.0);
    let all = if ties == Ties::Dense { groups().count() } else { values.len() };
    let mut below = 0;
    for group in groups() {
        let equal = if ties == Ties::Dense { 1 } else { group.len() };
        let place = Place { below, equal, above: all - below - equal };
        for (_, row) in group {
            each(*row, place);
        }
        below += equal;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [f64; 4] = [10.0, 30.0, 20.0, 20.0];

    fn ranks(ties: Ties, direction: f64) -> [f64; 4] {
        let mut values: Vec<_> = VALUES.iter().copied().zip(0..).collect();
        let mut ranks = [0.0; 4];
        places(&mut values, ties, |row, place| ranks[row] = place.rank(ties, direction));
        ranks
    }

    #[test]
    fn worked_by_hand() {
        assert_eq!(ranks(Ties::Min, 1.0), [1.0, 4.0, 2.0, 2.0]);
        assert_eq!(ranks(Ties::Max, 1.0), [1.0, 4.0, 3.0, 3.0]);
        assert_eq!(ranks(Ties::Average, 1.0), [1.0, 4.0, 2.5, 2.5]);
        assert_eq!(ranks(Ties::Dense, 1.0), [1.0, 3.0, 2.0, 2.0]);
        assert_eq!(ranks(Ties::Min, -1.0), [4.0, 1.0, 2.0, 2.0]);
        assert_eq!(ranks(Ties::Dense, -1.0), [3.0, 1.0, 2.0, 2.0]);
    }

    #[test]
    fn one_by_one_is_all_at_once() {
        let mut sorted = VALUES;
        sorted.sort_by(f64::total_cmp);
        for ties in Ties::ALL {
            for direction in [1.0, -1.0] {
                let alone = VALUES.map(|x| Place::among(&sorted, x, ties).rank(ties, direction));
                assert_eq!(alone, ranks(ties, direction));
            }
        }
    }

    #[test]
    fn a_value_from_outside_ranks_as_if_it_were_in() {
        let sorted = [10.0, 20.0, 20.0, 30.0];
        for ties in Ties::ALL {
            let rank = |x, direction| Place::among(&sorted, x, ties).rank(ties, direction);
            assert_eq!(rank(5.0, 1.0), 1.0);
            assert_eq!(rank(15.0, 1.0), 2.0);
            assert_eq!(rank(35.0, -1.0), 1.0);
        }
        assert_eq!(Place::among(&sorted, 35.0, Ties::Min).rank(Ties::Min, 1.0), 5.0);
    }

    #[test]
    fn ahead_of_others() {
        let of = |values: &[f64]| {
            let mut values: Vec<_> = values.iter().copied().zip(0..).collect();
            let mut ahead = vec![None; values.len()];
            places(&mut values, Ties::Min, |row, place| ahead[row] = place.ahead_of());
            ahead
        };
        // Of three others: none below, one and half of the one that is level, all.
        assert_eq!(of(&VALUES), [Some(0.0), Some(1.0), Some(0.5), Some(0.5)]);
        assert_eq!(of(&[0.0, 1.0, 1.0]), [Some(0.0), Some(0.75), Some(0.75)]);
        assert_eq!(of(&[7.0]), [None]);
        assert_eq!(of(&[7.0, 7.0]), [None, None]);
    }

    fn close(got: Option<f64>, want: f64) {
        assert!(got.is_some_and(|got| (got - want).abs() < 1e-14), "{got:?} must be {want}");
    }

    /// The values of Excel's help on PERCENTRANK.INC, and its answers: 0.333, 0.555, 0.666, 0.583.
    #[test]
    fn percentile_ranks_of_the_spreadsheet() {
        let mut sorted = [13.0, 12.0, 11.0, 8.0, 4.0, 3.0, 2.0, 1.0, 1.0, 1.0];
        sorted.sort_by(f64::total_cmp);
        let rank = |x| percentile_rank(&sorted, x, Ties::Min, 1.0);
        close(rank(2.0), 1.0 / 3.0);
        close(rank(4.0), 5.0 / 9.0);
        close(rank(8.0), 2.0 / 3.0);
        close(rank(5.0), 7.0 / 12.0);
    }

    #[test]
    fn a_value_between_two_ranks_between_them() {
        let sorted = [8.0, 11.0, 12.0, 13.0];
        for (x, want) in [(12.5, 5.0 / 6.0), (8.5, 1.0 / 18.0), (9.0, 1.0 / 9.0), (7.0, 0.0)] {
            for ties in Ties::ALL {
                close(percentile_rank(&sorted, x, ties, 1.0), want);
                close(percentile_rank(&sorted, x, ties, -1.0), 1.0 - want);
            }
        }
        assert_eq!(percentile_rank(&sorted, 99.0, Ties::Min, 1.0), Some(1.0));
        assert_eq!(percentile_rank(&sorted, 99.0, Ties::Min, -1.0), Some(0.0));
        // 1 1 3: shares 0 0 1 with the smallest of tied ranks, 1/2 1/2 1 with the largest.
        close(percentile_rank(&[1.0, 1.0, 3.0], 2.0, Ties::Min, 1.0), 0.5);
        close(percentile_rank(&[1.0, 1.0, 3.0], 2.0, Ties::Max, 1.0), 0.75);
        close(percentile_rank(&[1.0, 1.0, 3.0], 1.0, Ties::Max, 1.0), 0.5);
        close(percentile_rank(&[1.0, 1.0, 3.0], 2.0, Ties::Average, 1.0), 0.625);
        // The best of them is tied: one of two others is worse.
        close(percentile_rank(&[1.0, 3.0, 3.0], 3.0, Ties::Min, 1.0), 0.5);
        close(percentile_rank(&[f64::MIN, f64::MAX], 0.0, Ties::Min, 1.0), 0.5);
        assert_eq!(percentile_rank(&[5.0], 5.0, Ties::Min, 1.0), None);
    }
}
