//! How well columns hang together: correlations with each other and with the rest of them, and whether
//! one component is behind them.

use super::coefficient::with_t_test;
use super::correlation::Association;
use super::pairs::{scale, two_passes};
use super::pca::Components;
use crate::kernel::matrix::Matrix;
use crate::kernel::parallel::Executor;
use crate::kernel::state::sum::Sum;

/// The share of the variance that the first component of one dimension has at least.
const ONE_DIMENSION: f64 = 0.5;

/// Eigenvalues of columns that do not correlate are 1, give or take the rounding.
const ROUNDING: f64 = 1e-12;

/// The mean of the correlations of all pairs of columns that have one; none if no pair has.
///
/// # Errors
/// The work was given up.
pub fn mean_correlation<W: Executor>(matrix: &Matrix, work: &W) -> Result<Option<f64>, W::Error> {
    let columns = matrix.columns();
    let all = Association::Pearson.of_with(matrix, work)?;
    let pairs = (0..columns).flat_map(|a| (a + 1..columns).map(move |b| a * columns + b));
    let (mut sum, mut n) = (Sum::default(), 0.0);
    for r in pairs.filter_map(|pair| all[pair].value) {
        sum.add(r);
        n += 1.0;
    }
    Ok((n > 0.0).then(|| sum.divided_by(n)))
}

/// The correlation of each column with the sum of the others, in the rows that have all of them.
///
/// # Errors
/// The work was given up.
pub fn rest_correlations<W: Executor>(
    matrix: &Matrix,
    work: &W,
) -> Result<Vec<Option<f64>>, W::Error> {
    let columns = matrix.columns();
    let whole = matrix.complete(&(0..columns).collect::<Vec<_>>());
    // All columns in one unit, in which no sum leaves the range of f64.
    let unit = (0..columns).map(|j| scale(whole.column(j))).fold(0.0, f64::max);
    let sums: Vec<Sum> = (0..whole.rows())
        .map(|row| (0..columns).map(|j| whole.column(j)[row] / unit).collect())
        .collect();
    work.each(columns, |j| {
        let column = whole.column(j);
        let without = |(sum, x): (&Sum, &f64)| {
            let mut rest = *sum;
            rest.add(-x / unit);
            rest.value()
        };
        let rest: Vec<f64> = sums.iter().zip(column).map(without).collect();
        let pair = two_passes(column, &rest, (scale(column), scale(&rest)));
        with_t_test(pair.correlation(), pair.n).value
    })
}

impl Components {
    /// The share of the variance that a component has.
    pub fn share(&self, component: usize) -> f64 {
        // The eigenvalues of a correlation matrix sum to its size.
        self.eigenvalues[component] / self.columns.len() as f64
    }

    /// How many components have more variance than a column has by itself (Kaiser's criterion).
    pub fn above_1(&self) -> usize {
        self.eigenvalues.iter().filter(|value| **value > 1.0 + ROUNDING).count()
    }

    /// Whether the columns measure one thing: exactly one eigenvalue above 1, at least half of the variance
    /// in its component, and all columns on the same side of it.
    pub fn is_one_dimension(&self) -> bool {
        let same_side = |loadings: &Vec<f64>| loadings.iter().all(|x| *x > 0.0);
        self.above_1() == 1
            && self.share(0) >= ONE_DIMENSION - ROUNDING
            && self.vectors.first().is_some_and(same_side)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::describe::pca::components;
    use crate::kernel::parallel::InTurn;

    const NONE: f64 = f64::NAN;

    fn rest(columns: &[&[f64]]) -> Vec<Option<f64>> {
        let Ok(all) = rest_correlations(&Matrix::of(columns), &InTurn);
        all
    }

    /// numpy: np.corrcoef(x[j], x.sum(0) - x[j]).
    #[test]
    fn with_the_rest() {
        let x: [&[f64]; 3] =
            [&[1.0, 2.0, 3.0, 4.0, 9.0], &[2.0, 1.0, 4.0, 3.0, NONE], &[5.0, 4.0, 1.0, 2.0, 1.0]];
        let want = [-0.7745966692414834, -0.7745966692414834, -0.948683298050514];
        for (got, want) in rest(&x).into_iter().zip(want) {
            assert!(got.is_some_and(|got| (got - want).abs() < 1e-15), "{got:?} must be {want}");
        }
        let Ok(mean) = mean_correlation(&Matrix::of(&[x[0], x[1]]), &InTurn);
        assert!(mean.is_some_and(|mean| (mean - 0.6).abs() < 1e-15), "{mean:?}");
    }

    #[test]
    fn of_too_little() {
        assert_eq!(rest(&[&[1.0, 2.0], &[2.0, 1.0]]), [None, None]);
        assert_eq!(rest(&[&[1.0, 2.0, 4.0]]), [None]);
        let Ok(mean) = mean_correlation(&Matrix::of(&[&[1.0, 2.0, 3.0]]), &InTurn);
        assert_eq!(mean, None);
        // The sum of the two others does not vary.
        let turned: [&[f64]; 3] = [&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0], &[1.0, 5.0, 2.0]];
        assert_eq!(rest(&turned)[2], None);
        let large: [&[f64]; 2] = [&[1e308, -1e308, 1.5e308], &[1e308, -1e308, 1.5e308]];
        assert_eq!(rest(&large), [Some(1.0), Some(1.0)]);
    }

    #[test]
    fn one_dimension_or_several() {
        let of = |columns: &[&[f64]]| {
            let found = components(&Matrix::of(columns)).expect("components");
            (found.above_1(), found.is_one_dimension())
        };
        let (x, y) = ([1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0]);
        assert_eq!(of(&[&x, &y]), (1, true));
        // Against each other: one component, but they are on its two sides.
        assert_eq!(of(&[&x, &y.map(|y| -y)]), (1, false));
        // Without correlation no component has more than a column.
        let across = [1.0, -1.0, -1.0, 1.0];
        assert_eq!(of(&[&x, &across]), (0, false));
        assert_eq!(of(&[&x, &y, &across, &across.map(|z| 2.0 * z)]), (2, false));
    }
}
