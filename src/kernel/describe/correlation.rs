//! The correlations of all columns of a matrix with each other: Pearson's, Spearman's, Kendall's.

use super::coefficient::{Correlation, with_t_test};
use super::pairs::{Pairs, mirrored};
use super::rank_correlation::{Room, order};
use crate::kernel::matrix::Matrix;
use crate::kernel::parallel::{Executor, InTurn};

/// Kinds of correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Association {
    /// Linear.
    Pearson,
    /// Pearson's, of the average ranks among the shared rows.
    Spearman,
    /// Kendall's tau-b: pairs of rows in the same less those in the other order.
    Kendall,
}

impl Association {
    /// The correlations of all pairs of columns, row after row of their square.
    pub fn of(self, matrix: &Matrix) -> Vec<Correlation> {
        let Ok(all) = self.of_with(matrix, &InTurn);
        all
    }

    /// The same, the work done by someone else: the answer does not depend on who does it.
    ///
    /// # Errors
    /// The work was given up.
    pub fn of_with<W: Executor>(
        self,
        matrix: &Matrix,
        work: &W,
    ) -> Result<Vec<Correlation>, W::Error> {
        let columns = matrix.columns();
        if self == Self::Pearson {
            let pairs = Pairs::of_with(matrix, work)?;
            let correlation = |(a, b)| with_t_test(pairs.correlation(a, b), pairs.pair(a, b).n);
            let row = |a: usize| (a..columns).map(|b| correlation((a, b))).collect();
            return Ok(mirrored(&work.each(columns, row)?, |correlation| correlation));
        }
        let orders = work.each(columns, |j| order(matrix.column(j)))?;
        let row = |a: usize| {
            let mut room = Room::new(matrix.rows());
            let correlation = |b: usize| {
                let (x, y) = (matrix.column(a), matrix.column(b));
                let mut correlation = match self {
                    Self::Kendall => room.kendall(&orders[a], x, y),
                    _ => room.spearman((&orders[a], &orders[b]), x, y),
                };
                if a == b && correlation.value.is_some() {
                    correlation.value = Some(1.0);
                }
                correlation
            };
            (a..columns).map(correlation).collect()
        };
        Ok(mirrored(&work.each(columns, row)?, |correlation| correlation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: f64 = f64::NAN;

    fn close(got: Option<f64>, want: f64) {
        assert!(got.is_some_and(|got| (got - want).abs() < 1e-12), "{got:?} must be {want}");
    }

    #[test]
    fn pearson_worked_by_hand() {
        // Deviations -1, 0, 1 and -1, 1, 0: 1 / sqrt(2 * 2).
        let all = Association::Pearson.of(&Matrix::of(&[&[1.0, 2.0, 3.0], &[1.0, 3.0, 2.0]]));
        close(all[1].value, 0.5);
        assert_eq!(all[0].value, Some(1.0));
        // One degree of freedom: p = 1 - 2 atan(t) / pi with t = 0.5 / sqrt(0.75).
        let t = 0.5 / 0.75_f64.sqrt();
        close(all[1].p_value, 1.0 - 2.0 * t.atan() / std::f64::consts::PI);
    }

    #[test]
    fn a_shared_part_far_from_the_mean_is_computed_about_its_own() {
        let x = [1.0, 2.0, 3.0, 4e12];
        let y = [1.0, 3.0, 2.0, NONE];
        close(Association::Pearson.of(&Matrix::of(&[&x, &y]))[1].value, 0.5);
        let constant = [5.0, 5.0, 5.0, 4e12];
        assert_eq!(Association::Pearson.of(&Matrix::of(&[&constant, &y]))[1].value, None);
        // Either way round.
        close(Association::Pearson.of(&Matrix::of(&[&y, &x]))[1].value, 0.5);
        assert_eq!(Association::Pearson.of(&Matrix::of(&[&y, &constant]))[1].value, None);
    }

    #[test]
    fn the_means_of_a_few_shared_rows_are_taken_out() {
        // Shared: as above, 1 2 3 and 1 3 2; the rest shifts the mean of each column a little.
        let matrix = Matrix::of(&[&[1.0, 2.0, 3.0, NONE, 2.25], &[1.0, 3.0, 2.0, 1.5, NONE]]);
        close(Association::Pearson.of(&matrix)[1].value, 0.5);
    }

    #[test]
    fn huge_and_tiny_columns() {
        let all = Association::Pearson
            .of(&Matrix::of(&[&[-1e308, 0.0, 1e308], &[1e-300, 3e-300, 2e-300]]));
        close(all[1].value, 0.5);
    }

    #[test]
    fn ranks_with_ties_and_gaps() {
        // Shared: (10, 1), (20, 2), (20, 3), (40, 4); ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4:
        // Sxy = 4.5, Sxx = 4.5, Syy = 5.
        let x = [10.0, 20.0, 5.0, 20.0, 40.0];
        let y = [1.0, 2.0, NONE, 3.0, 4.0];
        let matrix = Matrix::of(&[&x, &y]);
        let spearman = Association::Spearman.of(&matrix)[1];
        close(spearman.value, 4.5 / (4.5_f64 * 5.0).sqrt());
        assert_eq!(spearman.n, 4);
        // Six pairs, one tied in x, five in the same order: 5 / sqrt(5 * 6).
        close(Association::Kendall.of(&matrix)[2].value, 5.0 / 30.0_f64.sqrt());
    }

    #[test]
    fn small_samples_without_ties_are_exact() {
        let (up, down) = ([1.0, 2.0, 3.0, 4.0], [9.0, 8.0, 7.0, 6.0]);
        let p = |kind: Association, x: &[f64], y: &[f64]| kind.of(&Matrix::of(&[x, y]))[1].p_value;
        for kind in [Association::Spearman, Association::Kendall] {
            close(p(kind, &up, &down), 2.0 / 24.0);
            close(p(kind, &up[..3], &down[..3]), 2.0 / 6.0);
            // A row that only one of the two has is none.
            close(p(kind, &[1.0, 2.0, NONE, 3.0, 4.0], &[4.0, 3.0, 2.5, 2.0, 1.0]), 2.0 / 24.0);
        }
        // One tie: as before, by the t distribution and the normal one.
        let tied = [1.0, 2.0, 2.0, 4.0];
        assert!(p(Association::Spearman, &tied, &up).is_some_and(|p| p < 2.0 / 24.0));
        close(p(Association::Kendall, &tied, &up), 0.07095149242730567); // scipy, asymptotic
    }

    /// By scipy.stats.kendalltau (asymptotic) and spearmanr.
    #[test]
    fn ties_in_both_columns() {
        let x = [1.0, 2.0, 2.0, 2.0, 2.0, 3.0, 3.0, 4.0, 5.0, 5.0];
        let y = [2.0, 1.0, 1.0, 3.0, 3.0, 3.0, 5.0, 4.0, 4.0, 6.0];
        let matrix = Matrix::of(&[&x, &y]);
        let kendall = Association::Kendall.of(&matrix)[1];
        close(kendall.value, 0.6758378183830472);
        close(kendall.p_value, 0.012999822553255031);
        let spearman = Association::Spearman.of(&matrix)[1];
        close(spearman.value, 0.8110474215522647);
        close(spearman.p_value, 0.004409209712264694);
    }

    #[test]
    fn exact_p_values_inside_the_range() {
        // The squares sum to 8: 21 of the 120 orders of five have no more, counted one by one.
        // Kendall's by scipy.stats.kendalltau.
        let columns: [&[f64]; 2] = [&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 3.0, 1.0, 5.0, 4.0]];
        let matrix = Matrix::of(&columns);
        close(Association::Spearman.of(&matrix)[1].p_value, 0.35);
        close(Association::Kendall.of(&matrix)[1].p_value, 0.48333333333333334);
    }

    #[test]
    fn kendall_of_too_few_rows_or_of_a_constant_column() {
        let value = |x: &[f64], y: &[f64]| Association::Kendall.of(&Matrix::of(&[x, y]))[1].value;
        assert_eq!(value(&[1.0, 2.0], &[1.0, 2.0]), None);
        assert_eq!(value(&[1.0, 2.0, 3.0], &[5.0; 3]), None);
        assert_eq!(value(&[5.0; 3], &[1.0, 2.0, 3.0]), None);
    }

    #[test]
    fn a_shared_part_whose_squares_nearly_vanish() {
        // Beside 1 the products of the sums of squares are below the smallest f64.
        let x = [1e-90, 2e-90, 3e-90, 1.0, NONE];
        let y = [1e-90, 3e-90, 2e-90, NONE, 1.0];
        close(Association::Pearson.of(&Matrix::of(&[&x, &y]))[1].value, 0.5);
    }

    #[test]
    fn columns_that_say_the_same_are_at_1() {
        for slope in [0.1, 0.7, 3.3, -1e-9] {
            let x: Vec<f64> = (1..40).map(|i| f64::from(i * i) / 7.0).collect();
            let y: Vec<f64> = x.iter().map(|x| slope * x).collect();
            let found = Association::Pearson.of(&Matrix::of(&[&x, &y]))[1];
            assert_eq!((found.value, found.p_value), (Some(f64::signum(slope)), Some(0.0)));
        }
    }
}
