//! Outliers, drawn in until the shape of the distribution passes.

use crate::kernel::describe::shape::{kurtosis, skewness};

/// What the shape of a distribution may be without outliers being suspected: skewness nearer to 0
/// than one limit, or excess kurtosis below another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShapeLimits {
    /// `|skewness|` below this passes.
    pub skewness: f64,
    /// Excess kurtosis below this passes.
    pub kurtosis: f64,
}

impl ShapeLimits {
    /// Whether the values pass; none where that is not defined: fewer than three values or all
    /// the same, or a skewness beyond its limit and no kurtosis.
    pub fn pass(&self, values: &[f64]) -> Option<bool> {
        if skewness(values)?.abs() < self.skewness {
            return Some(true);
        }
        Some(kurtosis(values)? < self.kurtosis)
    }
}

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
    fn too_few_or_equal_values_neither_pass_nor_fail() {
        let limits = ShapeLimits { skewness: 2.0, kurtosis: 3.5 };
        assert_eq!(limits.pass(&[0.1; 5]), None);
        assert_eq!(limits.pass(&[1.0, 1.0, 4.0]), Some(true)); // sqrt 3 is below 2
        assert_eq!(ShapeLimits { skewness: 1.0, ..limits }.pass(&[1.0, 1.0, 4.0]), None);
    }

    #[test]
    fn a_shape_at_a_limit_does_not_pass() {
        // Even, so without skewness; (1 4)² / 4: m2 = 1.25, m4 = 2.5625, g2 = -1.36, times 5 plus
        // 6 is -0.8, times 3 / 2 is -1.2.
        let pass = |skewness, kurtosis| {
            ShapeLimits { skewness, kurtosis }.pass(&[1.0, 2.0, 3.0, 4.0]).unwrap()
        };
        assert!(!pass(0.0, -2.0) && pass(0.0, -1.0) && pass(0.1, -2.0));
    }
}
