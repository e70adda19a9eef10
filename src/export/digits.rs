//! How many digits the numbers of a column are shown with.

/// Digits of a number that are shown, wherever its point is.
const SIGNIFICANT: usize = 6;

/// Decimals that are shown of numbers that are not small.
const DECIMALS: usize = 6;

/// Digits that the smallest number keeps at least, and decimals that it may take for that.
const KEPT: usize = 3;
const MOST_DECIMALS: usize = 9;

/// Digits, or decimals, of numbers that are read and not computed with.
const READ: usize = 4;

/// What is left of a sum of nothing, of its largest part.
const NOTHING: f64 = 1e-12;

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

    /// The same for a page that is read and not computed with: where a column has numbers of more digits than those,
    /// which nobody printed, four digits of its largest number are shown, and three of the smallest if four decimals
    /// have them. None becomes zero that is not, but for what arithmetic leaves of nothing.
    #[cfg_attr(not(feature = "draw"), allow(dead_code))]
    pub fn for_readers(values: impl Iterator<Item = f64> + Clone) -> Self {
        let counted = values.filter(|value| value.is_finite() && *value != 0.0);
        let largest = counted.clone().map(f64::abs).fold(0.0, f64::max);
        if largest >= LARGE || counted.clone().all(is_short) {
            return Self::of(counted);
        }
        let mut needed = decimals(largest, READ).max(1);
        for value in counted.filter(|value| value.abs() > largest * NOTHING) {
            needed = needed.max(decimals(value, KEPT).min(READ)).max(decimals(value, 1));
        }
        match needed > MOST_DECIMALS {
            true => Self::Exponent(READ - 1),
            false => Self::Fixed(needed),
        }
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

/// The decimals that show so many digits of a number.
fn decimals(value: f64, digits: usize) -> usize {
    let (_, exponent) = shape(value);
    let digits = i32::try_from(digits).unwrap_or(i32::MAX);
    usize::try_from(digits - 1 - exponent).unwrap_or(0)
}

/// Whether six digits are all that a number has.
fn is_short(value: f64) -> bool {
    let text = format!("{:.*e}", SIGNIFICANT - 1, value);
    let shown: f64 = text.parse().unwrap_or(value);
    (shown - value).abs() <= value.abs() * NOTHING
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
    fn readers_see_few_digits_of_what_was_computed() {
        let shown = |values: &[f64]| {
            let digits = Digits::for_readers(values.iter().copied());
            values.iter().map(|value| digits.shown(*value)).collect::<Vec<_>>()
        };
        // What was printed stays.
        assert_eq!(shown(&[153.99, 154.1]), ["153.99", "154.10"]);
        assert_eq!(shown(&[0.1 + 0.2, 85_415.0]), ["0.3", "85415.0"]);
        assert_eq!(shown(&[200.0 / 3.0, 0.5]), ["66.667", "0.500"]);
        assert_eq!(shown(&[185.632_981_277, 100.0]), ["185.6", "100.0"]);
        assert_eq!(shown(&[40_830.042_09, 6.08]), ["40830.04", "6.08"]);
        assert_eq!(shown(&[0.101_234_375, -0.004_928_184]), ["0.1012", "-0.0049"]);
        assert_eq!(shown(&[1.0 / 3.0, 0.000_012]), ["0.33333", "0.00001"]);
        assert_eq!(shown(&[1.0 / 3.0, 1e-15]), ["0.3333", "0.0000"]);
        assert_eq!(shown(&[1e-12 / 3.0]), ["3.333e-13"]);
        assert_eq!(shown(&[]), Vec::<String>::new());
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
