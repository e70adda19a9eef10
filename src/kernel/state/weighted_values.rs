//! All values, each with its weight.

use std::borrow::Cow;

use super::{coverage::Coverage, mergeable::State, sum::Sum, values::push};

/// All the values seen, each with its weight: for what needs more than one pass over them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WeightedValues {
    rows: Vec<(f64, f64)>,
    missing: Sum,
}

impl WeightedValues {
    /// Takes in one finite value with its weight (above 0). -0 is taken as 0, so that the two tie.
    #[inline]
    pub fn update(&mut self, x: f64, w: f64) {
        push(&mut self.rows, (x + 0.0, w));
    }

    /// Takes note of a value that is missing: what it counts for coverage.
    #[inline]
    pub fn miss(&mut self, counts: f64) {
        self.missing.add(counts);
    }

    /// Values with their weights, from the smallest to the largest value, and to the largest
    /// weight among equal ones: what follows does not depend on the order they came in. A copy
    /// unless the state is [settled](State::settle).
    pub fn sorted(&self) -> Cow<'_, [(f64, f64)]> {
        match self.rows.is_sorted() {
            true => Cow::Borrowed(&self.rows),
            false => {
                let mut copy = self.clone();
                copy.settle();
                Cow::Owned(copy.rows)
            }
        }
    }

    /// Whether enough was observed; not if there is nothing.
    pub fn covers(&self, coverage: Coverage) -> bool {
        let observed = self.rows.iter().map(|row| coverage.by.measure(row.1)).collect();
        coverage.is_met(observed, self.missing)
    }
}

impl State for WeightedValues {
    fn names() -> Vec<&'static str> {
        vec!["missing_high", "missing_low"]
    }

    fn merge(&mut self, other: &Self) {
        self.rows.extend_from_slice(&other.rows);
        self.missing.merge(&other.missing);
    }

    fn parts(&self, push: impl FnMut(f64)) {
        self.missing.parts(push);
    }

    fn from_parts(part: impl Fn(usize) -> f64) -> Self {
        Self { missing: Sum::from_parts(part), ..Self::default() }
    }

    fn lists() -> Vec<&'static str> {
        vec!["values", "weights"]
    }

    fn list(&self, position: usize) -> impl Iterator<Item = f64> {
        self.rows.iter().map(move |&(x, w)| if position == 0 { x } else { w })
    }

    fn set_list(&mut self, position: usize, numbers: &[f64]) {
        if position == 0 {
            self.rows = numbers.iter().map(|&x| (x, 0.0)).collect();
        } else {
            self.rows.iter_mut().zip(numbers).for_each(|(row, &w)| row.1 = w);
        }
    }

    fn settle(&mut self) {
        self.rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    }

    fn heap_bytes(&self) -> usize {
        self.rows.capacity() * size_of::<(f64, f64)>()
    }
}

/// Sum of the weights.
pub fn total(rows: &[(f64, f64)]) -> f64 {
    rows.iter().map(|row| row.1).collect::<Sum>().value()
}

/// Weighted mean; none of no values, NaN where the sums are beyond `f64`.
pub fn mean(rows: &[(f64, f64)]) -> Option<f64> {
    let sum: Sum = rows.iter().map(|&(x, w)| (w, x)).collect();
    let mean = sum.divided_by(total(rows));
    (!rows.is_empty()).then_some(if mean.is_finite() { mean } else { f64::NAN })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::state::coverage::CoverageBy;

    #[test]
    fn merging_keeps_each_value_with_its_weight() {
        let mut one = WeightedValues::default();
        one.update(3.0, 0.5);
        let mut other = WeightedValues::default();
        other.update(-0.0, 2.0);
        other.miss(2.5);
        one.merge(&other);
        assert_eq!(*one.sorted(), [(0.0, 2.0), (3.0, 0.5)]);
        assert!(one.sorted()[0].0.is_sign_positive() && one.heap_bytes() >= 2 * 16);
        let by = CoverageBy::Weight;
        assert!(one.covers(Coverage { min: 0.5, by }));
        assert!(!one.covers(Coverage { min: 0.51, by }));
        let mut read = WeightedValues::default();
        for position in [0, 1] {
            read.set_list(position, &one.list(position).collect::<Vec<_>>());
        }
        assert_eq!(read.sorted(), one.sorted());
        one.settle();
        assert!(matches!(one.sorted(), Cow::Borrowed(_)));
    }

    #[test]
    fn weights_that_sum_to_no_f64_have_no_mean() {
        assert!(mean(&[(0.0, f64::MAX), (0.0, f64::MAX)]).is_some_and(f64::is_nan));
        assert_eq!((mean(&[(1.0, 1.0), (4.0, 2.0)]), mean(&[])), (Some(3.0), None));
    }
}
