//! From a value to a score: the normalisation formulas, given a scale.
//!
//! `direction` is 1 where more is better and -1 where less is; it turns the scale round together
//! with its goalposts, so that a high score is always good. A scale without length (a constant
//! reference set) gives no score.

/// Min-max: `lower + (upper - lower) * (x - min) / (max - min)`; direction -1: `(max - x)` above.
#[inline]
pub fn minmax(
    x: f64,
    (min, max): (f64, f64),
    (lower, upper): (f64, f64),
    direction: f64,
) -> Option<f64> {
    let share = share_of_range(x, (min, max), direction)?;
    Some(lower + (upper - lower) * share)
}

/// Goalposts: the share of the way from the lower to the upper goalpost, cut to 0..1 if
/// `truncate`, times `scale`.
#[inline]
pub fn goalposts(
    x: f64,
    (lower, upper): (f64, f64),
    scale: f64,
    direction: f64,
    truncate: bool,
) -> Option<f64> {
    let share = share_of_range(x, (lower, upper), direction)?;
    Some(scale * if truncate { share.clamp(0.0, 1.0) } else { share })
}

#[inline]
fn share_of_range(x: f64, (min, max): (f64, f64), direction: f64) -> Option<f64> {
    let range = max - min;
    let way = if direction < 0.0 { max - x } else { x - min };
    if range.is_finite() && way.is_finite() {
        (range > 0.0).then(|| way / range)
    } else {
        // A range beyond the largest f64: halve everything, the share is the same.
        share_of_range(x / 2.0, (min / 2.0, max / 2.0), direction)
    }
}

/// Z-score: `to_mean + to_sd * direction * (x - mean) / sd`.
#[inline]
pub fn zscore(
    x: f64,
    (mean, sd): (f64, f64),
    (to_mean, to_sd): (f64, f64),
    direction: f64,
) -> Option<f64> {
    (sd > 0.0).then(|| to_mean + to_sd * (direction * (x - mean) / sd))
}

/// Base period = 100: `100 x / base`; direction -1: `100 base / x`.
#[inline]
pub fn base(x: f64, base: f64, direction: f64) -> f64 {
    if direction < 0.0 { 100.0 * base / x } else { 100.0 * x / base }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minmax_worked_by_hand() {
        assert_eq!(minmax(3.0, (1.0, 5.0), (0.0, 1.0), 1.0), Some(0.5));
        assert_eq!(minmax(2.0, (1.0, 5.0), (1.0, 101.0), 1.0), Some(26.0));
        assert_eq!(minmax(2.0, (1.0, 5.0), (1.0, 101.0), -1.0), Some(76.0));
        assert_eq!(minmax(2.0, (2.0, 2.0), (0.0, 1.0), 1.0), None);
    }

    #[test]
    fn the_whole_range_of_f64_is_a_range() {
        assert_eq!(minmax(0.0, (f64::MIN, f64::MAX), (0.0, 1.0), 1.0), Some(0.5));
    }

    #[test]
    fn goalposts_cut_what_lies_beyond() {
        assert_eq!(goalposts(90.0, (20.0, 85.0), 100.0, 1.0, true), Some(100.0));
        assert_eq!(goalposts(150.0, (20.0, 85.0), 1.0, 1.0, false), Some(2.0));
        assert_eq!(goalposts(85.0, (20.0, 85.0), 1.0, -1.0, true), Some(0.0));
    }

    #[test]
    fn zscore_and_base_worked_by_hand() {
        assert_eq!(zscore(7.0, (5.0, 2.0), (0.0, 1.0), -1.0), Some(-1.0));
        assert_eq!(zscore(7.0, (5.0, 2.0), (100.0, 15.0), 1.0), Some(115.0));
        assert_eq!(zscore(7.0, (7.0, 0.0), (0.0, 1.0), 1.0), None);
        assert_eq!(base(150.0, 100.0, 1.0), 150.0);
        assert_eq!(base(200.0, 100.0, -1.0), 50.0);
    }
}
