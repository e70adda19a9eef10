//! Mean and standard deviation.

use super::mergeable::{State, state_of_states};
use super::{min_max::Extent, squares::Squares, sum::Sum};

/// Count, sum and sum of squares: enough for a mean and a sample standard deviation.
///
/// Both sums are kept in double precision twice over, and the squares are exact. The textbook
/// formula is useless on plain `f64` sums; on these it stays right where the mean is a million
/// times the deviation, and merging is an addition. The extent tells a constant column apart
/// from one whose deviation is only small. Squares are taken of the values in a unit, a power of
/// two, in which no square overflows, nor all of them vanish.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Moments {
    extent: Extent,
    sum: Sum,
    squares: Squares,
}

state_of_states!(Moments {
    extent: ["min", "max", "n"],
    sum: ["sum_high", "sum_low"],
    squares: ["unit", "squares_high", "squares_low"],
});

/// Units of the squares, each with the largest size of value it is for: raised once or twice, where
/// the power of two of each value would be raised again and again.
const UNITS: [(f64, f64); 3] =
    [(SMALL_UNIT, 1e-120), (1.0, 1e140), (1.0 / SMALL_UNIT, f64::INFINITY)];
/// 2^-600, exactly: the bits of its exponent.
const SMALL_UNIT: f64 = f64::from_bits((1023 - 600) << 52);

impl Moments {
    /// Takes in one finite value.
    #[inline]
    pub fn update(&mut self, x: f64) {
        self.extent.update(x);
        self.sum.add(x);
        let size = x.abs();
        let unit = UNITS.iter().find(|(_, largest)| size <= *largest);
        self.squares.raise(unit.map_or(1.0, |(unit, _)| *unit));
        self.squares.add(x);
    }

    /// How many values were seen.
    pub fn n(&self) -> f64 {
        self.extent.n()
    }

    /// Arithmetic mean; none when nothing was seen.
    pub fn mean(&self) -> Option<f64> {
        (self.n() > 0.0).then(|| self.sum.divided_by(self.n()))
    }

    /// Sample standard deviation, `sqrt(Σ(x - mean)² / (n - 1))`; none below two values.
    /// Exactly 0 where all values are the same.
    pub fn sd(&self) -> Option<f64> {
        let n = self.n();
        let (min, max) = self.extent.range().filter(|_| n >= 2.0)?;
        if min == max {
            return Some(0.0);
        }
        // Σ(x - m)² = Σx² - m Σx - m (Σx - n m), every product exact: m itself may be rounded.
        let sum = self.sum.scaled(1.0 / self.squares.unit());
        let mean = sum.divided_by(n);
        let mut rest = sum;
        rest.add_product(-mean, n);
        let mut deviation = self.squares.sum();
        let [sum_high, sum_low] = sum.halves();
        deviation.add_product(-mean, sum_high);
        deviation.add_product(-mean, sum_low);
        deviation.add_product(-mean, rest.value());
        // Rounding may leave less than 0; what is beyond the range of f64 stays no number.
        let deviation = match deviation.value() {
            below if below < 0.0 => 0.0,
            deviation => deviation,
        };
        let sd = (deviation / (n - 1.0)).sqrt() * self.squares.unit();
        Some(sd)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(values: &[f64]) -> Moments {
        let mut moments = Moments::default();
        values.iter().for_each(|&x| moments.update(x));
        moments
    }

    #[test]
    fn worked_by_hand() {
        // 2 4 4 4 5 5 7 9: mean 5, squared deviations 32, sample variance 32/7
        let m = moments(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert_eq!(m.mean(), Some(5.0));
        assert_eq!(m.sd(), Some((32.0_f64 / 7.0).sqrt()));
    }

    #[test]
    fn a_constant_column_deviates_by_exactly_nothing() {
        assert_eq!(moments(&[0.1; 3]).sd(), Some(0.0));
        assert_eq!(moments(&[0.1]).sd(), None);
        assert_eq!(moments(&[]).mean(), None);
    }

    #[test]
    fn neither_large_nor_small_values_lose_their_squares() {
        for unit in [1e154, 1e300, 1e-162, 1e-200, 1e-300] {
            let sd = moments(&[unit, 2.0 * unit]).sd().unwrap();
            assert!((sd / unit - 0.5f64.sqrt()).abs() < 1e-15, "{unit}: {sd}");
            // Whatever the order, and in pieces.
            let mut pieces = moments(&[2.0 * unit]);
            pieces.merge(&moments(&[unit]));
            assert_eq!(pieces.sd(), Some(sd));
        }
        let mixed = moments(&[1e-200, 3e-200, 1.0]);
        assert!((mixed.sd().unwrap() - (1.0f64 / 3.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn a_large_mean_does_not_swallow_a_small_deviation() {
        // deviations -1, 0, 1 around a billion times their size: variance 1
        let m = moments(&[1e12 - 1.0, 1e12, 1e12 + 1.0]);
        assert_eq!(m.sd(), Some(1.0));
    }

    #[test]
    fn what_was_summed_in_a_smaller_unit_is_carried_over() {
        // Deviations -1 and 1, the larger value in the next unit.
        for size in [1e-120, 1e140] {
            let sd = moments(&[size, 3.0 * size]).sd().unwrap();
            assert!((sd / size - 2f64.sqrt()).abs() < 1e-14, "{sd}");
        }
    }

    #[test]
    fn what_the_rounded_mean_leaves_out_counts() {
        // A tenth apart, and so no f64: squared deviations 0.28.
        let tenths: Vec<f64> = (1..=7).map(|i| 1e6 + f64::from(i) * 0.1).collect();
        assert!((moments(&tenths).sd().unwrap() - (0.28_f64 / 6.0).sqrt()).abs() < 1e-10);
        // 0 1 1 beside a million, thirds of which are rounded: squared deviations 2/3.
        let far = [0.0, 1.0, 1.0].map(|x| 2f64.powi(20) + x);
        assert!((moments(&far).sd().unwrap() - (1.0_f64 / 3.0).sqrt()).abs() < 1e-15);
    }
}
