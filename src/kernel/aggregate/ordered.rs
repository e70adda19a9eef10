//! The ordered weighted average.

use crate::kernel::state::sum::Sum;

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
    let overlap = |j: usize| (to * m).min(j as f64 + 1.0) - (from * m).max(j as f64);
    let parts = weights.iter().enumerate().map(|(j, &w)| (w, overlap(j)));
    parts.filter(|part| part.1 > 0.0).collect::<Sum>().value()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(values: &[f64]) -> Vec<(f64, f64)> {
        values.iter().map(|&x| (x, 1.0)).collect()
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
}
