//! The mean of the values at a base: of one period, of all within a span, or of the first there is.

use super::{mergeable::State, mergeable::state_of_states, sum::Sum};

/// What a period at the base is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// Of so many periods that a series must all have.
    Whole(u32),
    /// Of days, of which a series has some.
    Days,
    /// Of all, the earliest of which counts.
    First,
}

/// The mean of the values at the base.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BaseMean {
    sum: Sum,
    n: f64,
    /// The earliest period, and how many values it has.
    first: f64,
    at_first: f64,
    /// How many values there must be, as a number.
    whole: f64,
}

const ANY: f64 = 0.0;
const FIRST: f64 = -1.0;
/// Periods of two kinds at one base, a year and its quarters: what they say twice.
const MIXED: f64 = -2.0;

impl BaseMean {
    /// Takes in a value observed at a period of the base.
    #[inline]
    pub fn update(&mut self, period: f64, x: f64, within: Within) {
        let whole = match within {
            Within::First if self.n > 0.0 && period > self.first => return,
            Within::First => FIRST,
            Within::Days => ANY,
            Within::Whole(whole) => f64::from(whole),
        };
        let sum = std::iter::once(x).collect();
        self.merge(&Self { sum, n: 1.0, first: period, at_first: 1.0, whole });
    }

    /// The base value; none where the base was not observed, or not all of it.
    pub fn value(&self) -> Option<f64> {
        (self.n > 0.0 && self.n >= self.whole).then(|| self.sum.divided_by(self.n))
    }

    /// How many values were observed at the base.
    pub fn n(&self) -> f64 {
        self.n
    }

    /// Whether there were more values than periods, as far as can be told: duplicate keys.
    pub fn has_duplicates(&self) -> bool {
        self.at_first > 1.0 || self.whole == MIXED || self.whole > 0.0 && self.n > self.whole
    }
}

state_of_states!(
    BaseMean {
        sum: ["sum_high", "sum_low"],
        n: ["n"],
        first: ["first"],
        at_first: ["at_first"],
        whole: ["whole"],
    },
    |all, other| {
        let is_earlier = other.n > 0.0 && (all.n == 0.0 || other.first < all.first);
        if is_earlier && (all.n == 0.0 || all.whole == FIRST) {
            all.clone_from(other);
        } else if other.n > 0.0 {
            if all.whole != other.whole {
                all.whole = MIXED;
            }
            let is_same = other.first == all.first;
            if all.whole != FIRST || is_same {
                all.sum.merge(&other.sum);
                all.n += other.n;
            }
            if is_same {
                all.at_first += other.at_first;
            } else if is_earlier {
                (all.first, all.at_first) = (other.first, other.at_first);
            }
        }
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &[(f64, f64)], within: Within) -> BaseMean {
        let mut base = BaseMean::default();
        rows.iter().for_each(|&(period, x)| base.update(period, x, within));
        base
    }

    #[test]
    fn worked_by_hand() {
        let quarters = [(1.0, 110.0), (2.0, 120.0), (3.0, 125.0), (4.0, 125.0)];
        assert_eq!(of(&quarters, Within::Whole(4)).value(), Some(120.0));
        assert_eq!(of(&quarters[..3], Within::Whole(4)).value(), None);
        assert_eq!(of(&quarters[..2], Within::Days).value(), Some(115.0));
        assert_eq!(of(&[(3.0, 7.0), (2.0, 5.0), (9.0, 1.0)], Within::First).value(), Some(5.0));
        for within in [Within::Whole(1), Within::Days, Within::First] {
            assert_eq!(of(&[], within).value(), None);
            assert_eq!(of(&[(1.0, 80.0)], within).value(), Some(80.0));
        }
    }

    #[test]
    fn more_values_than_periods_are_told() {
        let twice = [(1.0, 2.0), (1.0, 3.0)];
        for within in [Within::Whole(1), Within::Whole(4), Within::Days, Within::First] {
            assert!(of(&twice, within).has_duplicates(), "{within:?}");
            assert!(!of(&twice[..1], within).has_duplicates(), "{within:?}");
        }
        assert!(of(&[(1.0, 2.0), (2.0, 2.0), (3.0, 2.0)], Within::Whole(2)).has_duplicates());
        let mut mixed = of(&[(2015.0, 5.0)], Within::Whole(1));
        mixed.update(8060.0, 5.0, Within::Whole(4));
        assert!(mixed.has_duplicates());
        // The first period has one, whatever a later one has.
        assert!(!of(&[(2.0, 2.0), (2.0, 3.0), (1.0, 4.0)], Within::First).has_duplicates());
    }

    /// However the values are split and in whatever order they come.
    #[test]
    fn pieces_give_one_answer() {
        let rows: Vec<(f64, f64)> =
            (0..60).map(|i| (f64::from(i * 7 % 12), f64::from(i * i % 31) + 0.1)).collect();
        for within in [Within::Whole(60), Within::Whole(61), Within::Days, Within::First] {
            let whole = of(&rows, within);
            for cut in 0..=rows.len() {
                let (mut left, right) = (of(&rows[cut..], within), of(&rows[..cut], within));
                left.merge(&right);
                assert_eq!((left.n(), left.has_duplicates()), (whole.n(), whole.has_duplicates()));
                let difference = left.value().zip(whole.value()).map(|(a, b)| (a - b).abs());
                assert_eq!(left.value().is_some(), whole.value().is_some());
                assert!(difference.is_none_or(|difference| difference < 1e-12));
            }
        }
    }
}
