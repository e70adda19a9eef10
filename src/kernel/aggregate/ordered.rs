//! The ordered weighted average.

use crate::kernel::state::sum::Sum;
use crate::kernel::units::power_of_two;

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

/// Orness of ordered weights, not all 0: `Σ (n - i) w_i / ((n - 1) Σ w_i)`; none of a single weight.
pub fn orness(weights: &[f64]) -> Option<f64> {
    let last = weights.len().checked_sub(1).filter(|&last| last > 0)? as f64;
    // Divided by a power of two, which rounds nothing: the sum of large ones need not be finite.
    let unit = power_of_two(weights.iter().copied().fold(0.0, f64::max));
    let (mut parts, mut all) = (Sum::default(), Sum::default());
    for (i, weight) in weights.iter().enumerate() {
        parts.add_product((last - i as f64) / last, weight / unit);
        all.add(weight / unit);
    }
    (all.value() > 0.0).then(|| parts.divided_by(all.value()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::robust::random::Draw;

    #[test]
    fn orness_worked_by_hand() {
        for (weights, want) in [
            (&[1.0, 0.0, 0.0][..], 1.0),
            (&[0.0, 0.0, 5.0], 0.0),
            (&[2.0, 2.0, 2.0, 2.0], 0.5),
            (&[0.4, 0.3, 0.2, 0.1], (3.0 * 0.4 + 2.0 * 0.3 + 0.2) / 3.0),
            (&[f64::MAX, f64::MAX], 0.5),
        ] {
            let got = orness(weights).expect("several weights");
            assert!((got - want).abs() < 1e-15, "{weights:?}: {got}");
        }
        assert_eq!((orness(&[1.0]), orness(&[])), (None, None));
    }

    /// It is the average of the scores 1, (n - 2) / (n - 1), ..., 0, and of turned weights 1 less it.
    #[test]
    fn orness_is_an_ordered_average() {
        let mut draw = Draw::new(2, 0);
        for case in 0..200 {
            let n = 2 + case % 9;
            let weights: Vec<f64> = (0..n).map(|_| draw.uniform()).collect();
            let got = orness(&weights).expect("several weights");
            let scores: Vec<f64> = (0..n).map(|i| i as f64 / (n - 1) as f64).collect();
            let average = ordered(&equal(&scores), &weights).expect("an average");
            assert!((got - average).abs() < 1e-14, "{got} {average}");
            let turned: Vec<f64> = weights.into_iter().rev().collect();
            assert!((orness(&turned).expect("an orness") - (1.0 - got)).abs() < 1e-14);
        }
    }

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
