use super::Sum;

/// Skewness, bias-corrected (type 2, the one of SAS, SPSS and Excel):
/// `G₁ = √(n (n - 1)) / (n - 2) · m₃ / m₂^(3/2)`; none below three values or if they are all the
/// same.
pub fn skewness(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let [m2, m3, _] = central(values).filter(|_| n >= 3.0)?;
    Some((n * (n - 1.0)).sqrt() / (n - 2.0) * (m3 / (m2 * m2.sqrt())))
}

/// Excess kurtosis, bias-corrected (type 2):
/// `G₂ = (n - 1) / ((n - 2)(n - 3)) · ((n + 1)(m₄ / m₂² - 3) + 6)`; none below four values or if
/// they are all the same.
pub fn kurtosis(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let [m2, _, m4] = central(values).filter(|_| n >= 4.0)?;
    let g2 = m4 / (m2 * m2) - 3.0;
    Some((n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * g2 + 6.0))
}

/// Central moments of order 2, 3 and 4 of the values over the largest deviation, so that no
/// power of them overflows or vanishes; none of a constant.
fn central(values: &[f64]) -> Option<[f64; 3]> {
    let n = values.len() as f64;
    let first = *values.first()?;
    if values.iter().all(|&x| x == first) {
        return None;
    }
    let mean_of = |values: &mut dyn Iterator<Item = f64>| {
        let mut sum = Sum::default();
        values.for_each(|x| sum.add(x));
        sum.divided_by(n)
    };
    let mean = mean_of(&mut values.iter().copied());
    // What the rounding of the mean left out matters where the mean dwarfs the deviations.
    let rest = mean_of(&mut values.iter().map(|x| x - mean));
    let deviation = |x: f64| (x - mean) - rest;
    let largest = values.iter().map(|&x| deviation(x).abs()).fold(0.0, f64::max);
    let moment = |k| mean_of(&mut values.iter().map(|&x| (deviation(x) / largest).powi(k)));
    Some([moment(2), moment(3), moment(4)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: Option<f64>, b: f64) -> bool {
        a.is_some_and(|a| (a - b).abs() <= 1e-13 * b.abs().max(1.0))
    }

    #[test]
    fn worked_by_hand() {
        // 1 2 6: mean 3, deviations -2 -1 3, m2 14/3, m3 18/3: √6 · 6 / (14/3)^1.5
        assert!(close(skewness(&[1.0, 2.0, 6.0]), 6f64.sqrt() * 6.0 / (14f64 / 3.0).powf(1.5)));
        // 1 2 3 6: mean 3, deviations -2 -1 0 3, m2 14/4, m4 98/4, g2 = 2 - 3: 3/2 · (5 · -1 + 6)
        assert!(close(kurtosis(&[1.0, 2.0, 3.0, 6.0]), 1.5));
        assert_eq!(skewness(&[1.0, 2.0]), None);
        assert_eq!(kurtosis(&[1.0, 2.0, 6.0]), None);
        assert_eq!(skewness(&[0.1; 5]), None);
    }

    #[test]
    fn neither_a_large_mean_nor_a_large_scale_changes_the_shape() {
        let shape = [1.0, 2.0, 3.0, 6.0];
        let far = shape.map(|x| x + 1e12);
        let large = shape.map(|x| x * 1e300);
        let small = shape.map(|x| x * 1e-300);
        for other in [far, large, small] {
            assert!(close(skewness(&other), skewness(&shape).unwrap()));
            assert!(close(kurtosis(&other), 1.5));
        }
    }
}
