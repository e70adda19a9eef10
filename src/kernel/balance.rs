//! Means that look at how the scores of a unit differ: what is uneven counts for less.

use super::Sum;
use super::weighted_values::{mean, total};

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
    let mut sum = Sum::default();
    // Deviations in units of the mean: their squares neither overflow nor vanish.
    for &(x, w) in rows {
        let deviation = (x - mean) / mean;
        sum.add_product(w * deviation, deviation);
    }
    let variance = sum.value() / total(rows);
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

/// Ordered weighted average: the best score takes the first weight. With another number of scores
/// than weights, the weights are read off their cumulated share, linear between `i / n`. None where
/// no score is left or the weights that are left are 0.
pub fn ordered(sorted: &[(f64, f64)], weights: &[f64]) -> Option<f64> {
    let n = sorted.len();
    let (mut sum, mut weight) = (Sum::default(), Sum::default());
    for (i, &(x, _)) in sorted.iter().rev().enumerate() {
        let w = match n == weights.len() {
            true => weights[i],
            false => between(weights, i as f64 / n as f64, (i + 1) as f64 / n as f64),
        };
        sum.add_product(w, x);
        weight.add(w);
    }
    (weight.value() != 0.0).then(|| sum.divided_by(weight.value()))
}

/// Weight between two shares of the list, each weight spread evenly over its part of it.
fn between(weights: &[f64], from: f64, to: f64) -> f64 {
    let m = weights.len() as f64;
    let mut sum = Sum::default();
    for (j, &w) in weights.iter().enumerate() {
        let overlap = (to * m).min(j as f64 + 1.0) - (from * m).max(j as f64);
        if overlap > 0.0 {
            sum.add_product(w, overlap);
        }
    }
    sum.value()
}

/// Coupling degree, development and coordination of scores >= 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coupling {
    /// `C = n (Π u)^(1/n) / Σ u`: 1 where all are the same, 0 where one is 0.
    pub coupling: f64,
    /// `T`, the weighted mean.
    pub development: f64,
    /// `D = √(C T)`.
    pub coordination: f64,
}

/// The coupling coordination degree; none of no scores. Without any development (all scores 0)
/// nothing is coupled: all three are 0.
pub fn coupling(rows: &[(f64, f64)]) -> Option<Coupling> {
    let development = mean(rows)?;
    let n = rows.len() as f64;
    let (mut sum, mut logarithms) = (Sum::default(), Sum::default());
    rows.iter().for_each(|row| sum.add(row.0));
    let mean = sum.divided_by(n);
    let coupling = if rows.iter().any(|row| row.0 == 0.0) {
        0.0
    } else {
        rows.iter().for_each(|row| logarithms.add((row.0 / mean).ln()));
        logarithms.divided_by(n).exp().min(1.0)
    };
    Some(Coupling { coupling, development, coordination: (coupling * development).sqrt() })
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
    fn mean_min_worked_by_hand() {
        // mean 5, smallest 2, gap 3; beta 4: √(9 + 16) - 4 = 1
        let rows = equal(&[2.0, 8.0]);
        assert_eq!(mean_min(&rows, 0.0, 0.0), Some(5.0));
        assert_eq!(mean_min(&rows, 1.0, 0.0), Some(2.0));
        assert_eq!(mean_min(&rows, 0.5, 0.0), Some(3.5));
        assert!(close(mean_min(&rows, 1.0, 4.0).unwrap(), 4.0));
        assert_eq!(mean_min(&equal(&[3.0, 3.0]), 1.0, 0.0), Some(3.0));
    }

    #[test]
    fn ordered_worked_by_hand() {
        let rows = equal(&[1.0, 2.0, 6.0]);
        assert_eq!(ordered(&rows, &[1.0, 0.0, 0.0]), Some(6.0)); // the best
        assert_eq!(ordered(&rows, &[0.0, 0.0, 1.0]), Some(1.0)); // the worst
        assert_eq!(ordered(&rows, &[1.0, 1.0, 2.0]), Some(2.5)); // (6 + 2 + 2) / 4
        // Two scores, three weights: halves of 1 1 2 are 1.5 and 2.5 of 4.
        assert_eq!(
            ordered(&equal(&[2.0, 6.0]), &[1.0, 1.0, 2.0]),
            Some((6.0 * 1.5 + 2.0 * 2.5) / 4.0)
        );
        assert_eq!(ordered(&[], &[1.0]), None);
    }

    #[test]
    fn coupling_worked_by_hand() {
        // 0.2 and 0.8: 2 · 0.4 / 1 = 0.8; mean 0.5; √0.4
        let both = coupling(&equal(&[0.2, 0.8])).unwrap();
        assert!(close(both.coupling, 0.8) && both.development == 0.5);
        assert!(close(both.coordination, 0.4f64.sqrt()));
        let same = coupling(&equal(&[0.3; 4])).unwrap();
        assert_eq!((same.coupling, same.development), (1.0, 0.3));
        let none = coupling(&equal(&[0.0, 0.9])).unwrap();
        assert_eq!((none.coupling, none.coordination), (0.0, 0.0));
    }
}
