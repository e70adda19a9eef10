//! Means that are lower where the scores of a unit differ: Mazziotta-Pareto and mean-min.

use crate::kernel::state::sum::Sum;
use crate::kernel::state::weighted_values::{mean, total};

/// Mazziotta-Pareto index: `M + penalty · S · cv` with `cv = S / M`, where `M` is the weighted mean
/// and `S` the standard deviation of a unit's scores. `sample` divides by n - 1; none of one score
/// then. `Err` holds a mean that is not above 0.
pub fn mazziotta_pareto(
    rows: &[(f64, f64)],
    penalty: f64,
    sample: bool,
) -> Result<Option<f64>, f64> {
    let Some(mean) = mean(rows) else { return Ok(None) };
    if mean <= 0.0 {
        return Err(mean);
    }
    let n = rows.len() as f64;
    if sample && n < 2.0 {
        return Ok(None);
    }
    // Deviations in units of the mean: their squares neither overflow nor vanish.
    let squares = rows.iter().map(|&(x, w)| (w * ((x - mean) / mean), (x - mean) / mean));
    let variance = squares.collect::<Sum>().value() / total(rows);
    let variance = if sample { variance * (n / (n - 1.0)) } else { variance };
    Ok(Some(mean + penalty * variance * mean))
}

/// Mean-min function: `M - alpha (√((M - min)² + beta²) - beta)`; none of no scores.
pub fn mean_min(sorted: &[(f64, f64)], alpha: f64, beta: f64) -> Option<f64> {
    let mean = mean(sorted)?;
    let gap = mean - sorted.first()?.0;
    // √(d² + b²) - b, without the difference of two nearly equal numbers.
    let root = gap.hypot(beta) + beta;
    let unbalance = if root > 0.0 { gap / root * gap } else { 0.0 };
    Some(mean - alpha * unbalance)
}

/// Penalised mean: `M (1 - alpha (1 - min / max))`; none of no scores, 0 where `max` is.
pub fn penalised_mean(sorted: &[(f64, f64)], alpha: f64, max: f64) -> Option<f64> {
    let mean = mean(sorted)?;
    let gap = if max > 0.0 { (max - sorted.first()?.0) / max } else { 0.0 };
    Some(mean - alpha * gap * mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(values: &[f64]) -> Vec<(f64, f64)> {
        values.iter().map(|&x| (x, 1.0)).collect()
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-14 * b.abs()
    }

    #[test]
    fn mazziotta_pareto_worked_by_hand() {
        // 90 and 110: mean 100, variance 100 of the two, 200 of the sample: 100 - 1 and 100 - 2
        let rows = equal(&[90.0, 110.0]);
        assert_eq!(mazziotta_pareto(&rows, -1.0, false), Ok(Some(99.0)));
        assert_eq!(mazziotta_pareto(&rows, 1.0, false), Ok(Some(101.0)));
        assert_eq!(mazziotta_pareto(&rows, -1.0, true), Ok(Some(98.0)));
        assert_eq!(mazziotta_pareto(&equal(&[90.0]), -1.0, false), Ok(Some(90.0)));
        assert_eq!(mazziotta_pareto(&equal(&[90.0]), -1.0, true), Ok(None));
        assert_eq!(mazziotta_pareto(&equal(&[-1.0, 1.0]), -1.0, false), Err(0.0));
        // weights 3 and 1: mean 95, variance (3 · 25 + 225) / 4 = 75
        let weighted = [(90.0, 3.0), (110.0, 1.0)];
        assert_eq!(mazziotta_pareto(&weighted, -1.0, false), Ok(Some(95.0 - 75.0 / 95.0)));
    }

    #[test]
    fn penalised_mean_worked_by_hand() {
        let rows = equal(&[40.0, 80.0]);
        assert_eq!(penalised_mean(&rows, 0.0, 80.0), Some(60.0));
        assert_eq!(penalised_mean(&rows, 0.5, 80.0), Some(45.0));
        assert_eq!(penalised_mean(&rows, 0.5, 100.0), Some(42.0));
        assert_eq!(penalised_mean(&equal(&[0.0, 0.0]), 1.0, 0.0), Some(0.0));
        assert_eq!(penalised_mean(&[(0.0, 1.0), (8.0, 3.0)], 1.0, 8.0), Some(0.0));
        assert_eq!(penalised_mean(&[], 0.5, 1.0), None);
    }

    #[test]
    fn mean_min_worked_by_hand() {
        // mean 5, smallest 2, gap 3; beta 4: √(9 + 16) - 4 = 1
        let rows = equal(&[2.0, 8.0]);
        assert_eq!(mean_min(&rows, 0.0, 0.0), Some(5.0));
        assert_eq!(mean_min(&rows, 1.0, 0.0), Some(2.0));
        assert_eq!(mean_min(&rows, 0.5, 0.0), Some(3.5));
        assert!(close(mean_min(&rows, 1.0, 4.0).unwrap(), 4.0));
        assert_eq!(mean_min(&equal(&[3.0, 3.0]), 1.0, 0.0), Some(3.0));
    }
}
