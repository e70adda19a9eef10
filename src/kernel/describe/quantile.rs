//! Quantiles, of values and of values with weights.

use crate::kernel::state::{sum::Sum, weighted_values::total};

/// Quantile `p` (0 to 1) of sorted values: linear between order statistics at `p (n - 1)`, counted
/// from 0 (type 7 of Hyndman and Fan, the default of R, numpy and Excel). None of no values.
pub fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    quantile_by(sorted.len(), p, |at| sorted.get(at).copied())
}

/// The same of `n` values of which `value` gives the one at a position, counted from 0.
pub fn quantile_by(n: usize, p: f64, value: impl Fn(usize) -> Option<f64>) -> Option<f64> {
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

    #[test]
    fn quantiles_worked_by_hand() {
        let sorted = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(quantile(&sorted, 0.0), Some(1.0));
        assert_eq!(quantile(&sorted, 0.5), Some(3.0)); // position 1.5
        assert_eq!(quantile(&sorted, 0.9), Some(4.0 + (2.7 - 2.0) * 4.0)); // position 2.7
        assert_eq!(quantile(&sorted, 1.0), Some(8.0));
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[f64::MIN, f64::MAX], 0.0), Some(f64::MIN));
    }

    fn quantile_of(rows: &[(f64, f64)], p: f64) -> f64 {
        let mut sorted = rows.to_vec();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        weighted_quantile(&sorted, p).unwrap()
    }

    #[test]
    fn weighted_quantiles_worked_by_hand() {
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
            assert_eq!(weighted_quantile(&rows, 0.5), quantile(&values, 0.5));
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
}
