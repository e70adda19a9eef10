//! The range of a reference set and the value of its reference unit.

use super::mergeable::{State, state_of_states};
use super::{base_value::BaseValue, min_max::Extent};

/// The range of a reference set, and the value of its reference unit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reference {
    extent: Extent,
    reference: BaseValue,
}

state_of_states!(Reference { extent: ["min", "max", "n"], reference: ["reference", "references"] });

impl Reference {
    /// Takes in one finite value.
    #[inline]
    pub fn update(&mut self, x: f64, is_reference: bool) {
        self.extent.update(x);
        if is_reference {
            self.reference.update(x);
        }
    }

    /// Smallest value and largest value; none when nothing was seen.
    pub fn range(&self) -> Option<(f64, f64)> {
        self.extent.range()
    }

    /// The value of the reference unit; none when it was not seen.
    pub fn reference(&self) -> Option<f64> {
        self.reference.value()
    }

    /// How many values the reference unit had: more than one is a duplicate key.
    pub fn references(&self) -> f64 {
        self.reference.n()
    }

    /// How many values were seen.
    pub fn n(&self) -> f64 {
        self.extent.n()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_survives_a_merge() {
        let (mut a, mut b) = (Reference::default(), Reference::default());
        a.update(2.0, true);
        b.update(5.0, false);
        b.merge(&a);
        assert_eq!((b.range(), b.reference(), b.n()), (Some((2.0, 5.0)), Some(2.0), 2.0));
        assert_eq!((b.references(), Reference::default().references()), (1.0, 0.0));
    }
}
