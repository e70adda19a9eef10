//! A product that no factor takes beyond the range of `f64`.

use super::mergeable::{State, state_of_states};

/// A product of factors at or above 0: `mantissa · 2^exponent`.
#[derive(Debug, Clone, PartialEq)]
pub struct Factors {
    mantissa: f64,
    exponent: f64,
}

/// The mantissa stays between `1 / FAR` and `FAR`, 2^256.
const FAR: f64 = 1.157_920_892_373_162e77;
const STEP: f64 = 256.0;

impl Default for Factors {
    fn default() -> Self {
        Self { mantissa: 1.0, exponent: 0.0 }
    }
}

impl Factors {
    /// Takes in the factor `x^w`; `x` is at or above 0, `w` above 0.
    #[inline]
    pub fn multiply(&mut self, x: f64, w: f64) {
        let power = x.powf(w);
        if power.is_normal() || x == 0.0 {
            self.scale(power, 0.0);
        } else {
            let exponent = w * x.log2();
            let whole = exponent.floor();
            self.scale((exponent - whole).exp2(), whole);
        }
    }

    /// Times `mantissa · 2^exponent`.
    fn scale(&mut self, mantissa: f64, exponent: f64) {
        self.exponent += exponent;
        let (factor, shift) = near(mantissa);
        let (mantissa, further) = near(self.mantissa * factor);
        self.mantissa = mantissa;
        self.exponent += shift + further;
    }

    /// The product.
    pub fn value(&self) -> f64 {
        let half = (self.exponent / 2.0).floor();
        self.mantissa * half.exp2() * (self.exponent - half).exp2()
    }
}

/// A number as one between `1 / FAR` and `FAR` and a power of two.
fn near(mut x: f64) -> (f64, f64) {
    let mut exponent = 0.0;
    while x.is_finite() && x > FAR {
        (x, exponent) = (x / FAR, exponent + STEP);
    }
    while x > 0.0 && x < 1.0 / FAR {
        (x, exponent) = (x * FAR, exponent - STEP);
    }
    (x, exponent)
}

state_of_states!(Factors { mantissa: ["mantissa"], exponent: ["exponent"] }, |all, other| {
    all.scale(other.mantissa, other.exponent);
});

#[cfg(test)]
mod tests {
    use super::*;

    fn product(factors: &[(f64, f64)]) -> f64 {
        let mut all = Factors::default();
        factors.iter().for_each(|&(x, w)| all.multiply(x, w));
        all.value()
    }

    #[test]
    fn worked_by_hand() {
        assert_eq!(product(&[]), 1.0);
        assert_eq!(product(&[(0.5, 1.0), (3.0, 1.0)]), 1.5);
        assert_eq!(product(&[(4.0, 0.5), (3.0, 2.0)]), 18.0);
        assert_eq!(product(&[(0.0, 2.0), (1e308, 1.0)]), 0.0);
    }

    #[test]
    fn beyond_the_range_and_back() {
        let far: Vec<(f64, f64)> = [2f64.powi(-1000), 2f64.powi(1000)].map(|x| (x, 1.0)).into();
        for order in [[0, 0, 0, 1, 1, 1], [1, 1, 1, 0, 0, 0], [0, 1, 1, 0, 1, 0]] {
            assert_eq!(product(&order.map(|i: usize| far[i])), 1.0);
        }
        assert_eq!(product(&[far[0], far[0]]), 0.0);
        assert_eq!(product(&[far[1], far[1]]), f64::INFINITY);
        let (mut low, mut high) = (Factors::default(), Factors::default());
        (0..3).for_each(|_| low.multiply(far[0].0, 1.0));
        (0..3).for_each(|_| high.multiply(far[1].0, 1.0));
        low.merge(&high);
        assert_eq!(low.value(), 1.0);
    }
}
