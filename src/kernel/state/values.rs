//! All values, for what no smaller state can tell.

use std::borrow::Cow;

use super::mergeable::State;

/// All the values seen: for what no smaller state can tell (median, quantiles, ranks).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values(Vec<f64>);

impl Values {
    /// Takes in one finite value. -0 is taken as 0, so that the two tie.
    #[inline]
    pub fn update(&mut self, x: f64) {
        push(&mut self.0, x + 0.0);
    }

    /// The values, from the smallest to the largest: a copy unless the state is
    /// [settled](State::settle).
    pub fn sorted(&self) -> Cow<'_, [f64]> {
        match self.0.is_sorted_by(|a, b| a <= b) {
            true => Cow::Borrowed(&self.0),
            false => Cow::Owned(self.clone().into_sorted()),
        }
    }

    /// The values, from the smallest to the largest.
    pub fn into_sorted(mut self) -> Vec<f64> {
        self.settle();
        self.0
    }

    /// How many there are.
    pub fn n(&self) -> f64 {
        self.0.len() as f64
    }
}

/// Appends to values of which there may be many: beyond a size they grow by a quarter, not to the
/// double, so that little is set aside for what never comes.
pub fn push<T>(values: &mut Vec<T>, value: T) {
    const MANY: usize = 1 << 16;
    if values.len() == values.capacity() && values.len() >= MANY {
        values.reserve_exact(values.len() / 4);
    }
    values.push(value);
}

impl State for Values {
    fn names() -> Vec<&'static str> {
        Vec::new()
    }

    fn merge(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    fn parts(&self, _: impl FnMut(f64)) {}

    fn from_parts(_: impl Fn(usize) -> f64) -> Self {
        Self::default()
    }

    fn lists() -> Vec<&'static str> {
        vec!["values"]
    }

    fn list(&self, _: usize) -> impl Iterator<Item = f64> {
        self.0.iter().copied()
    }

    fn set_list(&mut self, _: usize, numbers: &[f64]) {
        self.0 = numbers.to_vec();
    }

    fn settle(&mut self) {
        self.0.sort_unstable_by(f64::total_cmp);
    }

    fn heap_bytes(&self) -> usize {
        self.0.capacity() * size_of::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settled_state_is_read_without_a_copy() {
        let mut values = Values::default();
        [3.0, -0.0, 2.0].into_iter().for_each(|x| values.update(x));
        assert!(matches!(values.sorted(), Cow::Owned(sorted) if sorted == [0.0, 2.0, 3.0]));
        values.settle();
        assert!(matches!(values.sorted(), Cow::Borrowed([0.0, 2.0, 3.0])));
        assert_eq!(values.n(), 3.0);
        let sorted = values.into_sorted();
        assert!(sorted == [0.0, 2.0, 3.0] && sorted[0].is_sign_positive());
    }

    #[test]
    fn many_values_set_little_aside() {
        let mut values = Values::default();
        for i in 0..1_000_000 {
            values.update(f64::from(i));
            assert!(values.heap_bytes() <= 8 * (values.0.len() * 5 / 4).max(1 << 16));
            assert!(values.heap_bytes() >= 8 * values.0.len());
        }
    }
}
