//! The mean and the median, with the absolute deviations from them.

use super::quantile::{quantile, quantile_by};
use crate::kernel::state::sum::Sum;

/// Mean and mean absolute deviation from it, `Σ|x - mean| / n`; none of no values. The deviation
/// is exactly 0 where all values are the same.
pub fn mean_deviation(sorted: &[f64]) -> Option<(f64, f64)> {
    let (first, last) = (sorted.first()?, sorted.last()?);
    if first == last {
        return Some((*first, 0.0));
    }
    let n = sorted.len() as f64;
    let mean = sorted.iter().copied().collect::<Sum>().divided_by(n);
    let deviations: Sum = sorted.iter().map(|x| (x - mean).abs()).collect();
    Some((mean, deviations.divided_by(n)))
}

/// Median and median absolute deviation from it; none of no values.
pub fn median_deviation(sorted: &[f64]) -> Option<(f64, f64)> {
    let median = quantile(sorted, 0.5)?;
    // Away from the median they grow on either side: no list of them need be made and sorted.
    let (below, above) = sorted.split_at(sorted.partition_point(|&x| x < median));
    let deviation = |at: usize| {
        let (mut below, mut above) = (below.iter().rev().peekable(), above.iter().peekable());
        let mut next = || match (below.peek(), above.peek()) {
            (Some(&&a), Some(&&b)) if median - a <= b - median => below.next(),
            (Some(_), None) => below.next(),
            _ => above.next(),
        };
        (0..at).for_each(|_| _ = next());
        next().map(|x| (x - median).abs())
    };
    Some((median, quantile_by(sorted.len(), 0.5, deviation)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // mean 5, deviations 3 1 4
        assert_eq!(mean_deviation(&[2.0, 4.0, 9.0]), Some((5.0, 8.0 / 3.0)));
        // median 4, deviations 2 0 5
        assert_eq!(median_deviation(&[2.0, 4.0, 9.0]), Some((4.0, 2.0)));
        // median 2.5, deviations 1.5 0.5 0.5 7.5
        assert_eq!(median_deviation(&[1.0, 2.0, 3.0, 10.0]), Some((2.5, 1.0)));
        // median 7, deviations 6 5 0 1 2
        assert_eq!(median_deviation(&[1.0, 2.0, 7.0, 8.0, 9.0]), Some((7.0, 2.0)));
        // median 50, deviations 40 10 0 2 40
        assert_eq!(median_deviation(&[10.0, 40.0, 50.0, 52.0, 90.0]), Some((50.0, 10.0)));
        // median 1 + 2 EPSILON, as 1 + 1.5 EPSILON is rounded: deviations 0 and EPSILON
        let near = [1.0 + f64::EPSILON, 1.0 + 2.0 * f64::EPSILON];
        assert_eq!(median_deviation(&near), Some((near[1], f64::EPSILON / 2.0)));
        assert_eq!(mean_deviation(&[]), None);
        assert_eq!(median_deviation(&[]), None);
    }

    #[test]
    fn equal_values_do_not_deviate() {
        assert_eq!(mean_deviation(&[0.1; 3]), Some((0.1, 0.0)));
        assert_eq!(median_deviation(&[0.1; 3]), Some((0.1, 0.0)));
    }
}
