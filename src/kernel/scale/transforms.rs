//! Transformations: an indicator in another measure of itself, so that a step at one end of it counts as
//! much as a step at the other.

/// Why a value has no transformed value.
pub type Outside = String;

/// A value that must be above something.
fn above(name: &str, x: f64, bound: f64) -> Result<f64, Outside> {
    match x > bound {
        true => Ok(x),
        false => Err(format!("{name} must be > {bound}, got {x}")),
    }
}

/// `ln(x + plus)`.
pub fn ln(x: f64, plus: f64) -> Result<f64, Outside> {
    above("value", x, -plus + 0.0).map(|x| (x + plus).ln())
}

/// `log10(x + plus)`.
pub fn log10(x: f64, plus: f64) -> Result<f64, Outside> {
    above("value", x, -plus + 0.0).map(|x| (x + plus).log10())
}

/// The square root.
pub fn sqrt(x: f64) -> Result<f64, Outside> {
    match x >= 0.0 {
        true => Ok(x.sqrt()),
        false => Err(format!("value must be >= 0, got {x}")),
    }
}

/// `x^exponent` of values from 0 on, where it rises or falls throughout.
pub fn power(x: f64, exponent: f64) -> Result<f64, Outside> {
    if exponent == 0.0 {
        return Err("exponent must not be 0, got 0".to_owned());
    }
    if exponent < 0.0 {
        return above("value", x, 0.0).map(|x| x.powf(exponent));
    }
    match x >= 0.0 {
        true => Ok(x.powf(exponent)),
        false => Err(format!("value must be >= 0, got {x}")),
    }
}

/// `1 / x` of values above 0.
pub fn reciprocal(x: f64) -> Result<f64, Outside> {
    above("value", x, 0.0).map(f64::recip)
}

/// `ln(x / (whole - x))`: the log odds of a share of the whole.
pub fn logit(x: f64, whole: f64) -> Result<f64, Outside> {
    if whole <= 0.0 {
        return Err(format!("whole must be > 0, got {whole}"));
    }
    match x > 0.0 && x < whole {
        true => Ok((x / (whole - x)).ln()),
        false => Err(format!("value must be between 0 and {whole}, neither of them, got {x}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transformations_worked_by_hand() {
        assert_eq!(ln(1.0, 0.0), Ok(0.0));
        assert_eq!(ln(0.0, 1.0), Ok(0.0));
        assert_eq!(log10(99.0, 1.0), Ok(2.0));
        assert_eq!(sqrt(9.0), Ok(3.0));
        assert_eq!(power(3.0, 2.0), Ok(9.0));
        assert_eq!(power(4.0, -0.5), Ok(0.5));
        assert_eq!(reciprocal(8.0), Ok(0.125));
        assert_eq!(logit(50.0, 100.0), Ok(0.0));
        assert_eq!(logit(0.8, 1.0).map(|x| (x - 4_f64.ln()).abs() < 1e-12), Ok(true));
    }

    #[test]
    fn values_outside_their_domain_say_what_must_be() {
        let said = |outcome: Result<f64, Outside>| outcome.err().unwrap_or_default();
        assert_eq!(said(ln(0.0, 0.0)), "value must be > 0, got 0");
        assert_eq!(said(ln(-2.0, 1.0)), "value must be > -1, got -2");
        assert_eq!(said(sqrt(-1.0)), "value must be >= 0, got -1");
        assert_eq!(said(power(0.0, -1.0)), "value must be > 0, got 0");
        assert_eq!(said(power(-8.0, 3.0)), "value must be >= 0, got -8");
        assert_eq!(said(power(1.0, 0.0)), "exponent must not be 0, got 0");
        assert_eq!(said(reciprocal(0.0)), "value must be > 0, got 0");
        assert_eq!(said(logit(1.0, 1.0)), "value must be between 0 and 1, neither of them, got 1");
        assert_eq!(said(logit(1.0, 0.0)), "whole must be > 0, got 0");
    }

    #[test]
    fn each_rises_or_falls_throughout() {
        let values = [0.01, 0.02, 0.3, 0.5, 0.77, 0.99];
        let of = |transform: &dyn Fn(f64) -> Result<f64, Outside>| -> Vec<f64> {
            values.iter().map(|&x| transform(x).unwrap_or(f64::NAN)).collect()
        };
        let rises: [Vec<f64>; 6] = [
            of(&|x| ln(x, 0.0)),
            of(&|x| log10(x, 2.0)),
            of(&sqrt),
            of(&|x| power(x, 1.7)),
            of(&|x| logit(x, 1.0)),
            of(&|x| reciprocal(x).map(|y| -y)),
        ];
        for transformed in rises {
            assert!(transformed.windows(2).all(|pair| pair[0] < pair[1]), "{transformed:?}");
        }
        let falls = of(&|x| power(x, -0.4));
        assert!(falls.windows(2).all(|pair| pair[0] > pair[1]), "{falls:?}");
    }
}
