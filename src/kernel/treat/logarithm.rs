//! Logarithms of values that may lie anywhere.

use crate::kernel::describe::shape::skewness;

/// Logarithms that shorten the long tail of a distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Log {
    /// `ln(x - min + 0.01 (max - min))`.
    Range,
    /// As `Range`, but a long tail on the low side is mirrored first and back again:
    /// `-ln(max - x + 0.01 (max - min))`.
    RangeMirrored,
    /// `ln(x - min + 1)`.
    Shift,
}

impl Log {
    /// The logarithm of each of the values; none where all are the same and the form is in units
    /// of the range.
    pub fn of(self, sorted: &[f64]) -> Option<impl Fn(f64) -> f64 + use<>> {
        const SHARE: f64 = 0.01;
        let (&min, &max) = (sorted.first()?, sorted.last()?);
        let shift = match self {
            Self::Shift => 1.0,
            Self::Range | Self::RangeMirrored => SHARE * (max - min),
        };
        let is_mirrored = self == Self::RangeMirrored && skewness(sorted).is_some_and(|s| s < 0.0);
        (shift > 0.0).then_some(move |x: f64| match is_mirrored {
            true => -(max - x + shift).ln(),
            false => (x - min + shift).ln(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_worked_by_hand() {
        let sorted = [1.0, 2.0, 101.0];
        let log = |form: Log, x| form.of(&sorted).map(|log| log(x));
        assert_eq!(log(Log::Range, 1.0), Some(0.0)); // ln(0 + 0.01 * 100)
        assert_eq!(log(Log::Shift, 101.0), Some(101f64.ln()));
        assert_eq!(log(Log::RangeMirrored, 2.0), Some(2f64.ln())); // the tail is on the high side
        let mirrored = Log::RangeMirrored.of(&[-101.0, -2.0, -1.0]).map(|log| log(-2.0));
        assert_eq!(mirrored, Some(-(2f64.ln())));
        let even = Log::RangeMirrored.of(&[1.0, 2.0, 3.0]).map(|log| log(1.0));
        assert_eq!(even, Some(0.02_f64.ln())); // no tail on either side
        assert!(Log::Range.of(&[3.0, 3.0]).is_none());
        assert_eq!(Log::Shift.of(&[3.0, 3.0]).map(|log| log(3.0)), Some(0.0));
    }
}
