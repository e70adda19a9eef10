//! The Euclidean norm of values: the length of the vector that they are.

use super::mergeable::{State, state_of_states};
use super::squares::Squares;
use crate::kernel::units::power_of_two;

/// Length of the vector of the values seen: `sqrt(Σx²)`.
///
/// The squares are summed in units of a power of two as large as the largest value, which rounds
/// nothing: no value is too large or too small for its square.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Length {
    squares: Squares,
    n: f64,
}

state_of_states!(Length { squares: ["unit", "squares_high", "squares_low"], n: ["n"] });

impl Length {
    /// Takes in one finite value.
    #[inline]
    pub fn update(&mut self, x: f64) {
        self.n += 1.0;
        if x != 0.0 {
            self.squares.raise(power_of_two(x));
            self.squares.add(x);
        }
    }

    /// The length; none when nothing was seen. Infinite where it is beyond the largest `f64`.
    pub fn length(&self) -> Option<f64> {
        (self.n > 0.0).then(|| self.squares.unit() * self.squares.sum().value().sqrt())
    }

    /// How many values were seen.
    pub fn n(&self) -> f64 {
        self.n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(values: &[f64]) -> Option<f64> {
        let mut length = Length::default();
        values.iter().for_each(|&x| length.update(x));
        length.length()
    }

    #[test]
    fn worked_by_hand() {
        assert_eq!(length(&[3.0, -4.0]), Some(5.0));
        assert_eq!(length(&[0.0]), Some(0.0));
        assert_eq!(length(&[]), None);
    }

    #[test]
    fn squares_neither_overflow_nor_vanish() {
        for size in [2.0_f64.powi(1000), 2.0_f64.powi(-1000)] {
            assert_eq!(length(&[4.0 * size, 3.0 * size]), Some(5.0 * size));
        }
        assert_eq!(length(&[1e-300, 1e300]), Some(1e300));
    }
}
