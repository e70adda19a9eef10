use super::State;

/// All the values seen: for what no smaller state can tell (median, quantiles, ranks).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values(Vec<f64>);

impl Values {
    /// Takes in one finite value. -0 is taken as 0, so that the two tie.
    #[inline]
    pub fn update(&mut self, x: f64) {
        self.0.push(x + 0.0);
    }

    /// The values, from the smallest to the largest.
    pub fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        sorted
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Quantile `p` (0 to 1) of sorted values: linear between order statistics at `p (n - 1)`, counted
/// from 0 (type 7 of Hyndman and Fan, the default of R, numpy and Excel). None of no values.
pub fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    quantile_by(sorted.len(), p, |at| sorted.get(at).copied())
}

/// The same of `n` values of which `value` gives the one at a position, counted from 0.
pub(super) fn quantile_by(n: usize, p: f64, value: impl Fn(usize) -> Option<f64>) -> Option<f64> {
    let at = p * (n.checked_sub(1)? as f64);
    // 0.07 of 100 steps is the 7th value, in spite of the last digit of the product.
    let at = if (at - at.round()).abs() <= 4.0 * f64::EPSILON * at { at.round() } else { at };
    let (below, share) = (at.floor(), at - at.floor());
    let low = value(below as usize)?;
    match value(below as usize + 1) {
        Some(high) if share > 0.0 => Some(low + share * (high - low)),
        _ => Some(low),
    }
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

    fn list(&self, _: usize) -> &[f64] {
        &self.0
    }

    fn set_list(&mut self, _: usize, numbers: Vec<f64>) {
        self.0 = numbers;
    }

    fn heap_bytes(&self) -> usize {
        self.0.capacity() * size_of::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_worked_by_hand() {
        let sorted = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(quantile(&sorted, 0.0), Some(1.0));
        assert_eq!(quantile(&sorted, 0.5), Some(3.0)); // position 1.5
        assert_eq!(quantile(&sorted, 0.9), Some(4.0 + (2.7 - 2.0) * 4.0)); // position 2.7
        assert_eq!(quantile(&sorted, 1.0), Some(8.0));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
