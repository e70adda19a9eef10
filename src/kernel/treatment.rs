use super::{ShapeLimits, skewness};

/// Bounds that values are drawn in to, so that the shape of the distribution passes.
///
/// While it does not, all values equal to the largest (for a skewness below 0: the smallest) are
/// set to the next one; until it passes, or `max_points` values were moved or, by ties, more. A
/// move that would leave all values the same is not made. `sorted` holds the values from the
/// smallest to the largest; the answer is the smallest and the largest value that is left, none
/// where the shape passed, or had none, from the start.
pub fn draw_in(sorted: &[f64], limits: ShapeLimits, max_points: f64) -> Option<(f64, f64)> {
    let mut values = sorted.to_vec();
    let (mut low, mut high) = (0, values.len()); // those outside low..high were moved
    let moved = |low: usize, high: usize| (low + sorted.len() - high) as f64;
    while moved(low, high) < max_points && limits.pass(&values) == Some(false) {
        let (bottom, top) = (values[low], values[high - 1]);
        if skewness(&values)? >= 0.0 {
            let next = low + values[low..high].partition_point(|&x| x < top);
            if values[next - 1] == bottom {
                break;
            }
            high = next;
            let top = values[high - 1];
            values[high..].fill(top);
        } else {
            let next = low + values[low..high].partition_point(|&x| x <= bottom);
            if values[next] == top {
                break;
            }
            low = next;
            let bottom = values[low];
            values[..low].fill(bottom);
        }
    }
    (moved(low, high) > 0.0).then(|| (values[low], values[high - 1]))
}

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

    const LIMITS: ShapeLimits = ShapeLimits { skewness: 2.0, kurtosis: 3.5 };

    #[test]
    fn one_far_point_is_drawn_in() {
        let mut values: Vec<f64> = (1..10).map(f64::from).collect();
        values.push(100.0);
        assert_eq!(draw_in(&values, LIMITS, 5.0), Some((1.0, 9.0)));
        assert_eq!(draw_in(&values, LIMITS, 0.0), None);
        let mut mirrored: Vec<f64> = values.iter().map(|x| -x).collect();
        mirrored.reverse();
        assert_eq!(draw_in(&mirrored, LIMITS, 5.0), Some((-9.0, -1.0)));
    }

    #[test]
    fn ties_are_moved_together() {
        let mut values: Vec<f64> = (1..21).map(f64::from).collect();
        values.extend([100.0, 100.0]);
        assert_eq!(draw_in(&values, LIMITS, 1.0), Some((1.0, 20.0)));
    }

    #[test]
    fn not_all_values_become_the_same() {
        let mut values = vec![0.0; 9];
        values.push(1.0);
        assert_eq!(draw_in(&values, LIMITS, 5.0), None);
        values.push(2.0);
        assert_eq!(draw_in(&values, LIMITS, 5.0), Some((0.0, 1.0)));
    }

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

    #[test]
    fn box_cox_worked_by_hand() {
        assert!((box_cox(4.0, 0.5) - 2.0).abs() < 1e-15);
        assert_eq!(box_cox(1.0, 3.0), 0.0);
        assert_eq!(box_cox(8.0, 0.0), 8f64.ln());
        assert!((box_cox(10.0, 100.0) / 1e98 - 1.0).abs() < 1e-15);
        assert!((box_cox(8.0, 1e-15) - 8f64.ln()).abs() < 1e-14);
    }
}
