//! A sum of squares, of which none overflows and not all vanish.

use super::mergeable::{State, state_of_states};
use super::sum::Sum;

/// `Σx²` of values in a unit, a power of two.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Squares {
    unit: f64,
    sum: Sum,
}

impl Squares {
    /// Raises the unit as larger values come; what was summed in a smaller one is carried over
    /// exactly, or is nothing beside them.
    #[inline]
    pub fn raise(&mut self, unit: f64) {
        if unit > self.unit {
            let factor = self.unit / unit;
            self.sum = self.sum.scaled(factor).scaled(factor);
            self.unit = unit;
        }
    }

    /// Adds the square of a value that the unit was raised for.
    #[inline]
    pub fn add(&mut self, x: f64) {
        // A power of two: the same as dividing, to the last digit.
        let x = x * (1.0 / self.unit);
        self.sum.add_product(x, x);
    }

    /// The unit; 0 where none was needed yet.
    pub fn unit(&self) -> f64 {
        self.unit
    }

    /// The sum, in squares of the unit.
    pub fn sum(&self) -> Sum {
        self.sum
    }
}

state_of_states!(Squares { unit: ["unit"], sum: ["high", "low"] }, |all, other| {
    let mut other = other.clone();
    all.raise(other.unit);
    other.raise(all.unit);
    all.sum.merge(&other.sum);
});
