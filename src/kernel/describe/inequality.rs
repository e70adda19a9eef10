//! Inequality: Gini and Theil.

use crate::kernel::state::sum::Sum;
use crate::kernel::state::weighted_values::{mean, total};

/// Gini coefficient of sorted values >= 0 (NaN where their sum is beyond `f64`):
/// `Σᵢ Σⱼ wᵢ wⱼ |xᵢ - xⱼ| / (2 (Σ w)² mean)`; none where the mean is 0 or there are no values.
///
/// Summed over the steps between neighbours, `(xₖ₊₁ - xₖ) Sₖ (S - Sₖ)`, none of which is negative:
/// nothing cancels.
pub fn gini(sorted: &[(f64, f64)]) -> Option<f64> {
    let mean = mean(sorted).filter(|&mean| mean != 0.0)?;
    let weight = total(sorted);
    let (mut below, mut sum) = (Sum::default(), Sum::default());
    for pair in sorted.windows(2) {
        below.add(pair[0].1);
        let share = below.value() / weight;
        sum.add_product((pair[1].0 - pair[0].0) * share, 1.0 - share);
    }
    Some(sum.value() / mean)
}

/// Theil's T of values >= 0 (NaN where their sum is beyond `f64`):
/// `Σ w (x / mean) ln(x / mean) / Σ w` with `0 ln 0 = 0`; none where the mean is 0 or there are no
/// values.
pub fn theil(rows: &[(f64, f64)]) -> Option<f64> {
    let mean = mean(rows).filter(|&mean| mean != 0.0)?;
    if !mean.is_finite() {
        return Some(mean);
    }
    let mut sum = Sum::default();
    for &(x, w) in rows {
        // The deviations add up to 0. Without them no term is negative: nothing cancels.
        let (share, deviation) = (x / mean, (x - mean) / mean);
        let term = if share == 0.0 {
            0.0
        } else if share < 0.5 {
            share * share.ln()
        } else {
            (1.0 + deviation) * deviation.ln_1p()
        };
        sum.add_product(w, term - deviation);
    }
    Some((sum.value() / total(rows)).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(values: &[f64]) -> Vec<(f64, f64)> {
        values.iter().map(|&x| (x, 1.0)).collect()
    }

    #[test]
    fn gini_worked_by_hand() {
        // |1 - 3| counted twice: 4 / (2 · 4 · 2)
        assert_eq!(gini(&equal(&[1.0, 3.0])), Some(0.25));
        // one of four has everything: (n - 1) / n
        assert_eq!(gini(&equal(&[0.0, 0.0, 0.0, 8.0])), Some(0.75));
        assert_eq!(gini(&equal(&[0.1; 3])), Some(0.0));
        assert_eq!(gini(&equal(&[0.0, 0.0])), None);
        // three of 0 and one of 8, as weights
        assert_eq!(gini(&[(0.0, 3.0), (8.0, 1.0)]), Some(0.75));
    }

    #[test]
    fn theil_worked_by_hand() {
        // mean 2: (0.5 ln 0.5 + 1.5 ln 1.5) / 2
        let want = (0.5 * 0.5f64.ln() + 1.5 * 1.5f64.ln()) / 2.0;
        assert!((theil(&equal(&[1.0, 3.0])).unwrap() - want).abs() < 1e-15);
        // one of four has everything: ln n
        assert!((theil(&equal(&[0.0, 0.0, 0.0, 8.0])).unwrap() - 4f64.ln()).abs() < 1e-15);
        assert_eq!(theil(&equal(&[0.1; 3])), Some(0.0));
        assert_eq!(theil(&[]), None);
        // 1e-20 is nothing beside 1, but no 0; nor 1e10 beside 1e30
        for values in [[1e-20, 1.0], [1e10, 1e30]] {
            assert!((theil(&equal(&values)).unwrap() - 2f64.ln()).abs() < 1e-15);
        }
    }

    #[test]
    fn theil_of_a_small_share() {
        // mean 4: (1/4 ln 1/4 + 7/4 ln 7/4) / 2
        let want = (0.25 * 0.25f64.ln() + 1.75 * 1.75f64.ln()) / 2.0;
        assert!((theil(&equal(&[1.0, 7.0])).unwrap() - want).abs() < 1e-15);
    }
}
