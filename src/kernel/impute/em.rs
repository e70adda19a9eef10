//! Maximum likelihood of a multivariate normal distribution from values with gaps, by expectation
//! and maximisation (EM), and what it expects in the gaps.

use std::collections::BTreeMap;

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use crate::kernel::matrix::Matrix;
use crate::kernel::state::sum::Sum;
use crate::kernel::units::power_of_two;

/// What is left of the variance of an indicator once those before it are known, as a part of it:
/// with less the indicators depend on each other, and the likelihood has no maximum.
const SINGULAR: f64 = 1e-10;

/// When the iterations end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Change of means and covariances, in standard deviations of the observed values.
    pub tolerance: f64,
    pub iterations: usize,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Failure {
    /// No more units with a value than indicators that vary.
    TooFew { units: usize, indicators: usize },
    /// Two indicators that no unit has both of: nothing tells how they vary together.
    NeverTogether(usize, usize),
    /// An indicator (a column) that those before it determine.
    Dependent(usize),
    /// The last change.
    NotConverged(f64),
}

/// Rows with the same gaps: their sums over what is observed.
struct Pattern {
    observed: Vec<usize>,
    missing: Vec<usize>,
    rows: Vec<usize>,
    sums: DVector<f64>,
    products: Products,
}

/// Σ x xᵀ, or the rows that it is made of, where they take less.
enum Products {
    Summed(DMatrix<f64>),
    Rows(DMatrix<f64>),
}

impl Pattern {
    fn new(cells: &[&[f64]], is_there: &[bool], rows: Vec<usize>) -> Self {
        let (observed, missing): (Vec<usize>, Vec<usize>) =
            (0..cells.len()).partition(|&j| is_there[j]);
        let x = DMatrix::from_fn(rows.len(), observed.len(), |i, j| cells[observed[j]][rows[i]]);
        let sums = x.row_sum_tr();
        let products = match rows.len() > observed.len() {
            true => Products::Summed(x.tr_mul(&x)),
            false => Products::Rows(x),
        };
        Self { observed, missing, rows, sums, products }
    }

    /// The distribution of the missing values given the observed ones: the factor of the covariance
    /// of these, and the coefficients of the missing on them.
    fn given(&self, normal: &Normal) -> Result<(Cholesky<f64, Dyn>, DMatrix<f64>), usize> {
        let of = |rows: &[usize], columns: &[usize]| {
            DMatrix::from_fn(rows.len(), columns.len(), |i, j| {
                normal.covariance[(rows[i], columns[j])]
            })
        };
        let covariance = of(&self.observed, &self.observed);
        let factor = factored(covariance).map_err(|place| self.observed[place])?;
        let coefficients = factor.solve(&of(&self.observed, &self.missing)).transpose();
        Ok((factor, coefficients))
    }
}

/// The factor of a covariance matrix, or the place of the first that those before it determine.
fn factored(covariance: DMatrix<f64>) -> Result<Cholesky<f64, Dyn>, usize> {
    let variances = covariance.diagonal();
    let first_left_nothing = |factor: &Cholesky<f64, Dyn>| {
        let left = factor.l_dirty().diagonal();
        (0..left.len()).find(|&i| left[i] * left[i] <= SINGULAR * variances[i])
    };
    if let Some(factor) = Cholesky::new(covariance.clone()) {
        return first_left_nothing(&factor).map_or(Ok(factor), Err);
    }
    // It fails at the one after the largest leading block that has a factor.
    let mut before = None;
    for size in 1..variances.len() {
        let Some(factor) = Cholesky::new(covariance.view((0, 0), (size, size)).into_owned()) else {
            break;
        };
        before = Some(factor);
    }
    let Some(factor) = before else { return Err(0) };
    Err(first_left_nothing(&factor).unwrap_or(factor.l_dirty().nrows()))
}

/// Means and covariances.
struct Normal {
    means: DVector<f64>,
    covariance: DMatrix<f64>,
}

impl Normal {
    /// One iteration: the normal of the largest likelihood given what this one expects.
    fn next(&self, patterns: &[Pattern], rows: f64) -> Result<Self, usize> {
        let size = self.means.len();
        let mut sums = DVector::<f64>::zeros(size);
        let mut products = DMatrix::<f64>::zeros(size, size);
        for pattern in patterns {
            let Pattern { observed, missing, rows, sums: s, products: xx } = pattern;
            let n = rows.len() as f64;
            let (_, b) = pattern.given(self)?;
            let xx = match xx {
                Products::Summed(xx) => xx.clone(),
                Products::Rows(x) => x.tr_mul(x),
            };
            let means = self.means.select_rows(observed);
            // What is expected of the missing values: a + B x.
            let a = self.means.select_rows(missing) - &b * &means;
            let expected = n * &a + &b * s;
            let beside = &a * s.transpose() + &b * &xx;
            let mut squares =
                n * &a * a.transpose() + &a * (&b * s).transpose() + &beside * b.transpose();
            for (i, &mi) in missing.iter().enumerate() {
                sums[mi] += expected[i];
                for (j, &mj) in missing.iter().enumerate() {
                    let explained: f64 = observed
                        .iter()
                        .enumerate()
                        .map(|(k, &oj)| b[(i, k)] * self.covariance[(oj, mj)])
                        .sum();
                    squares[(i, j)] += n * (self.covariance[(mi, mj)] - explained);
                    products[(mi, mj)] += squares[(i, j)];
                }
                for (k, &oj) in observed.iter().enumerate() {
                    products[(mi, oj)] += beside[(i, k)];
                    products[(oj, mi)] += beside[(i, k)];
                }
            }
            for (i, &oi) in observed.iter().enumerate() {
                sums[oi] += s[i];
                for (j, &oj) in observed.iter().enumerate() {
                    products[(oi, oj)] += xx[(i, j)];
                }
            }
        }
        let means = sums / rows;
        let covariance = products / rows - &means * means.transpose();
        let covariance = 0.5 * (&covariance + covariance.transpose());
        Ok(Self { means, covariance })
    }

    fn change(&self, other: &Self) -> f64 {
        let means = (&self.means - &other.means).amax();
        means.max((&self.covariance - &other.covariance).amax())
    }
}

/// A column in its standard deviations (of the observed values) from their mean; none if it does
/// not vary.
fn standardised(column: &[f64]) -> Option<(f64, f64, f64, Vec<f64>)> {
    let there = || column.iter().filter(|x| !x.is_nan());
    let first = there().next()?;
    if there().all(|x| x == first) {
        return None;
    }
    let scale = power_of_two(there().fold(0.0_f64, |m, x| m.max(x.abs())));
    let n = there().count() as f64;
    let mut sum = Sum::default();
    there().for_each(|x| sum.add(x / scale));
    let mean = sum.divided_by(n);
    let mut squares = Sum::default();
    there().map(|x| x / scale - mean).for_each(|x| squares.add_product(x, x));
    let sd = (squares.value() / n).sqrt();
    (sd > 0.0).then(|| (scale, mean, sd, column.iter().map(|x| (x / scale - mean) / sd).collect()))
}

/// Fills the gaps of a matrix by what a multivariate normal distribution expects in them, given the
/// other values of the row; its means and covariances are those of the largest likelihood. It starts
/// at the means and variances of what is observed, without covariances. A column that does not vary
/// and a row without any value of the others take no part: their gaps stay.
pub fn fill(matrix: &Matrix, limits: Limits) -> Result<Matrix, Failure> {
    fill_watched(matrix, limits, |_, _| {})
}

/// The same, with `note` called before each iteration.
fn fill_watched(
    matrix: &Matrix,
    limits: Limits,
    mut note: impl FnMut(&Normal, &[Pattern]),
) -> Result<Matrix, Failure> {
    let found: Vec<(usize, _)> =
        (0..matrix.columns()).filter_map(|j| Some((j, standardised(matrix.column(j))?))).collect();
    let cells: Vec<&[f64]> = found.iter().map(|(_, (.., cells))| cells.as_slice()).collect();
    let mut alike: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
    for i in 0..matrix.rows() {
        let is_there: Vec<bool> = cells.iter().map(|column| !column[i].is_nan()).collect();
        if is_there.contains(&true) {
            alike.entry(is_there).or_default().push(i);
        }
    }
    let mut filled = matrix.clone();
    if alike.keys().all(|is_there| !is_there.contains(&false)) {
        return Ok(filled);
    }
    let units: usize = alike.values().map(Vec::len).sum();
    let indicators = cells.len();
    if units <= indicators {
        return Err(Failure::TooFew { units, indicators });
    }
    let is_together = |i: usize, j: usize| alike.keys().any(|is_there| is_there[i] && is_there[j]);
    for j in 1..indicators {
        if let Some(i) = (0..j).find(|&i| !is_together(i, j)) {
            return Err(Failure::NeverTogether(found[i].0, found[j].0));
        }
    }
    let patterns: Vec<Pattern> =
        alike.into_iter().map(|(is_there, rows)| Pattern::new(&cells, &is_there, rows)).collect();
    let dependent = |place: usize| Failure::Dependent(found[place].0);
    let mut normal = Normal {
        means: DVector::zeros(indicators),
        covariance: DMatrix::identity(indicators, indicators),
    };
    let mut change = f64::INFINITY;
    for _ in 0..limits.iterations {
        note(&normal, &patterns);
        let next = normal.next(&patterns, units as f64).map_err(dependent)?;
        change = normal.change(&next);
        normal = next;
        if change <= limits.tolerance {
            break;
        }
    }
    // Not a number is no convergence either.
    if !matches!(change.partial_cmp(&limits.tolerance), Some(order) if order.is_le()) {
        return Err(Failure::NotConverged(change));
    }
    for pattern in patterns.iter().filter(|pattern| !pattern.missing.is_empty()) {
        let (_, coefficients) = pattern.given(&normal).map_err(dependent)?;
        for &row in &pattern.rows {
            for (i, &j) in pattern.missing.iter().enumerate() {
                let mut expected = Sum::default();
                expected.add(normal.means[j]);
                for (k, &other) in pattern.observed.iter().enumerate() {
                    let from_mean = cells[other][row] - normal.means[other];
                    expected.add_product(coefficients[(i, k)], from_mean);
                }
                let (column, (scale, mean, sd, _)) = &found[j];
                filled.set(row, *column, (mean + sd * expected.value()) * scale);
            }
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    const NONE: f64 = f64::NAN;
    const LIMITS: Limits = Limits { tolerance: 1e-12, iterations: 10_000 };

    /// Of the observed values, standardised.
    fn log_likelihood(normal: &Normal, patterns: &[Pattern]) -> f64 {
        let of_pattern = |pattern: &Pattern| {
            let Pattern { observed, rows, sums, products, .. } = pattern;
            let n = rows.len() as f64;
            let (factor, _) = pattern.given(normal).expect("no indicator depends on others");
            let xx = match products {
                Products::Summed(xx) => xx.clone(),
                Products::Rows(x) => x.tr_mul(x),
            };
            let means = normal.means.select_rows(observed);
            // Σ (x - m)(x - m)ᵀ
            let about = xx - sums * means.transpose() - &means * sums.transpose()
                + n * &means * means.transpose();
            let logs: f64 = factor.l_dirty().diagonal().iter().map(|x| x.ln()).sum();
            let distance = factor.solve(&about).trace();
            -0.5 * (n * (observed.len() as f64 * TAU.ln() + 2.0 * logs) + distance)
        };
        patterns.iter().map(of_pattern).sum()
    }

    /// With gaps in one column only the likelihood factors: the regression on the other (Anderson,
    /// 1957). x 1 2 3 4 5, y 2 3 5 6: slope 1.4, through (2.5, 4).
    #[test]
    fn gaps_in_one_column_are_those_of_a_regression() {
        let matrix = Matrix::of(&[&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 3.0, 5.0, 6.0, NONE]]);
        let filled = fill(&matrix, LIMITS).expect("it converges");
        assert!((filled.get(4, 1).expect("filled") - 7.5).abs() < 1e-9);
    }

    #[test]
    fn what_has_no_gaps_does_not_change_and_what_does_not_vary_takes_no_part() {
        let whole = Matrix::of(&[&[1.0, 2.0, 4.0], &[1.0, 0.0, 7.0]]);
        assert_eq!(fill(&whole, LIMITS), Ok(whole.clone()));
        let matrix = Matrix::of(&[
            &[1.0, 2.0, 3.0, 4.0, 5.0, NONE],
            &[2.0, 3.0, 5.0, 6.0, NONE, NONE],
            &[9.0, 9.0, NONE, 9.0, 9.0, 9.0],
        ]);
        let filled = fill(&matrix, LIMITS).expect("it converges");
        assert!((filled.get(4, 1).expect("filled") - 7.5).abs() < 1e-9);
        assert_eq!((filled.get(2, 2), filled.get(5, 0), filled.get(5, 1)), (None, None, None));
    }

    #[test]
    fn failures() {
        let few = Matrix::of(&[&[1.0, 2.0], &[2.0, NONE]]);
        // y has one value: it does not vary.
        assert_eq!(fill(&few, LIMITS).map(|filled| filled.get(1, 1)), Ok(None));
        let few = Matrix::of(&[&[1.0, 2.0, 3.0], &[2.0, NONE, 5.0], &[1.0, 7.0, 2.0]]);
        assert_eq!(fill(&few, LIMITS), Err(Failure::TooFew { units: 3, indicators: 3 }));
        let x = [1.0, 2.0, 3.0, 4.0, 6.0, 9.0];
        let line = x.map(|x| 2.0 * x - 1.0);
        let dependent = Matrix::of(&[&x, &line, &[2.0, 1.0, 4.0, NONE, 3.0, 3.0]]);
        assert_eq!(fill(&dependent, LIMITS), Err(Failure::Dependent(1)));
        let matrix = Matrix::of(&[&[1.0, 2.0, 3.0, 4.0, NONE], &[2.0, 3.0, 5.0, NONE, 6.0]]);
        let soon = Limits { tolerance: 1e-12, iterations: 3 };
        assert!(
            matches!(fill(&matrix, soon), Err(Failure::NotConverged(change)) if change > 1e-12)
        );
        let apart = Matrix::of(&[
            &[1.0, 2.0, 4.0, 3.0, 1.0, 2.0],
            &[1.0, 5.0, 2.0, NONE, NONE, NONE],
            &[7.0; 6],
            &[NONE, NONE, NONE, 3.0, 1.0, 4.0],
        ]);
        assert_eq!(fill(&apart, LIMITS), Err(Failure::NeverTogether(1, 3)));
    }

    #[test]
    fn what_depends_on_those_before_it_is_named() {
        let (w, x) = ([2.0, 1.0, 4.0, 7.0, 3.0, 3.5], [1.0, 2.0, 3.0, 4.0, 6.0, 9.0]);
        let gaps = [5.0, NONE, 4.0, 1.0, 3.0, 3.0];
        for factor in [2.0, -0.1, 1.0 / 3.0, 1e6] {
            let y = x.map(|x| factor * x);
            let matrix = Matrix::of(&[&w, &x, &y, &gaps]);
            assert_eq!(fill(&matrix, LIMITS), Err(Failure::Dependent(2)), "{factor}");
            let matrix = Matrix::of(&[&w, &gaps, &y, &x]);
            assert_eq!(fill(&matrix, LIMITS), Err(Failure::Dependent(3)), "{factor}");
        }
        // Whatever the factor, the one that has none is named.
        let of = |cells: [f64; 9]| factored(DMatrix::from_row_slice(3, 3, &cells)).map(|_| ());
        assert_eq!(of([4.0, 0.0, 0.0, 0.0, 4.0, 2.0, 0.0, 2.0, 1.0]), Err(2));
        assert_eq!(of([1.0, 0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 2.0, 1.0]), Err(2));
        assert_eq!(of([1.0, 1.0, 0.5, 1.0, 1.0, 0.2, 0.5, 0.2, 1.0]), Err(1));
        assert_eq!(of([0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]), Err(0));
        assert_eq!(of([1.0, 0.5, 0.0, 0.5, 1.0, 0.0, 0.0, 0.0, 1.0]), Ok(()));
    }

    /// Two that follow the first, more or less; no row is without any.
    type Case = (Vec<([f64; 3], usize)>, f64, f64);

    fn cases() -> impl Strategy<Value = Case> {
        let row = (prop::array::uniform3(-3.0..3.0_f64), 0_usize..10);
        (prop::collection::vec(row, 12..40), 0.1..10.0_f64, -10.0..10.0_f64)
    }

    /// The likelihood never falls, what was observed stays, and other units of measurement change what
    /// is filled in with them and nothing else. Whether there is an answer.
    fn likelihood_never_falls((rows, factor, shift): Case) -> Result<bool, TestCaseError> {
        let gap = |i: usize, j: usize| rows[i].1 == j || (rows[i].1 == 3 && j > 0);
        let value = |i: usize, j: usize| {
            let ([x, y, z], _) = rows[i];
            [x, x + y, x - y + z][j]
        };
        let of = |turn: &dyn Fn(f64, usize) -> f64| {
            let mut matrix = Matrix::new(rows.len(), 3);
            for i in 0..rows.len() {
                for j in (0..3).filter(|&j| !gap(i, j)) {
                    matrix.set(i, j, turn(value(i, j), j));
                }
            }
            matrix
        };
        let limits = Limits { tolerance: 1e-9, iterations: 5000 };
        let matrix = of(&|x, _| x);
        let mut likelihoods = Vec::new();
        let note = |normal: &Normal, patterns: &[Pattern]| {
            likelihoods.push(log_likelihood(normal, patterns));
        };
        let filled = match fill_watched(&matrix, limits, note) {
            Ok(filled) => filled,
            Err(failure) => {
                // The rows are more than the indicators.
                prop_assert!(!matches!(failure, Failure::TooFew { .. }), "{failure:?}");
                return Ok(false);
            }
        };
        for pair in likelihoods.windows(2) {
            prop_assert!(pair[1] >= pair[0] - 1e-9 * pair[0].abs(), "{pair:?}");
        }
        let other = fill(&of(&|x, j| if j == 1 { shift - factor * x } else { x }), limits);
        let other = other.expect("it converges as well");
        for i in 0..rows.len() {
            for j in 0..3 {
                let (x, y) = (filled.get(i, j), other.get(i, j));
                let (x, y) = (x.expect("filled"), y.expect("filled"));
                if let Some(before) = matrix.get(i, j) {
                    prop_assert_eq!(x, before);
                }
                let x = if j == 1 { shift - factor * x } else { x };
                prop_assert!((x - y).abs() < 1e-5 * (1.0 + factor), "{x} {y}");
            }
        }
        Ok(true)
    }

    #[test]
    fn nearly_all_have_an_answer() {
        let mut runner = TestRunner::deterministic();
        let answered = (0..100)
            .map(|_| cases().new_tree(&mut runner).expect("a case").current())
            .filter(|case| likelihood_never_falls(case.clone()).expect("it holds"))
            .count();
        assert!(answered >= 98, "{answered}");
    }

    proptest! {
        #[test]
        fn the_likelihood_never_falls(case in cases()) {
            likelihood_never_falls(case)?;
        }
    }
}
