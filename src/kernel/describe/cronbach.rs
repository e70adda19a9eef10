//! Cronbach's alpha.

use super::pairs::Pairs;
use crate::kernel::{matrix::Matrix, state::sum::Sum};

/// Cronbach's alpha of all columns: `k / (k - 1) (1 - Σ variances / Σ covariances)`, the
/// covariances pairwise. None below two columns, without shared rows, or if nothing varies.
pub fn cronbach(matrix: &Matrix) -> Option<f64> {
    let k = matrix.columns();
    if k < 2 {
        return None;
    }
    let pairs = Pairs::of(matrix);
    // Alpha has no unit; in that of the largest column nothing overflows.
    let unit = pairs.scales.iter().copied().fold(0.0, f64::max);
    let (mut variances, mut total) = (Sum::default(), Sum::default());
    for a in 0..k {
        for b in 0..k {
            let covariance = pairs.covariance(a, b, unit)?;
            total.add(covariance);
            if a == b {
                variances.add(covariance);
            }
        }
    }
    let k = k as f64;
    let total = Some(total.value()).filter(|&total| total != 0.0)?;
    Some(k / (k - 1.0) * (1.0 - variances.value() / total))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: f64 = f64::NAN;

    fn close(got: Option<f64>, want: f64) {
        assert!(got.is_some_and(|got| (got - want).abs() < 1e-12), "{got:?} must be {want}");
    }

    #[test]
    fn alpha_worked_by_hand() {
        // Variances 1 and 1, covariance 0.5: 2 (1 - 2 / 3).
        let matrix = Matrix::of(&[&[1.0, 2.0, 3.0], &[1.0, 3.0, 2.0]]);
        close(cronbach(&matrix), 2.0 / 3.0);
    }

    /// By numpy.cov of each pair of columns over the rows that both have.
    #[test]
    fn alpha_of_columns_with_gaps() {
        let alpha = |columns: [&[f64]; 3]| cronbach(&Matrix::of(&columns));
        let x = [1.0, 2.0, 4.0, 3.0, NONE, 6.0];
        let (y, z) = ([1.0, 3.0, 2.0, NONE, 5.0, 7.0], [4.0, 2.0, NONE, 8.0, 6.0, 18.0]);
        close(alpha([&x, &y, &z]), 0.8867099322799097);
        let large = [&x, &y, &z].map(|column| column.map(|x| x * 1e200));
        close(alpha([&large[0], &large[1], &large[2]]), 0.8867099322799097);
        let y = [100.0, 300.0, 200.0, NONE, 500.0, 700.0];
        close(alpha([&x, &y, &[2e5, 1e5, NONE, 4e5, 3e5, 9e5]]), 0.002390014019072406);
    }
}
