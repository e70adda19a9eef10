//! How much of what there should be is there.

use super::mergeable::{State, state_of_states};

/// How many values there should be, how many are missing, and how many are 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    n: f64,
    missing: f64,
    zeros: f64,
}

state_of_states!(Tally { n: ["n"], missing: ["missing"], zeros: ["zeros"] });

impl Tally {
    /// Takes note of a value, or of one that is missing.
    #[inline]
    pub fn update(&mut self, x: Option<f64>) {
        self.n += 1.0;
        match x {
            None => self.missing += 1.0,
            Some(0.0) => self.zeros += 1.0,
            Some(_) => {}
        }
    }

    /// Values there should be.
    pub fn n(&self) -> f64 {
        self.n
    }

    /// Values that are missing.
    pub fn missing(&self) -> f64 {
        self.missing
    }

    /// Values that are 0.
    pub fn zeros(&self) -> f64 {
        self.zeros
    }

    /// Share of the values that is there; none of no rows.
    pub fn available(&self) -> Option<f64> {
        (self.n > 0.0).then(|| (self.n - self.missing) / self.n)
    }

    /// Share of the values there that is not 0; none if nothing is there.
    pub fn nonzero(&self) -> Option<f64> {
        let there = self.n - self.missing;
        (there > 0.0).then(|| (there - self.zeros) / there)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let mut tally = Tally::default();
        let values = [Some(5.0), Some(0.0), None, Some(-0.0), None, Some(0.0), None, Some(1.0)];
        values.into_iter().for_each(|x| tally.update(x));
        assert_eq!((tally.n(), tally.missing(), tally.zeros()), (8.0, 3.0, 3.0));
        assert_eq!(tally.available(), Some(5.0 / 8.0));
        assert_eq!(tally.nonzero(), Some(2.0 / 5.0));
        assert_eq!(Tally::default().available(), None);
        assert_eq!(Tally::default().nonzero(), None);
    }
}
