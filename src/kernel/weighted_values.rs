use super::{State, Sum, covers};

/// All the values seen, each with its weight: for what needs more than one pass over them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WeightedValues {
    values: Vec<f64>,
    weights: Vec<f64>,
    missing: Sum,
}

impl WeightedValues {
    /// Takes in one finite value with its weight (above 0). -0 is taken as 0, so that the two tie.
    #[inline]
    pub fn update(&mut self, x: f64, w: f64) {
        self.values.push(x + 0.0);
        self.weights.push(w);
    }

    /// Takes note of the weight of a value that is missing.
    #[inline]
    pub fn miss(&mut self, w: f64) {
        self.missing.add(w);
    }

    /// Values with their weights, from the smallest to the largest value, and to the largest
    /// weight among equal ones: what follows does not depend on the order they came in.
    pub fn sorted(&self) -> Vec<(f64, f64)> {
        let mut sorted: Vec<_> =
            self.values.iter().copied().zip(self.weights.iter().copied()).collect();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        sorted
    }

    /// Whether at least `min_coverage` of the weight was observed; not if there is no weight.
    pub fn covers(&self, min_coverage: f64) -> bool {
        let mut weight = Sum::default();
        self.weights.iter().for_each(|&w| weight.add(w));
        covers(weight, self.missing, min_coverage)
    }
}

impl State for WeightedValues {
    fn names() -> Vec<&'static str> {
        vec!["missing_high", "missing_low"]
    }

    fn merge(&mut self, other: &Self) {
        self.values.extend_from_slice(&other.values);
        self.weights.extend_from_slice(&other.weights);
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

    fn list(&self, position: usize) -> &[f64] {
        if position == 0 { &self.values } else { &self.weights }
    }

    fn set_list(&mut self, position: usize, numbers: Vec<f64>) {
        if position == 0 {
            self.values = numbers;
        } else {
            self.weights = numbers;
        }
    }

    fn heap_bytes(&self) -> usize {
        (self.values.capacity() + self.weights.capacity()) * size_of::<f64>()
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
    let is_in_range = mean.is_finite() && weight.is_finite();
    (!rows.is_empty()).then_some(if is_in_range { mean } else { f64::NAN })
}

/// Weighted quantile `p` (0 to 1) of sorted values: linear between the points `(t, x)` with
/// `t = (S - w/2 - w₁/2) / (Sₙ - w₁/2 - wₙ/2)`, where `S` is the sum of the weights up to and with
/// that of `x`. With equal weights `t = (k - 1) / (n - 1)`, type 7 of Hyndman and Fan.
pub fn weighted_quantile(sorted: &[(f64, f64)], p: f64) -> Option<f64> {
    let (&first, &last) = (sorted.first()?, sorted.last()?);
    if sorted.iter().all(|row| row.1 == first.1) {
        let values: Vec<f64> = sorted.iter().map(|row| row.0).collect();
        return super::quantile(&values, p);
    }
    let weight = total(sorted);
    if !weight.is_finite() {
        return Some(f64::NAN);
    }
    let at = p * (weight - first.1 / 2.0 - last.1 / 2.0);
    let mut below = Sum::default();
    for pair in sorted.windows(2) {
        let [(low, left), (high, right)] = [pair[0], pair[1]];
        let way = (left + right) / 2.0;
        let start = below.value();
        below.add(left / 2.0);
        below.add(right / 2.0);
        if at < below.value() {
            return Some(low + ((at - start) / way).clamp(0.0, 1.0) * (high - low));
        }
    }
    Some(last.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_keeps_each_value_with_its_weight() {
        let mut one = WeightedValues::default();
        one.update(3.0, 0.5);
        let mut other = WeightedValues::default();
        other.update(-0.0, 2.0);
        other.miss(2.5);
        one.merge(&other);
        assert_eq!(one.sorted(), [(0.0, 2.0), (3.0, 0.5)]);
        assert!(one.covers(0.5) && !one.covers(0.51));
    }

    #[test]
    fn equal_weights_give_type_7() {
        let sorted: Vec<_> = [1.0, 2.0, 4.0, 8.0].map(|x| (x, 3.0)).into();
        assert_eq!(weighted_quantile(&sorted, 0.5), Some(3.0));
        assert_eq!(weighted_quantile(&sorted, 1.0), Some(8.0));
        assert_eq!(weighted_quantile(&[], 0.5), None);
        assert_eq!(weighted_quantile(&[(5.0, 2.0)], 0.1), Some(5.0));
    }

    #[test]
    fn unequal_weights_worked_by_hand() {
        // weights 1 2 1: points at 0, 1.5 and 3 of 3
        let sorted = [(10.0, 1.0), (20.0, 2.0), (40.0, 1.0)];
        assert_eq!(weighted_quantile(&sorted, 0.0), Some(10.0));
        assert_eq!(weighted_quantile(&sorted, 0.25), Some(15.0));
        assert_eq!(weighted_quantile(&sorted, 0.5), Some(20.0));
        assert_eq!(weighted_quantile(&sorted, 0.75), Some(30.0));
        assert_eq!(weighted_quantile(&sorted, 1.0), Some(40.0));
    }
}
