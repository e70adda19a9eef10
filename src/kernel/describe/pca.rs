//! Principal components of the correlations.

use nalgebra::{DMatrix, SymmetricEigen};

use super::pairs::Pairs;
use crate::kernel::matrix::Matrix;

/// Turns of the eigenvalue iteration; it needs a few per column.
const TURNS: usize = 100_000;

/// Principal components of the correlation matrix, from the largest eigenvalue down.
#[derive(Debug, Clone, PartialEq)]
pub struct Components {
    /// Columns that vary: the others have no correlation and take no part.
    pub columns: Vec<usize>,
    /// Their number is that of `columns`; they sum to it.
    pub eigenvalues: Vec<f64>,
    /// For each component an eigenvector of length 1, an entry per column of `columns`. Its sign
    /// is such that the entries sum to 0 or more.
    pub vectors: Vec<Vec<f64>>,
}

/// The components of the columns that vary, over the rows without a missing value in them; none
/// below two such rows, or if nothing varies in them.
pub fn components(matrix: &Matrix) -> Option<Components> {
    // A column that is constant, or empty, takes no part: nor do its gaps.
    let varying = matrix.varying();
    let pairs = Pairs::of(&matrix.complete(&varying));
    let varies = |&j: &usize| pairs.correlation(j, j).is_some();
    let taken: Vec<usize> = (0..varying.len()).filter(varies).collect();
    if taken.is_empty() {
        return None;
    }
    let k = taken.len();
    let correlation = |a: usize, b: usize| pairs.correlation(taken[a], taken[b]).unwrap_or(0.0);
    let SymmetricEigen { eigenvalues, eigenvectors } =
        SymmetricEigen::try_new(DMatrix::from_fn(k, k, correlation), f64::EPSILON, TURNS)?;
    let mut order: Vec<usize> = (0..k).collect();
    order.sort_by(|&a, &b| eigenvalues[b].total_cmp(&eigenvalues[a]));
    let rounded = |x: f64| if x > 4.0 * f64::EPSILON * k as f64 { x } else { 0.0 };
    let vector = |&i: &usize| turned(eigenvectors.column(i).iter().copied().collect());
    Some(Components {
        // A singular matrix has eigenvalues of 0, give or take the rounding.
        eigenvalues: order.iter().map(|&i| eigenvalues[i]).map(rounded).collect(),
        vectors: order.iter().map(vector).collect(),
        columns: taken.into_iter().map(|j| varying[j]).collect(),
    })
}

/// A vector with the sign that makes its entries sum to 0 or more.
pub fn turned(vector: Vec<f64>) -> Vec<f64> {
    let sum: f64 = vector.iter().sum();
    // A sum that is only rounding error tells no sign: then the first entry of note does.
    let telling = match sum.abs() > 1e-12 * vector.len() as f64 {
        true => sum,
        false => vector.iter().copied().find(|x| x.abs() > 1e-12).unwrap_or(1.0),
    };
    if telling < 0.0 { vector.iter().map(|x| -x).collect() } else { vector }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_columns_worked_by_hand() {
        // r = 0.5: eigenvalues 1.5 and 0.5, vectors (1, 1) / sqrt 2 and (1, -1) / sqrt 2.
        let matrix = Matrix::of(&[&[1.0, 2.0, 3.0], &[4.0, 4.0, 4.0], &[1.0, 3.0, 2.0]]);
        let Components { columns, eigenvalues, vectors } = components(&matrix).expect("components");
        assert_eq!(columns, [0, 2]);
        let half = 0.5_f64.sqrt();
        let close = |got: f64, want: f64| assert!((got - want).abs() < 1e-14, "{got} {want}");
        close(eigenvalues[0], 1.5);
        close(eigenvalues[1], 0.5);
        vectors[0].iter().for_each(|&entry| close(entry, half));
        close(vectors[1][0], half);
        close(vectors[1][1], -half);
    }

    #[test]
    fn a_column_that_tells_nothing_takes_no_rows_away() {
        let (none, x, y) = (f64::NAN, [1.0, 2.0, 3.0], [1.0, 3.0, 2.0]);
        let without = components(&Matrix::of(&[&x, &y])).expect("components");
        for idle in [[none; 3], [5.0, none, none], [5.0, 5.0, none]] {
            let found = components(&Matrix::of(&[&x, &idle, &y])).expect("components");
            assert_eq!(found.columns, [0, 2]);
            assert_eq!(
                (&found.eigenvalues, &found.vectors),
                (&without.eigenvalues, &without.vectors)
            );
        }
    }

    /// By numpy.linalg.eigh of numpy.corrcoef; the sum tells the sign, whatever the first entry.
    #[test]
    fn entries_sum_to_0_or_more() {
        let columns: [&[f64]; 3] =
            [&[3.0, 2.0, 1.0, 2.0], &[1.0, 2.0, 3.5, 2.5], &[1.0, 3.0, 4.0, 2.0]];
        let found = components(&Matrix::of(&columns)).expect("components");
        for (vectors, want) in found
            .vectors
            .iter()
            .zip([[-0.59025469, 0.57422146, 0.56733509], [0.1077005, -0.640523, 0.76034919]])
        {
            for (got, want) in vectors.iter().zip(want) {
                assert!((got - want).abs() < 1e-7, "{got} must be {want}");
            }
        }
    }
}
