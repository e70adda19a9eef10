//! Weights from rotated factors.

use crate::kernel::describe::factors::Factors;

/// The weight of an indicator with its factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FactorWeight {
    /// Its share of the factor times the share of the factor, rescaled to sum to 1.
    pub weight: f64,
    /// Position of the factor in which its squared loading is largest.
    pub factor: usize,
    /// Its loading there.
    pub loading: f64,
}

/// A squared loading is larger than another by more than rounding.
const ROUNDING: f64 = 1e-12;

/// A weight per column of the factors; none without factors.
///
/// The squared loading over the variance of the factor, times that variance over the sum of all
/// variances, is the squared loading over that sum: rescaled to sum to 1, the squared loading.
pub fn factor_weights(factors: &Factors) -> Option<Vec<FactorWeight>> {
    let strongest = |j: usize| {
        let mut found: Option<FactorWeight> = None;
        for (factor, loadings) in factors.loadings.iter().enumerate() {
            let (loading, weight) = (loadings[j], loadings[j].powi(2));
            if found.is_none_or(|found| weight > found.weight + ROUNDING) {
                found = Some(FactorWeight { weight, factor, loading });
            }
        }
        found
    };
    let mut weights: Vec<FactorWeight> =
        (0..factors.columns.len()).map(strongest).collect::<Option<_>>()?;
    let total: f64 = weights.iter().map(|found| found.weight).sum();
    weights.iter_mut().for_each(|found| found.weight /= total);
    Some(weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // Variances 1.25 and 0.5; shares of the factors 0.64 / 1.25, 0.36 / 0.5 and 0.61 / 1.25,
        // times 1.25 / 1.75 and 0.5 / 1.75: 0.64, 0.36 and 0.61 to each other.
        let (a, c) = (-0.8, 0.61_f64.sqrt());
        let factors = Factors {
            columns: vec![0, 2, 3],
            variances: vec![1.25, 0.5],
            loadings: vec![vec![a, 0.0, c], vec![0.0, 0.6, 0.14_f64.sqrt()]],
        };
        let found = factor_weights(&factors).expect("weights");
        for (found, (weight, factor, loading)) in
            found.iter().zip([(0.64, 0, a), (0.36, 1, 0.6), (0.61, 0, c)])
        {
            assert!((found.weight - weight / 1.61).abs() < 1e-15, "{found:?}");
            assert_eq!((found.factor, found.loading), (factor, loading));
        }
    }

    #[test]
    fn as_large_a_loading_later_does_not_count_and_no_factor_is_no_weight() {
        let (x, more) = (0.5_f64.sqrt(), (0.5_f64 + 1e-14).sqrt());
        let mut factors = Factors {
            columns: vec![0],
            variances: vec![0.5, 0.5],
            loadings: vec![vec![x], vec![more]],
        };
        let found = factor_weights(&factors).expect("weights");
        assert_eq!((found[0].factor, found[0].weight), (0, 1.0));
        factors.loadings.clear();
        assert_eq!(factor_weights(&factors), None);
    }
}
