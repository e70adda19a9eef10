//! A sum that is twice as precise as `f64`.

use super::mergeable::{State, state_of_states};

/// A sum carried in two `f64`: the rounded sum and what the rounding left out.
///
/// Two-sum after Knuth: each addition's rounding error is computed exactly and kept. A plain sum
/// of z-scores cancels to nothing but error; this one is right to the last digit, in any order.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    /// Adds one number.
    #[inline]
    pub fn add(&mut self, x: f64) {
        let sum = self.high + x;
        let shadow = sum - self.high;
        self.low += (self.high - (sum - shadow)) + (x - shadow);
        self.high = sum;
    }

    /// Adds the exact product `a * b` (Dekker's product: no fused multiply-add needed).
    #[inline]
    pub fn add_product(&mut self, a: f64, b: f64) {
        let product = a * b;
        let (a_high, a_low) = split(a);
        let (b_high, b_low) = split(b);
        let error = a_low * b_low - (product - a_high * b_high - a_low * b_high - a_high * b_low);
        self.add(product);
        // Overflow in the halves gives NaN here although the product itself is finite.
        if error.is_finite() {
            self.low += error;
        }
    }

    /// The sum times a power of two, exact unless it leaves the range of `f64`.
    #[inline]
    pub fn scaled(self, factor: f64) -> Self {
        Self { high: self.high * factor, low: self.low * factor }
    }

    /// The sum, rounded once.
    #[inline]
    pub fn value(self) -> f64 {
        self.high + self.low
    }

    /// The sum in its two parts, exact.
    pub fn halves(self) -> [f64; 2] {
        [self.high, self.low]
    }

    /// The sum divided by `divisor`, the remainder kept in the division.
    #[inline]
    pub fn divided_by(self, divisor: f64) -> f64 {
        let quotient = self.value() / divisor;
        let mut rest = self;
        rest.add_product(-quotient, divisor);
        let corrected = quotient + rest.value() / divisor;
        if corrected.is_finite() { corrected } else { quotient }
    }

    /// The quotient of two sums, rounded once.
    #[inline]
    pub fn ratio(self, divisor: Self) -> f64 {
        let quotient = self.value() / divisor.value();
        let mut rest = self;
        rest.add_product(-quotient, divisor.high);
        rest.add_product(-quotient, divisor.low);
        let corrected = quotient + rest.value() / divisor.value();
        if corrected.is_finite() { corrected } else { quotient }
    }
}

/// Of numbers, each added in its turn.
impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        let mut sum = Self::default();
        numbers.into_iter().for_each(|x| sum.add(x));
        sum
    }
}

/// Of exact products.
impl FromIterator<(f64, f64)> for Sum {
    fn from_iter<I: IntoIterator<Item = (f64, f64)>>(factors: I) -> Self {
        let mut sum = Self::default();
        factors.into_iter().for_each(|(a, b)| sum.add_product(a, b));
        sum
    }
}

/// Veltkamp's split of a `f64` into two halves of 26 bits.
#[inline]
fn split(x: f64) -> (f64, f64) {
    const SPLITTER: f64 = 134_217_729.0; // 2^27 + 1
    let scaled = SPLITTER * x;
    let high = scaled - (scaled - x);
    (high, x - high)
}

state_of_states!(Sum { high: ["high"], low: ["low"] }, |all, other| {
    all.add(other.high);
    all.low += other.low;
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_plain_sum_loses_is_kept() {
        let sum = Sum::from_iter([1e16, 1.0, -1e16]);
        assert_eq!(sum.value(), 1.0);
    }

    #[test]
    fn products_are_exact() {
        let mut sum = Sum::default();
        let x = 1.0 + f64::EPSILON;
        sum.add_product(x, x);
        sum.add(-1.0 - 2.0 * f64::EPSILON);
        assert_eq!(sum.value(), f64::EPSILON * f64::EPSILON);
    }

    #[test]
    fn printed_figures_come_out_as_printed() {
        let sum = Sum::from_iter([194.9, 145.2, 171.2, 106.7, 152.7]);
        assert_eq!(sum.divided_by(5.0), 154.14);
    }

    #[test]
    fn a_quotient_is_rounded_once() {
        // (2^53 + 1) / 3 is a whole number and 2^53 / 3 is not: so it is of the sum of two f64.
        let sum = Sum::from_iter([2_f64.powi(53), 1.0]);
        let quotients = [sum.ratio(Sum::from_iter([3.0])), sum.divided_by(3.0)];
        assert_eq!(quotients, [3002399751580331.0; 2]);
    }
}
