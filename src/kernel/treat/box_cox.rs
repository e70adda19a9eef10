//! The Box-Cox transformation.

/// Box-Cox transformation of `x > 0`: `(x^lambda - 1) / lambda`, `ln x` for `lambda = 0`.
#[inline]
pub fn box_cox(x: f64, lambda: f64) -> f64 {
    let exponent = lambda * x.ln();
    match lambda {
        0.0 => x.ln(),
        // Near 1 the difference of the power and 1 loses its digits.
        _ if exponent.abs() < 0.1 => exponent.exp_m1() / lambda,
        _ => (x.powf(lambda) - 1.0) / lambda,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn box_cox_worked_by_hand() {
        assert!((box_cox(4.0, 0.5) - 2.0).abs() < 1e-15);
        assert_eq!(box_cox(1.0, 3.0), 0.0);
        assert_eq!(box_cox(8.0, 0.0), 8f64.ln());
        assert!((box_cox(10.0, 100.0) / 1e98 - 1.0).abs() < 1e-15);
        assert!((box_cox(8.0, 1e-15) - 8f64.ln()).abs() < 1e-14);
    }
}
