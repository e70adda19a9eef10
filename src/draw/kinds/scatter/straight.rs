//! The straight line by least squares.

use crate::kernel::{Association, Matrix, Moments};

/// A line `y = intercept + slope x`, and how much of the variance of y lies on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Straight {
    pub slope: f64,
    pub intercept: f64,
    pub r_squared: f64,
    /// How far x reaches.
    ends: (f64, f64),
}

impl Straight {
    /// Through places; none of fewer than three, or where x or y does not vary.
    pub fn through(x: &[f64], y: &[f64]) -> Option<Self> {
        let both = Matrix::from_cells(x.len(), 2, [x, y].concat());
        let r = Association::Pearson.of(&both)[1].value.filter(|_| x.len() > 2)?;
        let moments = |values: &[f64]| {
            let mut moments = Moments::default();
            values.iter().for_each(|&value| moments.update(value));
            Some((moments.mean()?, moments.sd()?))
        };
        let ((mean_x, sd_x), (mean_y, sd_y)) = (moments(x)?, moments(y)?);
        let slope = r * (sd_y / sd_x);
        let ends = x.iter().fold((f64::MAX, f64::MIN), |(a, b), &x| (a.min(x), b.max(x)));
        let intercept = mean_y - slope * mean_x;
        let is_number = slope.is_finite() && intercept.is_finite();
        is_number.then_some(Self { slope, intercept, r_squared: r * r, ends })
    }

    /// Its ends as far as x and a range of y reach.
    pub fn within(&self, (low, high): (f64, f64)) -> Option<((f64, f64), (f64, f64))> {
        let y = |x: f64| self.intercept + self.slope * x;
        let x = |y: f64| (y - self.intercept) / self.slope;
        let clipped = |end: f64| match y(end) {
            at if at < low => x(low),
            at if at > high => x(high),
            _ => end,
        };
        let (from, to) = (clipped(self.ends.0), clipped(self.ends.1));
        (from.is_finite() && to.is_finite() && from < to).then(|| ((from, y(from)), (to, y(to))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // Deviations -1, 0, 1 and -1, 1, 0: slope 1/2, through (2, 2); r = 1/2.
        let line = Straight::through(&[1.0, 2.0, 3.0], &[1.0, 3.0, 2.0]).expect("a line");
        assert!((line.slope - 0.5).abs() < 1e-12 && (line.intercept - 1.0).abs() < 1e-12);
        assert!((line.r_squared - 0.25).abs() < 1e-12);
        assert_eq!(line.within((0.0, 9.0)), Some(((1.0, 1.5), (3.0, 2.5))));
        assert_eq!(line.within((2.0, 9.0)), Some(((2.0, 2.0), (3.0, 2.5))));
    }

    #[test]
    fn no_line_through_little() {
        assert_eq!(Straight::through(&[1.0, 2.0], &[1.0, 2.0]), None);
        assert_eq!(Straight::through(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!(Straight::through(&[1.0, 2.0, 3.0], &[4.0, 4.0, 4.0]), None);
    }
}
