//! How many digits the numbers of a column are shown with.

/// Digits of a number that are shown, wherever its point is.
const SIGNIFICANT: usize = 6;

/// Decimals that are shown of numbers that are not small.
const DECIMALS: usize = 6;

/// Digits that the smallest number keeps at least, and decimals that it may take for that.
const KEPT: usize = 3;
const MOST_DECIMALS: usize = 9;

/// Numbers from here on have exponents.
const LARGE: f64 = 1e15;

/// The digits of a column: one number of decimals, so that the points stand under each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digits {
    /// So many decimals.
    Fixed(usize),
    /// So many decimals before an exponent.
    Exponent(usize),
}

impl Digits {
    /// As few as show each number with six digits, with one decimal at least. None becomes zero that
    /// is not; where that takes too many, all have exponents.
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let (mut needed, mut least, mut significant, mut is_large) = (1, 1, 1, false);
        for value in values.filter(|value| value.is_finite() && *value != 0.0) {
            let (digits, exponent) = shape(value);
            let decimals = |digits: usize| {
                let digits = i32::try_from(digits).unwrap_or(i32::MAX);
                usize::try_from(digits - 1 - exponent).unwrap_or(0)
            };
            needed = needed.max(decimals(digits));
            least = least.max(decimals(digits.min(KEPT)));
            significant = significant.max(digits);
            is_large |= value.abs() >= LARGE;
        }
        if is_large || least > MOST_DECIMALS {
            return Self::Exponent(significant - 1);
        }
        Self::Fixed(needed.min(least.max(DECIMALS)))
    }

    /// A number.
    pub fn shown(self, value: f64) -> String {
        match self {
            Self::Fixed(decimals) => format!("{value:.decimals$}"),
            Self::Exponent(decimals) => {
                let text = format!("{value:.decimals$e}");
                let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
                match exponent.strip_prefix('-') {
                    Some(exponent) => format!("{mantissa}e-{exponent:0>2}"),
                    None => format!("{mantissa}e+{exponent:0>2}"),
                }
            }
        }
    }
}

/// The digits that a number has, six at most, and the exponent of the first.
fn shape(value: f64) -> (usize, i32) {
    let text = format!("{:.*e}", SIGNIFICANT - 1, value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = mantissa.trim_end_matches('0').bytes().filter(u8::is_ascii_digit).count();
    (digits.max(1), exponent.parse().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(values: &[f64]) -> Vec<String> {
        let digits = Digits::of(values.iter().copied());
        values.iter().map(|value| digits.shown(*value)).collect()
    }

    #[test]
    fn points_stand_under_each_other() {
        assert_eq!(shown(&[0.5, 12.25, 7.0]), ["0.50", "12.25", "7.00"]);
        assert_eq!(shown(&[1.0, 2.0]), ["1.0", "2.0"]);
        assert_eq!(shown(&[1.0 / 3.0, 200.0 / 3.0]), ["0.333333", "66.666667"]);
        assert_eq!(shown(&[0.1 + 0.2]), ["0.3"]);
        assert_eq!(shown(&[45_123.456_7, 812.345_6]), ["45123.457", "812.346"]);
        assert_eq!(shown(&[-2.5, 0.0]), ["-2.5", "0.0"]);
        assert_eq!(shown(&[0.0]), ["0.0"]);
    }

    #[test]
    fn nothing_is_rounded_before_its_point_and_nothing_becomes_zero() {
        assert_eq!(shown(&[1_234_567.0, 123_456_789.0]), ["1234567.0", "123456789.0"]);
        assert_eq!(shown(&[1_234_567.8]), ["1234567.8"]);
        assert_eq!(shown(&[0.5, 0.000_123_456_7]), ["0.500000", "0.000123"]);
        assert_eq!(shown(&[0.5, 0.000_001_234]), ["0.50000000", "0.00000123"]);
        assert_eq!(shown(&[0.5, 1e-12]), ["5e-01", "1e-12"]);
        assert_eq!(shown(&[2.5e300, -1.0]), ["2.5e+300", "-1.0e+00"]);
        assert_eq!(shown(&[0.999_999_9]), ["1.0"]);
        assert_eq!(shown(&[f64::MIN_POSITIVE]), ["2.22507e-308"]);
    }
}
