//! What the values of a set are like: how they lie, how many are the same, how many lie far out.

use super::quantile::quantile;
use crate::kernel::state::moments::Moments;

/// How far from the quartiles a value is an outlier, in distances between the quartiles (Tukey).
const FENCE: f64 = 1.5;

/// Values from the smallest to the largest.
#[derive(Debug, Clone, Copy)]
pub struct Distribution<'a>(&'a [f64]);

impl<'a> Distribution<'a> {
    /// Of finite values in ascending order.
    pub fn of_sorted(sorted: &'a [f64]) -> Self {
        Self(sorted)
    }

    /// How many are 0.
    pub fn zeros(self) -> usize {
        self.0.iter().filter(|x| **x == 0.0).count()
    }

    /// How many different ones there are.
    pub fn distinct(self) -> usize {
        self.runs().count()
    }

    /// How often the most frequent one is there; 0 of no values.
    pub fn same(self) -> usize {
        self.runs().map(<[f64]>::len).max().unwrap_or(0)
    }

    fn runs(self) -> impl Iterator<Item = &'a [f64]> {
        self.0.chunk_by(|a, b| a == b)
    }

    /// Quantile of type 7; none of no values, or beyond the range of `f64`.
    pub fn quantile(self, p: f64) -> Option<f64> {
        finite(quantile(self.0, p))
    }

    /// Mean and sample standard deviation; none where there are too few values, or beyond the range of
    /// `f64`.
    pub fn mean_and_sd(self) -> [Option<f64>; 2] {
        let mut moments = Moments::default();
        self.0.iter().for_each(|&x| moments.update(x));
        [finite(moments.mean()), finite(moments.sd())]
    }

    /// How many lie more than one and a half times the distance between the quartiles below the first of
    /// them, and above the third.
    pub fn outliers(self) -> (usize, usize) {
        let (Some(q1), Some(q3)) = (self.quantile(0.25), self.quantile(0.75)) else {
            return (0, 0);
        };
        let reach = FENCE * (q3 - q1);
        let below = self.0.partition_point(|x| *x < q1 - reach);
        let above = self.0.len() - self.0.partition_point(|x| *x <= q3 + reach);
        (below, above)
    }
}

fn finite(x: Option<f64>) -> Option<f64> {
    x.filter(|x| x.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // Quartiles 1 and 3: outliers are below -2 and above 6.
        let values = [-2.5, -2.0, 0.0, 1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 6.0, 6.5, 90.0];
        let all = Distribution::of_sorted(&values);
        assert_eq!((all.quantile(0.25), all.quantile(0.75)), (Some(1.0), Some(3.0)));
        assert_eq!(all.outliers(), (1, 2));
        assert_eq!((all.zeros(), all.distinct(), all.same()), (1, 9, 3));
        let few = Distribution::of_sorted(&values[3..4]);
        assert_eq!(few.mean_and_sd(), [Some(1.0), None]);
        assert_eq!((few.outliers(), few.same()), ((0, 0), 1));
    }

    #[test]
    fn no_values_and_values_at_the_ends_of_the_range() {
        let none = Distribution::of_sorted(&[]);
        assert_eq!((none.same(), none.distinct(), none.outliers()), (0, 0, (0, 0)));
        assert_eq!((none.quantile(0.5), none.mean_and_sd()), (None, [None, None]));
        let wide = [f64::MIN, f64::MIN, 0.0, f64::MAX, f64::MAX];
        let wide = Distribution::of_sorted(&wide);
        assert_eq!(wide.outliers(), (0, 0));
        // Their sum leaves the range on its way.
        assert_eq!(wide.mean_and_sd(), [None, None]);
    }
}
