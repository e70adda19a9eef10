//! The value at the base period.

use super::mergeable::{State, state_of_states};

/// The value at the base period, and how many values claimed to be it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BaseValue {
    value: f64,
    n: f64,
}

impl BaseValue {
    /// Takes in a value observed at the base period.
    #[inline]
    pub fn update(&mut self, x: f64) {
        self.value = x;
        self.n += 1.0;
    }

    /// The base value; none when the base period was not observed.
    pub fn value(&self) -> Option<f64> {
        (self.n > 0.0).then_some(self.value)
    }

    /// How many values were observed at the base period: more than one is a duplicate key.
    pub fn n(&self) -> f64 {
        self.n
    }
}

state_of_states!(BaseValue { value: ["base"], n: ["n"] }, |all, other| {
    if other.n > 0.0 {
        all.value = other.value;
    }
    all.n += other.n;
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let (nothing, mut base) = (BaseValue::default(), BaseValue::default());
        assert_eq!((nothing.value(), nothing.n()), (None, 0.0));
        base.update(80.0);
        // Pieces without the base period take nothing away, on either side.
        base.merge(&nothing);
        assert_eq!((base.value(), base.n()), (Some(80.0), 1.0));
        let mut whole = nothing;
        whole.merge(&base);
        assert_eq!((whole.value(), whole.n()), (Some(80.0), 1.0));
        whole.update(80.0);
        assert_eq!(whole.n(), 2.0);
    }
}
