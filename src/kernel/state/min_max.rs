//! The smallest and the largest value.

use super::mergeable::{State, state_of_states};

/// The smallest and the largest of the values seen, and how many there were.
#[derive(Debug, Clone, PartialEq)]
pub struct Extent {
    min: f64,
    max: f64,
    n: f64,
}

impl Default for Extent {
    fn default() -> Self {
        Self { min: f64::INFINITY, max: f64::NEG_INFINITY, n: 0.0 }
    }
}

impl Extent {
    /// Takes in one finite value.
    #[inline]
    pub fn update(&mut self, x: f64) {
        self.min = self.min.min(x);
        self.max = self.max.max(x);
        self.n += 1.0;
    }

    /// Smallest value and largest value; none when nothing was seen.
    pub fn range(&self) -> Option<(f64, f64)> {
        (self.n > 0.0).then_some((self.min, self.max))
    }

    /// How many values were seen.
    pub fn n(&self) -> f64 {
        self.n
    }
}

state_of_states!(Extent { min: ["min"], max: ["max"], n: ["n"] }, |all, other| {
    all.min = all.min.min(other.min);
    all.max = all.max.max(other.max);
    all.n += other.n;
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let mut extent = Extent::default();
        assert_eq!((extent.range(), extent.n()), (None, 0.0));
        [2.0, -3.0, 5.0].into_iter().for_each(|x| extent.update(x));
        assert_eq!((extent.range(), extent.n()), (Some((-3.0, 5.0)), 3.0));
        extent.merge(&Extent::default());
        assert_eq!((extent.range(), extent.n()), (Some((-3.0, 5.0)), 3.0));
    }
}
