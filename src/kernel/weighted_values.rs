use std::borrow::Cow;

use super::values::push;
use super::{Coverage, State, Sum};

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
        let mut observed = Sum::default();
        self.rows.iter().for_each(|&(_, w)| observed.add(coverage.by.measure(w)));
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
pub(super) fn total(rows: &[(f64, f64)]) -> f64 {
    let mut weight = Sum::default();
    rows.iter().for_each(|&(_, w)| weight.add(w));
    weight.value()
}

/// Weighted mean; none of no values, NaN where the sums are beyond `f64`.
pub(super) fn mean(rows: &[(f64, f64)]) -> Option<f64> {
    let (mut sum, weight) = (Sum::default(), total(rows));
    rows.iter().for_each(|&(x, w)| sum.add_product(w, x));
    let mean = sum.divided_by(weight);
    (!rows.is_empty()).then_some(if mean.is_finite() { mean } else { f64::NAN })
}

/// Parts of the weight that differ by less than this share of all of it are the same: 0.1 + 0.2 is
/// half of 0.6, whatever its digits in binary.
const EVEN: f64 = 1e-12;

/// Weighted quantile `p` (0 to 1) of sorted values: at most `p` of the weight lies below it and at
/// most `1 - p` above. Where that is true of all numbers between two values, the middle of them.
/// Rows of one value are as good as one row with their weight, and only proportions of weights count.
pub fn weighted_quantile(sorted: &[(f64, f64)], p: f64) -> Option<f64> {
    let (&first, &last) = (sorted.first()?, sorted.last()?);
    let weight = total(sorted);
    if !weight.is_finite() {
        return Some(f64::NAN);
    }
    if p <= 0.0 {
        return Some(first.0);
    }
    let (below, slack) = (p * weight, EVEN * weight);
    let mut up_to = Sum::default();
    let mut low = None;
    for rows in sorted.chunk_by(|a, b| a.0 == b.0) {
        rows.iter().for_each(|&(_, w)| up_to.add(w));
        let (x, reached) = (rows[0].0, up_to.value());
        if low.is_none() && reached >= below - slack {
            low = Some(x);
        }
        if reached > below + slack {
            return Some(halfway(low.unwrap_or(x), x));
        }
    }
    // The weight of the largest value reaches the end, or all but a rounding error of it.
    Some(low.filter(|_| p < 1.0).map_or(last.0, |low| halfway(low, last.0)))
}

fn halfway(low: f64, high: f64) -> f64 {
    match high - low {
        way if way.is_finite() => low + 0.5 * way,
        _ => low / 2.0 + high / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::CoverageBy;

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

    fn quantile_of(rows: &[(f64, f64)], p: f64) -> f64 {
        let mut sorted = rows.to_vec();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        weighted_quantile(&sorted, p).unwrap()
    }

    #[test]
    fn quantiles_worked_by_hand() {
        // Half of the weight of the first three lies at their heaviest value, or beyond it.
        assert_eq!(quantile_of(&[(10.0, 0.001), (90.0, 0.999)], 0.5), 90.0);
        assert_eq!(quantile_of(&[(1.0, 1.0), (2.0, 1.0), (3.0, 5.0)], 0.5), 3.0);
        assert_eq!(quantile_of(&[(1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (4.0, 100.0)], 0.5), 4.0);
        assert_eq!(quantile_of(&[(1.0, 1.0), (2.0, 1.0), (3.0, 98.0)], 0.9), 3.0);
        // Below 20 lies a quarter: any number from 10 to 20 will do for p = 1/4.
        let rows = [(10.0, 1.0), (20.0, 2.0), (40.0, 1.0)];
        let of = |p| quantile_of(&rows, p);
        assert_eq!(
            [0.0, 0.25, 0.3, 0.5, 0.75, 0.8, 1.0].map(of),
            [10.0, 15.0, 20.0, 20.0, 30.0, 40.0, 40.0]
        );
        assert_eq!(weighted_quantile(&[], 0.5), None);
        assert_eq!(weighted_quantile(&[(5.0, 2.0)], 0.1), Some(5.0));
        assert_eq!(weighted_quantile(&[(5e-324, 2.0)], 0.5), Some(5e-324)); // half of it is none
        assert_eq!(quantile_of(&[(f64::MIN, 1.0), (f64::MAX, 1.0)], 0.5), 0.0);
    }

    #[test]
    fn equal_weights_have_the_ordinary_median() {
        for n in 1..12_u32 {
            let values: Vec<f64> = (0..n).map(|i| f64::from(i * i) / 7.0).collect();
            let rows: Vec<_> = values.iter().map(|&x| (x, 0.1)).collect();
            assert_eq!(weighted_quantile(&rows, 0.5), crate::kernel::quantile(&values, 0.5));
        }
    }

    #[test]
    fn a_row_may_be_split_and_rounding_tells_nothing() {
        let split = [(1.0, 3.0), (1.0, 1.0), (5.0, 2.0)];
        assert_eq!(quantile_of(&split, 0.3), 1.0);
        assert_eq!(quantile_of(&[(1.0, 4.0), (5.0, 2.0)], 0.3), 1.0);
        // 0.1 + 0.2 is half of 0.6: the middle of 2 and 3, in one row or in two.
        for unit in [1e-10, 1.0, 1e10] {
            let rows = [(1.0, 0.1 * unit), (2.0, 0.2 * unit), (3.0, 0.3 * unit)];
            assert_eq!(quantile_of(&rows, 0.5), 2.5);
        }
        assert_eq!(quantile_of(&[(1.0, 5e-324), (2.0, 5e-324)], 0.5), 1.5);
        assert_eq!(quantile_of(&[(1.0, 1.0), (2.0, 1e-15)], 1.0 - 1e-13), 1.5);
        assert_eq!(quantile_of(&[(2.0, 0.1), (2.0, 0.2), (3.0, 0.1), (3.0, 0.2)], 0.5), 2.5);
        assert_eq!(quantile_of(&[(2.0, 0.3), (3.0, 0.1), (4.0, 0.2)], 0.5), 2.5);
        // The ends are the smallest and the largest value, however little they weigh.
        let uneven = [(1.0, 1e-15), (2.0, 1.0), (3.0, 1e-15)];
        assert_eq!([0.0, 1.0].map(|p| quantile_of(&uneven, p)), [1.0, 3.0]);
    }

    /// Against the definition itself, and against the values repeated as often as they weigh.
    #[test]
    fn weights_are_repeated_rows() {
        let rows = [(3.0, 2.0), (1.0, 3.0), (7.0, 1.0), (4.0, 4.0), (3.0, 1.0)];
        let repeated: Vec<_> =
            rows.iter().flat_map(|&(x, w)| std::iter::repeat_n((x, 1.0), w as usize)).collect();
        for p in (0..=110).map(|i| f64::from(i) / 110.0) {
            let got = quantile_of(&rows, p);
            assert_eq!(got, quantile_of(&repeated, p));
            let below: f64 = rows.iter().filter(|row| row.0 < got).map(|row| row.1).sum();
            let above: f64 = rows.iter().filter(|row| row.0 > got).map(|row| row.1).sum();
            assert!(below <= 11.0 * p + 1e-9 && above <= 11.0 * (1.0 - p) + 1e-9, "{p}: {got}");
        }
    }

    #[test]
    fn weights_that_sum_to_no_f64_have_no_mean() {
        assert!(mean(&[(0.0, f64::MAX), (0.0, f64::MAX)]).is_some_and(f64::is_nan));
        assert_eq!((mean(&[(1.0, 1.0), (4.0, 2.0)]), mean(&[])), (Some(3.0), None));
    }
}
