//! Ordinary least squares of an indicator on others.

use crate::kernel::describe::pairs::Pairs;
use crate::kernel::matrix::Matrix;
use crate::kernel::state::sum::Sum;
use crate::kernel::units::power_of_two;

/// Rows that two indicators must share for one to predict the other: two always lie on a line.
const SHARED: usize = 3;

/// A predictor of which this part or less is left once those before it are taken out says nothing
/// new.
const NEW: f64 = 1e-7;

/// What predicts an indicator, as a straight line in each of its predictors.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    /// The columns that predict, in their order; those that say nothing new are not among them.
    pub predictors: Vec<usize>,
    /// One for each predictor.
    pub coefficients: Vec<f64>,
    pub intercept: f64,
    /// The share of the variance that is explained; none where the indicator does not vary.
    pub r_squared: Option<f64>,
    /// Rows with a value of the indicator and of all predictors.
    pub n: usize,
    centre: f64,
    centres: Vec<f64>,
}

impl Regression {
    /// The value that is predicted; none where a predictor is missing.
    pub fn predict(&self, value: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        let mut sum = Sum::default();
        sum.add(self.centre);
        let terms = self.coefficients.iter().zip(&self.predictors).zip(&self.centres);
        for ((coefficient, &predictor), centre) in terms {
            sum.add_product(*coefficient, value(predictor)? - centre);
        }
        Some(sum.value())
    }
}

/// Why there is no regression.
#[derive(Debug, Clone, PartialEq)]
pub struct TooFew {
    /// The columns that should predict.
    pub predictors: Vec<usize>,
    /// Rows with a value of all of them and of the indicator.
    pub n: usize,
}

/// The columns that can predict another: those correlated with it over the rows that both have, in
/// their order; the strongest correlations only, if so many are asked for.
fn candidates(
    pairs: &Pairs,
    columns: usize,
    target: usize,
    strongest: Option<usize>,
) -> Vec<usize> {
    let strength = |j: usize| pairs.correlation(target, j).map(f64::abs);
    let shares = |j: &usize| *j != target && pairs.pair(target, *j).n >= SHARED;
    let mut found: Vec<(usize, f64)> =
        (0..columns).filter(shares).filter_map(|j| Some((j, strength(j)?))).collect();
    if let Some(number) = strongest {
        // As they come where correlations are the same.
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        found.truncate(number);
    }
    let mut found: Vec<usize> = found.into_iter().map(|(j, _)| j).collect();
    found.sort_unstable();
    found
}

/// The regressions of some columns on the others, each on those that are correlated with it, or on
/// so many of the strongest. None where no column is.
pub fn regressions(
    matrix: &Matrix,
    targets: &[usize],
    strongest: Option<usize>,
) -> Vec<Result<Option<Regression>, TooFew>> {
    let pairs = Pairs::of(matrix);
    let fit = |&target: &usize| {
        let predictors = candidates(&pairs, matrix.columns(), target, strongest);
        if predictors.is_empty() { Ok(None) } else { least_squares(matrix, target, predictors) }
    };
    targets.iter().map(fit).collect()
}

/// A column about its mean, in units of a power of two.
struct Centred {
    scale: f64,
    mean: f64,
    values: Vec<f64>,
}

impl Centred {
    fn of(column: &[f64]) -> Self {
        let largest = column.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        let scale = power_of_two(largest);
        let mut sum = Sum::default();
        column.iter().for_each(|x| sum.add(x / scale));
        let mean = sum.divided_by(column.len().max(1) as f64);
        let is_constant = column.iter().all(|x| *x == column[0]);
        let centred = |x: &f64| if is_constant { 0.0 } else { x / scale - mean };
        Self { scale, mean, values: column.iter().map(centred).collect() }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sum = Sum::default();
    a.iter().zip(b).for_each(|(x, y)| sum.add_product(*x, *y));
    sum.value()
}

fn least_squares(
    matrix: &Matrix,
    target: usize,
    predictors: Vec<usize>,
) -> Result<Option<Regression>, TooFew> {
    let columns: Vec<usize> = predictors.iter().copied().chain([target]).collect();
    let whole = matrix.complete(&columns);
    let n = whole.rows();
    if n < 2 {
        return Err(TooFew { predictors, n });
    }
    let y = Centred::of(whole.column(predictors.len()));
    // Directions at right angles, each what its predictor adds to those before it: what one is made
    // of, column by column.
    let mut directions: Vec<Vec<f64>> = Vec::new();
    let mut made_of: Vec<Vec<f64>> = Vec::new();
    let mut taken: Vec<(usize, Centred)> = Vec::new();
    for (place, &predictor) in predictors.iter().enumerate() {
        let mut x = Centred::of(whole.column(place));
        let length = dot(&x.values, &x.values).sqrt();
        let mut rest = x.values.clone();
        let mut parts = vec![0.0; directions.len() + 1];
        // Twice, so that they are at right angles to the last digit.
        for _ in 0..2 {
            for (direction, part) in directions.iter().zip(&mut parts) {
                let along = dot(direction, &rest);
                *part += along;
                rest.iter_mut().zip(direction).for_each(|(x, d)| *x -= along * d);
            }
        }
        let left = dot(&rest, &rest).sqrt();
        if left <= NEW * length {
            continue;
        }
        rest.iter_mut().for_each(|x| *x /= left);
        parts[directions.len()] = left;
        directions.push(rest);
        made_of.push(parts);
        x.values = Vec::new();
        taken.push((predictor, x));
    }
    if n < directions.len() + 2 {
        return Err(TooFew { predictors, n });
    }
    if directions.is_empty() {
        return Ok(None);
    }
    let along: Vec<f64> = directions.iter().map(|direction| dot(direction, &y.values)).collect();
    let mut coefficients = vec![0.0; taken.len()];
    for i in (0..taken.len()).rev() {
        let later = (i + 1..taken.len()).map(|j| made_of[j][i] * coefficients[j]).sum::<f64>();
        coefficients[i] = (along[i] - later) / made_of[i][i];
    }
    let squares = dot(&y.values, &y.values);
    let explained = dot(&along, &along);
    let centre = y.mean * y.scale;
    let centres: Vec<f64> = taken.iter().map(|(_, x)| x.mean * x.scale).collect();
    let scaled = coefficients.iter().zip(&taken).map(|(b, (_, x))| b * (y.scale / x.scale));
    let coefficients: Vec<f64> = scaled.collect();
    let mut intercept = Sum::default();
    intercept.add(centre);
    coefficients.iter().zip(&centres).for_each(|(b, centre)| intercept.add_product(-b, *centre));
    Ok(Some(Regression {
        predictors: taken.into_iter().map(|(predictor, _)| predictor).collect(),
        coefficients,
        intercept: intercept.value(),
        r_squared: (squares > 0.0).then(|| (explained / squares).min(1.0)),
        n,
        centre,
        centres,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NONE: f64 = f64::NAN;

    fn one(matrix: &Matrix, target: usize, strongest: Option<usize>) -> Regression {
        let mut found = regressions(matrix, &[target], strongest);
        found.remove(0).expect("enough rows").expect("a predictor")
    }

    #[test]
    fn a_line_worked_by_hand() {
        // x 1 2 3 4, y 2 3 5 6: slope 7 / 5, through (2.5, 4); R² = 1.4² 5 / 10.
        let matrix = Matrix::of(&[&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 3.0, 5.0, 6.0, NONE]]);
        let found = one(&matrix, 1, None);
        assert_eq!((found.n, &found.predictors[..]), (4, &[0][..]));
        assert!((found.coefficients[0] - 1.4).abs() < 1e-15);
        assert!((found.intercept - 0.5).abs() < 1e-15);
        assert!((found.r_squared.expect("it varies") - 0.98).abs() < 1e-15);
        let filled = found.predict(|j| matrix.get(4, j)).expect("its predictor is there");
        assert!((filled - 7.5).abs() < 1e-14);
        assert_eq!(found.predict(|_| None), None);
    }

    #[test]
    fn the_strongest_predict_and_those_that_say_nothing_new_do_not() {
        let x = [1.0, 2.0, 3.0, 4.0, 5.0];
        let twice = x.map(|x| 2.0 * x);
        let other = [1.0, -1.0, 0.0, 2.0, 1.0];
        let y = [3.0, 5.0, 7.0, 9.0, 12.0];
        let matrix = Matrix::of(&[&other, &x, &twice, &y, &[7.0; 5]]);
        assert_eq!(one(&matrix, 3, Some(1)).predictors, [1]);
        assert_eq!(one(&matrix, 3, None).predictors, [0, 1]);
        // What does not vary neither predicts nor is predicted.
        assert_eq!(regressions(&matrix, &[4], None), [Ok(None)]);
    }

    #[test]
    fn fewer_rows_than_two_more_than_predictors() {
        let matrix = Matrix::of(&[&[1.0, 2.0, 4.0], &[3.0, 1.0, 5.0], &[1.0, 5.0, 3.0]]);
        assert_eq!(
            regressions(&matrix, &[2], None),
            [Err(TooFew { predictors: vec![0, 1], n: 3 })]
        );
        assert_eq!(one(&matrix, 2, Some(1)).n, 3);
        // No row has both predictors.
        let matrix = Matrix::of(&[
            &[1.0, 2.0, 4.0, NONE, NONE, NONE],
            &[NONE, NONE, NONE, 3.0, 1.0, 5.0],
            &[1.0, 5.0, 3.0, 2.0, 2.5, 7.0],
        ]);
        assert_eq!(
            regressions(&matrix, &[2], None),
            [Err(TooFew { predictors: vec![0, 1], n: 0 })]
        );
    }

    proptest! {
        /// What is left is at right angles to each predictor, and a change of units of measurement
        /// changes what is predicted with it and nothing else.
        #[test]
        fn residuals_are_orthogonal_and_units_do_not_matter(
            rows in prop::collection::vec(prop::array::uniform4(-10.0..10.0_f64), 6..30),
            factor in 0.01..100.0_f64, shift in -100.0..100.0_f64,
        ) {
            let column = |j: usize| rows.iter().map(|row| row[j]).collect::<Vec<f64>>();
            let columns: Vec<Vec<f64>> = (0..4).map(column).collect();
            let of = |columns: &[Vec<f64>]| {
                Matrix::of(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>())
            };
            let matrix = of(&columns);
            let found = one(&matrix, 0, None);
            let rest = |i: usize| {
                rows[i][0] - found.predict(|j| matrix.get(i, j)).expect("all are there")
            };
            for &j in &found.predictors {
                let sum: f64 = (0..rows.len()).map(|i| rest(i) * rows[i][j]).sum();
                prop_assert!(sum.abs() < 1e-7 * rows.len() as f64, "{sum}");
            }
            let left: f64 = (0..rows.len()).map(rest).sum();
            prop_assert!(left.abs() < 1e-9 * rows.len() as f64, "{left}");
            let mut others = columns.clone();
            others[0].iter_mut().for_each(|y| *y = factor * *y + shift);
            others[2].iter_mut().for_each(|x| *x = x.mul_add(-factor, shift));
            let other = of(&others);
            let turned = one(&other, 0, None);
            for i in 0..rows.len() {
                let before = found.predict(|j| matrix.get(i, j)).expect("all are there");
                let after = turned.predict(|j| other.get(i, j)).expect("all are there");
                let off = (factor * before + shift - after).abs();
                prop_assert!(off < 1e-6 * (1.0 + factor + shift.abs()), "{off}");
            }
        }
    }
}
