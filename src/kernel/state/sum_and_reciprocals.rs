//! The sum of values and that of their reciprocals, which shares are taken of.

use super::mergeable::{State, state_of_states};
use super::sum::Sum;

/// Sum of values and of their reciprocals: what shares are taken of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shares {
    sum: Sum,
    reciprocals: Sum,
    zeros: f64,
    n: f64,
}

state_of_states!(Shares {
    sum: ["sum_high", "sum_low"],
    reciprocals: ["reciprocals_high", "reciprocals_low"],
    zeros: ["zeros"],
    n: ["n"],
});

impl Shares {
    /// Takes in one finite value that is not negative.
    #[inline]
    pub fn update(&mut self, x: f64) {
        self.n += 1.0;
        self.sum.add(x);
        let reciprocal = 1.0 / x;
        if reciprocal.is_finite() {
            self.reciprocals.add(reciprocal);
        } else {
            self.zeros += 1.0;
        }
    }

    /// The sum; none when nothing was seen.
    pub fn sum(&self) -> Option<f64> {
        (self.n > 0.0).then(|| self.sum.value())
    }

    /// `1 / Σ(1/x)`, which is 0 as soon as a value is 0.
    pub fn reciprocal(&self) -> Option<f64> {
        let reciprocals = self.reciprocals.value();
        let has_sum = self.zeros == 0.0 && reciprocals.is_finite();
        (self.n > 0.0).then(|| if has_sum { 1.0 / reciprocals } else { 0.0 })
    }

    /// How many values were seen.
    pub fn n(&self) -> f64 {
        self.n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(values: &[f64]) -> Shares {
        let mut shares = Shares::default();
        values.iter().for_each(|&x| shares.update(x));
        shares
    }

    #[test]
    fn worked_by_hand() {
        // 1/2 + 1/4 + 1/4 = 1
        let seen = shares(&[2.0, 4.0, 4.0]);
        assert_eq!((seen.sum(), seen.reciprocal()), (Some(10.0), Some(1.0)));
        assert_eq!((seen.n(), shares(&[]).n()), (3.0, 0.0));
        assert_eq!(shares(&[2.0, 4.0]).reciprocal(), Some(4.0 / 3.0));
        assert_eq!(shares(&[2.0, 0.0]).reciprocal(), Some(0.0));
        assert_eq!(shares(&[]).sum(), None);
        assert_eq!(shares(&[]).reciprocal(), None);
    }
}
