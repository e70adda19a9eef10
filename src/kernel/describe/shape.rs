//! Skewness and kurtosis.

use crate::kernel::{state::sum::Sum, units::power_of_two};

/// Sample skewness, corrected for bias (type 2 of Joanes and Gill, as in Excel and SPSS):
/// `g1 sqrt(n (n - 1)) / (n - 2)` with `g1 = m3 / m2^1.5`. None below three values or where all
/// are the same.
pub fn skewness(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let [third, _] = standardised_moments(values).filter(|_| values.len() >= 3)?;
    Some(third * (n * (n - 1.0)).sqrt() / (n - 2.0))
}

/// Sample excess kurtosis, corrected for bias (type 2 of Joanes and Gill):
/// `((n + 1) g2 + 6) (n - 1) / ((n - 2) (n - 3))` with `g2 = m4 / m2^2 - 3`. None below four
/// values or where all are the same.
pub fn kurtosis(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let [_, fourth] = standardised_moments(values).filter(|_| values.len() >= 4)?;
    Some(((n + 1.0) * (fourth - 3.0) + 6.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0)))
}

/// Third and fourth moment about the mean in units of the second; none where all values are the
/// same.
fn standardised_moments(values: &[f64]) -> Option<[f64; 2]> {
    let min = values.iter().copied().fold(f64::INFINITY, f64::min);
    let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if min >= max {
        return None;
    }
    // In a unit in which no power of a value can overflow or vanish.
    let unit = 1.0 / power_of_two(min.abs().max(max.abs()));
    let n = values.len() as f64;
    let mut sum: Sum = values.iter().map(|x| x * unit).collect();
    let mean = sum.divided_by(n);
    sum.add_product(-mean, n);
    let rest_of_mean = sum.value() / n; // counts where the mean is far larger than the deviation
    let deviation = |x: f64| (x * unit - mean) - rest_of_mean;
    let size = deviation(max).max(-deviation(min));
    let [mut second, mut third, mut fourth] = [Sum::default(); 3];
    for &x in values {
        let z = deviation(x) / size;
        second.add_product(z, z);
        third.add_product(z * z, z);
        fourth.add_product(z * z, z * z);
    }
    let m2 = second.divided_by(n);
    Some([third.divided_by(n) / (m2 * m2.sqrt()), fourth.divided_by(n) / (m2 * m2)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: Option<f64>, b: f64) -> bool {
        a.is_some_and(|a| (a - b).abs() <= 1e-14 * b.abs())
    }

    #[test]
    fn worked_by_hand() {
        // 1 1 4: mean 2, m2 = 2, m3 = 2, g1 = 1/sqrt 2, times sqrt 6
        assert!(close(skewness(&[1.0, 1.0, 4.0]), 3f64.sqrt()));
        // 0 0 0 4: mean 1, m2 = 3, m4 = 21, g2 = 21/9 - 3 = -2/3; (5 (-2/3) + 6) 3 / 2 = 4
        assert!(close(kurtosis(&[0.0, 0.0, 0.0, 4.0]), 4.0));
    }

    #[test]
    fn as_recorded_from_coinr() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 100.0];
        assert!(close(skewness(&values), 3.118_895_745_239_087_5));
        assert!(close(kurtosis(&values), 9.799_244_716_163_662));
    }

    #[test]
    fn too_few_or_equal_values_have_no_shape() {
        assert_eq!(skewness(&[1.0, 2.0]), None);
        assert_eq!(kurtosis(&[1.0, 2.0, 4.0]), None);
        assert_eq!(skewness(&[0.1; 5]), None);
    }

    #[test]
    fn size_does_not_matter() {
        let shape = |factor: f64| skewness(&[1.0, 1.0, 4.0].map(|x| x * factor));
        assert!(close(shape(4e307), 3f64.sqrt()) && close(shape(1e-300), 3f64.sqrt()));
        assert!(close(skewness(&[1e12 + 1.0, 1e12 + 1.0, 1e12 + 4.0]), 3f64.sqrt()));
    }

    #[test]
    fn what_the_rounded_mean_leaves_out_counts() {
        // 0 1 1 beside 2^52: the mean is 2/3 above it, where there are whole numbers only.
        let far = [0.0, 1.0, 1.0].map(|x| 2f64.powi(52) + x);
        assert!(close(skewness(&far), -3f64.sqrt()));
    }
}
