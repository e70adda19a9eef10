//! A correlation and how often chance alone gives one as large.

use statrs::function::beta::beta_reg;

/// The correlation of two columns.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Correlation {
    /// None below three shared rows, or where a column does not vary in them.
    pub value: Option<f64>,
    /// Shared rows.
    pub n: usize,
    /// Two-sided, of no correlation.
    pub p_value: Option<f64>,
}

/// With the p value of the t distribution with n - 2 degrees of freedom.
pub fn with_t_test(value: Option<f64>, n: usize) -> Correlation {
    let value = value.filter(|_| n >= 3);
    let tail = |r: f64| {
        // P(|t| > t0) = I(df / (df + t0²)), and df / (df + t0²) = 1 - r².
        let rest = (1.0 - r) * (1.0 + r);
        let freedom = n as f64 - 2.0;
        if rest > 0.0 { beta_reg(freedom / 2.0, 0.5, rest) } else { 0.0 }
    };
    Correlation { value, n, p_value: value.map(tail) }
}
