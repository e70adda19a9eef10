//! TOPSIS: distances from the best and the worst.

use crate::kernel::{matrix::Matrix, state::sum::Sum};

/// TOPSIS: how near each unit is to the best of all indicators, 0 (it is the worst of all) to 1
/// (it is the best of all). With `normalise` each column is divided by its Euclidean length first.
/// Best, worst and length are those of a reference set, which may be the units themselves; what lies
/// beyond them counts as they do: a distance knows no side. None for a unit without scores, or where
/// best and worst are one.
pub fn closeness(matrix: &Matrix, reference: &Matrix, normalise: bool) -> Vec<Option<f64>> {
    let heaviest = matrix.weights().iter().copied().fold(0.0, f64::max);
    // Of each column that counts: its ends and what its differences are multiplied by.
    let mut columns = Vec::new();
    for column in (0..matrix.columns()).filter(|&j| matrix.weights()[j] > 0.0) {
        let values = || reference.column(column).iter().copied().filter(|x| !x.is_nan());
        let best = values().fold(f64::NEG_INFINITY, f64::max);
        let worst = values().fold(f64::INFINITY, f64::min);
        if best > worst {
            columns.push((column, best, worst, matrix.weights()[column] / heaviest));
        }
    }
    let size = |worst: f64, best: f64| worst.abs().max(best.abs());
    // Squares must not overflow: everything is divided by the largest score first.
    let largest = columns.iter().fold(0.0, |m: f64, &(_, best, worst, _)| m.max(size(worst, best)));
    for (column, best, worst, factor) in &mut columns {
        let unit = if normalise { size(*worst, *best) } else { largest };
        if normalise {
            let values = reference.column(*column).iter().filter(|x| !x.is_nan());
            let squares: Sum = values.map(|x| (x / unit, x / unit)).collect();
            *factor /= squares.value().sqrt();
        }
        *factor /= unit;
    }
    let distance = |row: usize, ideal: fn(&(usize, f64, f64, f64)) -> f64| {
        // Multiplied before they are subtracted: the difference itself may overflow.
        let squares = columns.iter().filter_map(|column| {
            let score = matrix.get(row, column.0)?.clamp(column.2, column.1);
            let apart = score * column.3 - ideal(column) * column.3;
            Some((apart, apart))
        });
        squares.collect::<Sum>().value().sqrt()
    };
    (0..matrix.rows())
        .map(|row| {
            let (to_best, to_worst) = (distance(row, |c| c.1), distance(row, |c| c.2));
            let both = to_best + to_worst;
            (both > 0.0).then(|| to_worst / both)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // Weights 2 and 1; the third column does not vary.
        let mut matrix = Matrix::of(&[&[1.0, 0.0, 0.5], &[0.0, 1.0, 0.5], &[3.0, 3.0, 3.0]]);
        matrix.set_weight(0, 2.0);
        let found = closeness(&matrix, &matrix, false);
        // a: 1 from the best (second column), 2 from the worst (first). b the other way round.
        assert_eq!(found[0], Some(2.0 / 3.0));
        assert_eq!(found[1], Some(1.0 / 3.0));
        assert_eq!(found[2], Some(0.5));
    }

    #[test]
    fn columns_by_their_length() {
        // (3, 4) / 5 and (4, 3) / 5, as (0.6, 0.8) and (0.8, 0.6): each is best in one.
        let matrix = Matrix::of(&[&[3.0, 4.0], &[40.0, 30.0]]);
        let found = closeness(&matrix, &matrix, true);
        found.iter().for_each(|x| assert!(x.is_some_and(|x| (x - 0.5).abs() < 1e-15)));
        let constant = Matrix::of(&[&[2.0, 2.0]]);
        assert_eq!(closeness(&constant, &constant, false), [None, None]);
    }

    #[test]
    fn best_and_worst_of_a_reference_set() {
        // Reference: x from 0 to 4, y from 0 to 5. The unit has 1 of x and 5 of y.
        let reference = Matrix::of(&[&[0.0, 4.0], &[5.0, 0.0]]);
        let found = closeness(&Matrix::of(&[&[1.0], &[5.0]]), &reference, false);
        let (to_best, to_worst) = (3.0, (1.0_f64 + 25.0).sqrt());
        assert!(found[0].is_some_and(|x| (x - to_worst / (to_best + to_worst)).abs() < 1e-15));
    }

    #[test]
    fn beyond_the_best_is_no_farther_from_it() {
        let reference = Matrix::of(&[&[0.0, 4.0], &[5.0, 0.0]]);
        let closer = |x: f64, y: f64| closeness(&Matrix::of(&[&[x], &[y]]), &reference, false)[0];
        assert_eq!([closer(4.0, 5.0), closer(9.0, 7.0)], [Some(1.0); 2]);
        assert_eq!([closer(0.0, 0.0), closer(-3.0, -1.0)], [Some(0.0); 2]);
        assert_eq!(closer(9.0, 2.0), closer(4.0, 2.0));
    }

    #[test]
    fn large_weights_are_as_good_as_small_ones() {
        let found = [1.0, 1e300].map(|size| {
            let mut matrix = Matrix::of(&[&[1.0, 0.0, 0.5], &[0.0, 1.0, 0.5]]);
            matrix.set_weight(0, 2.0 * size);
            matrix.set_weight(1, size);
            closeness(&matrix, &matrix, false)
        });
        assert_eq!(found[0], [Some(2.0 / 3.0), Some(1.0 / 3.0), Some(0.5)]);
        assert_eq!(found[1], found[0]);
    }

    #[test]
    fn lengths_of_a_reference_with_a_column_of_zeros() {
        // Lengths 5 and 13: the first unit is (0.6, 0), the best (0.8, 12/13), the worst (0, 0).
        let matrix = Matrix::of(&[&[3.0, 4.0, 0.0], &[0.0, 5.0, 12.0], &[0.0; 3]]);
        let found = closeness(&matrix, &matrix, true);
        let to_best = 0.2_f64.hypot(12.0 / 13.0);
        assert!(found[0].is_some_and(|x| (x - 0.6 / (0.6 + to_best)).abs() < 1e-15), "{found:?}");
    }
}
