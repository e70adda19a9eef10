//! The straight line between two observations.

/// The value at `t` on the straight line through two points in time.
#[inline]
pub fn between((t0, x0): (f64, f64), (t1, x1): (f64, f64), t: f64) -> f64 {
    let share = (t - t0) / (t1 - t0);
    match x1 - x0 {
        rise if rise.is_finite() => x0 + share * rise,
        // The difference of two finite numbers may not be one.
        _ => x0 * (1.0 - share) + x1 * share,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_runs_over_time() {
        assert_eq!(between((2015.0, 10.0), (2019.0, 18.0), 2016.0), 12.0);
        assert!(between((0.0, f64::MIN), (2.0, f64::MAX), 1.0).abs() < 1e300);
        for t in 0..=7 {
            assert_eq!(between((0.0, 0.1), (7.0, 0.1), f64::from(t)), 0.1);
        }
    }
}
