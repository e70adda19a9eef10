//! The mean of the values at a base: of one period, of all within a span, or of the first there is.

use std::cmp::Ordering;

use super::{mergeable::State, mergeable::state_of_states, sum::Sum};

/// What a period at the base is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// Of so many periods that a series must all have: at most [`MOST`].
    Whole(u32),
    /// Of days, of which a series has some.
    Days,
    /// Of all of a kind, which has a number, the earliest of which counts.
    First(u8),
}

/// The mean of the values at the base.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BaseMean {
    sum: Sum,
    n: f64,
    /// The earliest period, and how many values it has.
    first: f64,
    at_first: f64,
    /// Which periods of a whole have a value: a bit for each, or [`TWICE`].
    seen: f64,
    /// What the periods are one of, as a number.
    within: f64,
}

/// The most periods that a whole has: the weeks of a year. As many bits are exact in a number.
const MOST: u32 = 53;
/// More bits than those of a whole: one of its periods has two values.
const TWICE: f64 = f64::INFINITY;

const DAYS: f64 = 0.0;
const FIRST: f64 = -1.0;
/// Periods of two kinds at one base, such as a year and its quarters.
const MIXED: f64 = f64::NEG_INFINITY;

impl Within {
    /// Those of one base have one number: how many there must be, or one that is not above 0.
    fn number(self) -> f64 {
        match self {
            Self::Whole(whole) => f64::from(whole),
            Self::Days => DAYS,
            Self::First(kind) => FIRST - f64::from(kind),
        }
    }

    /// The bit of a period, where it is one of a whole.
    fn bit(self, period: f64) -> f64 {
        match self {
            Self::Whole(_) => 2_f64.powi(period.rem_euclid(f64::from(MOST)) as i32),
            Self::Days | Self::First(_) => 0.0,
        }
    }
}

impl BaseMean {
    /// Takes in a value observed at a period of the base.
    #[inline]
    pub fn update(&mut self, period: f64, x: f64, within: Within) {
        let (seen, within) = (within.bit(period), within.number());
        let is_later = self.n > 0.0 && period > self.first;
        if is_later && within <= FIRST && within == self.within {
            return;
        }
        let sum = std::iter::once(x).collect();
        self.merge(&Self { sum, n: 1.0, first: period, at_first: 1.0, seen, within });
    }

    /// The base value; none where the base was not observed, or not all of it.
    pub fn value(&self) -> Option<f64> {
        (self.n > 0.0 && self.n >= self.within).then(|| self.sum.divided_by(self.n))
    }

    /// How many values were observed at the base.
    pub fn n(&self) -> f64 {
        self.n
    }

    /// Whether a period has two values, as far as can be told: of days the first.
    pub fn has_duplicates(&self) -> bool {
        self.at_first > 1.0 || self.seen == TWICE
    }

    /// Whether there were periods of two kinds, which have no order.
    pub fn is_mixed(&self) -> bool {
        self.within == MIXED
    }
}

/// All bits of both, none of which may be twice.
fn joined(a: f64, b: f64) -> f64 {
    let is_twice = a == TWICE || b == TWICE || (a as u64) & (b as u64) != 0;
    if is_twice { TWICE } else { a + b }
}

state_of_states!(
    BaseMean {
        sum: ["sum_high", "sum_low"],
        n: ["n"],
        first: ["first"],
        at_first: ["at_first"],
        seen: ["seen"],
        within: ["within"],
    },
    |all, other| {
        if all.n == 0.0 {
            all.clone_from(other);
        } else if other.n > 0.0 {
            let order = other.first.total_cmp(&all.first);
            if all.within != other.within {
                all.within = MIXED;
            }
            let is_first = all.within <= FIRST && all.within != MIXED;
            match order {
                Ordering::Less if is_first => all.clone_from(other),
                Ordering::Greater if is_first => {}
                _ => {
                    all.sum.merge(&other.sum);
                    all.n += other.n;
                    all.seen = joined(all.seen, other.seen);
                    match order {
                        Ordering::Less => {
                            (all.first, all.at_first) = (other.first, other.at_first);
                        }
                        Ordering::Equal => all.at_first += other.at_first,
                        Ordering::Greater => {}
                    }
                }
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
        assert_eq!(of(&[(3.0, 7.0), (2.0, 5.0), (9.0, 1.0)], Within::First(0)).value(), Some(5.0));
        for within in [Within::Whole(1), Within::Days, Within::First(0)] {
            assert_eq!(of(&[], within).value(), None);
            assert_eq!(of(&[(1.0, 80.0)], within).value(), Some(80.0));
        }
    }

    #[test]
    fn more_values_than_periods_are_told() {
        let twice = [(1.0, 2.0), (1.0, 3.0)];
        for within in [Within::Whole(1), Within::Whole(4), Within::Days, Within::First(0)] {
            assert!(of(&twice, within).has_duplicates(), "{within:?}");
            assert!(!of(&twice[..1], within).has_duplicates(), "{within:?}");
        }
        // As many values as there must be, but two of them at one period; and fewer.
        let quarters = [8060.0, 8061.0, 8061.0, 8063.0].map(|quarter| (quarter, 2.0));
        assert!(of(&quarters, Within::Whole(4)).has_duplicates());
        assert!(of(&quarters[1..], Within::Whole(4)).has_duplicates());
        assert!(!of(&quarters[2..], Within::Whole(4)).has_duplicates());
        let weeks: Vec<_> = (104_988..105_041).map(|week| (f64::from(week), 2.0)).collect();
        assert!(!of(&weeks, Within::Whole(53)).has_duplicates());
        for &twice in &weeks {
            let mut weeks = of(&weeks, Within::Whole(53));
            weeks.update(twice.0, twice.1, Within::Whole(53));
            assert!(weeks.has_duplicates());
        }
        // The first period has one, whatever a later one has.
        assert!(!of(&[(2.0, 2.0), (2.0, 3.0), (1.0, 4.0)], Within::First(0)).has_duplicates());
    }

    #[test]
    fn periods_of_two_kinds_are_told() {
        let years = (2015.0, Within::Whole(1), Within::First(1));
        let quarters = (8060.0, Within::Whole(4), Within::First(2));
        for (a, b) in [(years, quarters), (quarters, years)] {
            for (of_a, of_b) in [(a.1, b.1), (a.2, b.2)] {
                let (mut mixed, other) = (of(&[(a.0, 5.0)], of_a), of(&[(b.0, 5.0)], of_b));
                assert!(!mixed.is_mixed() && !other.is_mixed());
                mixed.merge(&other);
                assert!(mixed.is_mixed(), "{of_a:?} {of_b:?}");
                // It stays so, whatever comes after.
                mixed.update(a.0 - 1.0, 5.0, of_a);
                assert!(mixed.is_mixed(), "{of_a:?} {of_b:?}");
                let mut all = of(&[(a.0 - 1.0, 5.0)], of_a);
                all.merge(&mixed);
                assert!(all.is_mixed(), "{of_a:?} {of_b:?}");
            }
        }
    }

    /// However the values are split and in whatever order they come.
    #[test]
    fn pieces_give_one_answer() {
        let rows: Vec<(f64, f64)> =
            (0..60).map(|i| (f64::from(i * 7 % 12), f64::from(i * i % 31) + 0.1)).collect();
        for within in [Within::Whole(60), Within::Whole(61), Within::Days, Within::First(0)] {
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
