//! Weights from pairwise judgements (analytic hierarchy process).

use crate::kernel::{matrix::Fault, matrix::Matrix, state::moments::Moments, state::sum::Sum};

/// Priorities from pairwise judgements.
#[derive(Debug, Clone, PartialEq)]
pub struct Priorities {
    /// The principal eigenvector, summing to 1.
    pub weights: Vec<f64>,
    /// The principal eigenvalue; the number of criteria if the judgements are consistent.
    pub lambda_max: f64,
    /// `(λ - n) / (n - 1)` over that of random judgements; none beyond 15 criteria.
    pub consistency_ratio: Option<f64>,
}

/// Mean consistency index of random matrices of 1 to 15 criteria (Saaty 1980).
const RANDOM_INDEX: [f64; 15] =
    [0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59];

/// How far the product of two judgements of one pair may be from 1: 0.333 is meant as the inverse
/// of 3. A ratio in whole hundredths may be further off, as far as it was rounded: 0.17 for 1/6.
const RECIPROCAL: f64 = 1e-2;
const HUNDREDTHS: f64 = 5e-2;

/// Turns of the power method; positive matrices need a few dozen.
const TURNS: usize = 10_000;

/// The priorities of a square matrix of ratios: one judgement of each pair must be there, its
/// reciprocal may be. None without criteria.
pub fn priorities(matrix: &Matrix) -> Result<Option<Priorities>, Fault> {
    let n = matrix.rows();
    if n == 0 {
        return Ok(None);
    }
    of_ratios(&both_ways(matrix)?, n).map(Some)
}

/// The priorities of several judges.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// Of the geometric means of their ratios.
    pub priorities: Priorities,
    /// Standard deviation of the weights of the judges, with n - 1; none of one judge.
    pub disagreement: Option<Vec<f64>>,
    /// The largest consistency ratio of a judge; none beyond 15 criteria.
    pub largest_ratio: Option<f64>,
}

/// The priorities of judges whose judgements are joined by their geometric mean, the only mean that
/// keeps reciprocal judgements reciprocal. None without criteria.
pub fn joined_priorities(judges: &[Matrix]) -> Result<Option<Joined>, Fault> {
    let n = judges.first().map_or(0, Matrix::rows);
    if n == 0 {
        return Ok(None);
    }
    let mut logarithms = vec![Sum::default(); n * n];
    let mut spread = vec![Moments::default(); n];
    let mut largest_ratio = Some(0.0_f64);
    for judge in judges {
        let ratios = both_ways(judge)?;
        logarithms.iter_mut().zip(&ratios).for_each(|(sum, ratio)| sum.add(ratio.ln()));
        let own = of_ratios(&ratios, n)?;
        spread.iter_mut().zip(&own.weights).for_each(|(spread, &weight)| spread.update(weight));
        largest_ratio = largest_ratio.zip(own.consistency_ratio).map(|(a, b)| a.max(b));
    }
    let mut ratios = vec![1.0; n * n];
    for (row, column) in (0..n).flat_map(|row| (row + 1..n).map(move |column| (row, column))) {
        let ratio = (logarithms[row * n + column].value() / judges.len() as f64).exp();
        ratios[row * n + column] = ratio;
        ratios[column * n + row] = 1.0 / ratio;
    }
    let sd = |spread: Moments| spread.sd().filter(|_| judges.len() > 1);
    Ok(Some(Joined {
        priorities: of_ratios(&ratios, n)?,
        disagreement: spread.into_iter().map(sd).collect(),
        largest_ratio,
    }))
}

/// The priorities of reciprocal ratios, row by row.
fn of_ratios(ratios: &[f64], n: usize) -> Result<Priorities, Fault> {
    let (weights, lambda_max) = principal(ratios, n);
    if weights.iter().any(|w| !w.is_finite()) || !lambda_max.is_finite() {
        return Err("the product of ratios exceeds the range of DOUBLE".into());
    }
    let consistency_ratio = RANDOM_INDEX.get(n - 1).map(|&random| match random > 0.0 {
        true => ((lambda_max - n as f64) / (n as f64 - 1.0) / random).max(0.0),
        false => 0.0, // two judgements cannot contradict each other
    });
    Ok(Priorities { weights, lambda_max, consistency_ratio })
}

/// The judgements row by row, each with its reciprocal.
fn both_ways(matrix: &Matrix) -> Result<Vec<f64>, Fault> {
    let n = matrix.rows();
    let mut ratios = vec![1.0; n * n];
    for row in 0..n {
        if let Some(ratio) = matrix.get(row, row).filter(|&ratio| ratio != 1.0) {
            let message = format!("ratio of an indicator to itself must be 1, got {ratio}");
            return Err(Fault::at(row, row, message));
        }
        for column in row + 1..n {
            let (there, back) = (matrix.get(row, column), matrix.get(column, row));
            for (ratio, (row, column)) in [(there, (row, column)), (back, (column, row))] {
                if let Some(ratio) = ratio.filter(|&ratio| ratio <= 0.0) {
                    return Err(Fault::at(row, column, format!("ratio must be > 0, got {ratio}")));
                }
            }
            let (there, back) = match (there, back) {
                (Some(there), Some(back)) if !are_reciprocal(there, back) => {
                    let message = format!(
                        "the two ratios of a pair must be reciprocal, got {there} and {back}"
                    );
                    return Err(Fault::at(row, column, message));
                }
                (Some(there), Some(back)) => {
                    // Between the two, and reciprocal to the last digit.
                    let ratio = (there / back).sqrt();
                    (ratio, 1.0 / ratio)
                }
                (Some(there), None) => (there, 1.0 / there),
                (None, Some(back)) => (1.0 / back, back),
                (None, None) => {
                    let message = "each pair of indicators must have a ratio, found none";
                    return Err(Fault::at(row, column, message));
                }
            };
            ratios[row * n + column] = there;
            ratios[column * n + row] = back;
        }
    }
    Ok(ratios)
}

/// The principal eigenvector, summing to 1, and its eigenvalue, by the power method.
fn principal(ratios: &[f64], n: usize) -> (Vec<f64>, f64) {
    let mut weights = vec![1.0 / n as f64; n];
    let mut lambda_max = n as f64;
    for _ in 0..TURNS {
        let row = |ratios: &[f64]| -> f64 {
            ratios.iter().copied().zip(weights.iter().copied()).collect::<Sum>().value()
        };
        let product: Vec<f64> = ratios.chunks(n).map(row).collect();
        // The weights sum to 1, so their image sums to the eigenvalue.
        lambda_max = product.iter().copied().collect::<Sum>().value();
        let next: Vec<f64> = product.iter().map(|sum| sum / lambda_max).collect();
        let moved = next.iter().zip(&weights).map(|(a, b)| (a - b).abs() / a);
        let is_settled = moved.fold(0.0, f64::max) <= 4.0 * f64::EPSILON;
        weights = next;
        if is_settled {
            break;
        }
    }
    (weights, lambda_max)
}

/// Whether one is the inverse of the other, to within the digits it is written with.
fn are_reciprocal(there: f64, back: f64) -> bool {
    const SLACK: f64 = 1e-9; // 3 times 0.33 is 0.99, not the number below it
    let off = (there * back - 1.0).abs();
    let small = there.min(back);
    let is_in_hundredths = (small * 100.0 - (small * 100.0).round()).abs() <= SLACK;
    let is_rounded = (small - 1.0 / there.max(back)).abs() <= 0.005 + SLACK;
    off <= RECIPROCAL + SLACK || is_in_hundredths && is_rounded && off <= HUNDREDTHS + SLACK
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::robust::random::Draw;

    /// Buying a house: Saaty (1990), How to make a decision, table 3; printed to three decimals.
    #[test]
    fn the_house() {
        let (third, half) = (1.0 / 3.0, 0.5);
        let fraction = |x: f64| 1.0 / x;
        let upper: [&[f64]; 8] = [
            &[5.0, 3.0, 7.0, 6.0, 6.0, third, fraction(4.0)],
            &[third, 5.0, 3.0, 3.0, fraction(5.0), fraction(7.0)],
            &[6.0, 3.0, 4.0, 6.0, fraction(5.0)],
            &[third, fraction(4.0), fraction(7.0), fraction(8.0)],
            &[half, fraction(5.0), fraction(6.0)],
            &[fraction(5.0), fraction(6.0)],
            &[half],
            &[],
        ];
        let mut matrix = Matrix::new(8, 8);
        for (row, ratios) in upper.iter().enumerate() {
            for (i, &ratio) in ratios.iter().enumerate() {
                matrix.set(row, row + 1 + i, ratio);
            }
        }
        let found = priorities(&matrix).expect("ratios").expect("priorities");
        let printed = [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333];
        for (got, want) in found.weights.iter().zip(printed) {
            assert!((got - want).abs() <= 0.0006, "{:?}", found.weights);
        }
        assert!((found.lambda_max - 9.669).abs() <= 0.0006, "{}", found.lambda_max);
        let ratio = found.consistency_ratio.expect("a ratio");
        assert!((ratio - 0.169).abs() <= 0.0006, "{ratio}");
    }

    fn of_upper(upper: &[f64], n: usize) -> Matrix {
        let mut matrix = Matrix::new(n, n);
        let pairs = (0..n).flat_map(|row| (row + 1..n).map(move |column| (row, column)));
        pairs.zip(upper).for_each(|((row, column), &ratio)| matrix.set(row, column, ratio));
        matrix
    }

    #[test]
    fn two_judges_worked_by_hand() {
        // 2 and 8 to 1: 4 to 1. Weights of the judges 2/3 and 8/9, 1/3 and 1/9: apart by 2/9.
        let judges = [of_upper(&[2.0], 2), of_upper(&[8.0], 2)];
        let found = joined_priorities(&judges).expect("ratios").expect("priorities");
        for (got, want) in found.priorities.weights.iter().zip([0.8, 0.2]) {
            assert!((got - want).abs() < 1e-15, "{got} {want}");
        }
        for sd in found.disagreement.expect("two judges") {
            assert!((sd - 2.0 / 9.0 / 2_f64.sqrt()).abs() < 1e-15, "{sd}");
        }
        assert_eq!(found.largest_ratio, Some(0.0));
        assert_eq!(joined_priorities(&[]), Ok(None));
        // One judge: the same as without.
        let one = of_upper(&[2.0, 5.0, 3.0], 3);
        let found = joined_priorities(std::slice::from_ref(&one)).unwrap().expect("priorities");
        let alone = priorities(&one).unwrap().expect("priorities");
        for (a, b) in found.priorities.weights.iter().zip(&alone.weights) {
            assert!((a - b).abs() < 1e-15);
        }
        assert_eq!((found.disagreement, found.largest_ratio), (None, alone.consistency_ratio));
    }

    /// Joined judgements are never more inconsistent than the worst judge (the eigenvalue is convex
    /// in the logarithms of the ratios, Kingman 1961), consistent judges give the geometric means
    /// of their weights, and opposed ones equal weights.
    #[test]
    fn what_joined_judgements_keep() {
        let mut draw = Draw::new(9, 0);
        for case in 0..200 {
            let n = 3 + case % 5;
            let pairs = n * (n - 1) / 2;
            let ratio = |draw: &mut Draw| 9_f64.powf(2.0 * draw.uniform() - 1.0);
            let judges: Vec<Vec<f64>> =
                (0..2 + case % 4).map(|_| (0..pairs).map(|_| ratio(&mut draw)).collect()).collect();
            let join = |judges: &[Vec<f64>]| {
                let judges: Vec<Matrix> = judges.iter().map(|upper| of_upper(upper, n)).collect();
                joined_priorities(&judges).expect("ratios").expect("priorities")
            };
            let found = join(&judges);
            let joined = found.priorities.consistency_ratio.expect("a ratio");
            assert!(joined <= found.largest_ratio.expect("a ratio") + 1e-12);

            let weights: Vec<Vec<f64>> =
                (0..3).map(|_| (0..n).map(|_| draw.uniform() + 0.1).collect()).collect();
            let consistent = |weights: &Vec<f64>| -> Vec<f64> {
                let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
                pairs.map(|(i, j)| weights[i] / weights[j]).collect()
            };
            let found = join(&weights.iter().map(consistent).collect::<Vec<_>>());
            let mean = |j: usize| weights.iter().map(|weights| weights[j]).product::<f64>().cbrt();
            let total: f64 = (0..n).map(mean).sum();
            for (j, got) in found.priorities.weights.iter().enumerate() {
                assert!((got - mean(j) / total).abs() < 1e-13);
            }

            let opposed = judges[0].iter().map(|ratio| 1.0 / ratio).collect();
            for weight in join(&[judges[0].clone(), opposed]).priorities.weights {
                assert!((weight - 1.0 / n as f64).abs() < 1e-13);
            }
        }
    }

    #[test]
    fn inverses_of_two_digits() {
        for (ratio, inverse) in [
            (3.0, 0.33),
            (3.0, 0.333),
            (6.0, 0.17),
            (7.0, 0.14),
            (8.0, 0.12),
            (8.0, 0.13),
            (9.0, 0.11),
            (1.5, 0.67),
            (2.0, 0.5),
        ] {
            for (there, back) in [(ratio, inverse), (inverse, ratio)] {
                let mut matrix = Matrix::new(2, 2);
                matrix.set(0, 1, there);
                matrix.set(1, 0, back);
                let found = priorities(&matrix).expect("reciprocal").expect("priorities");
                assert!((found.lambda_max - 2.0).abs() <= 1e-15, "{there}, {back}: {found:?}");
                let ratio = (there / back).sqrt();
                assert!((found.weights[0] - ratio / (1.0 + ratio)).abs() <= 1e-15);
                assert_eq!(found.consistency_ratio, Some(0.0));
            }
        }
        for (there, back) in [
            (3.0, 0.3),
            (3.0, 0.34),
            (4.0, 0.24),
            (7.0, 0.15),
            (9.0, 0.1),
            (100.0, 0.012),
            (2.0, 2.0),
        ] {
            assert!(!are_reciprocal(there, back) && !are_reciprocal(back, there), "{there} {back}");
        }
    }

    #[test]
    fn consistent_judgements_give_back_their_weights() {
        let mut matrix = Matrix::new(3, 3);
        matrix.set(0, 1, 2.0);
        matrix.set(0, 2, 4.0);
        matrix.set(2, 1, 0.5);
        let found = priorities(&matrix).expect("ratios").expect("priorities");
        for (got, want) in found.weights.iter().zip([4.0 / 7.0, 2.0 / 7.0, 1.0 / 7.0]) {
            assert!((got - want).abs() < 1e-15);
        }
        assert!(found.consistency_ratio.is_some_and(|ratio| ratio < 1e-14));
    }

    #[test]
    fn the_last_digit_of_a_product_does_not_refuse_a_pair() {
        // Products of 0.99 and of 0.95 (0.05 is 1/19 in hundredths), neither of them a f64.
        assert!(are_reciprocal(7.92, 0.125) && are_reciprocal(19.0, 0.05));
    }

    #[test]
    fn what_is_wrong() {
        let of = |cells: &[(usize, usize, f64)]| {
            let mut matrix = Matrix::new(2, 2);
            cells.iter().for_each(|&(row, column, ratio)| matrix.set(row, column, ratio));
            priorities(&matrix).map(|found| found.map(|found| found.weights[0]))
        };
        assert_eq!(of(&[(0, 0, 1.0), (0, 1, 3.0)]), Ok(Some(0.75)));
        for (cells, message) in [
            (&[(0, 0, 2.0), (0, 1, 3.0)][..], "ratio of an indicator to itself"),
            (&[(0, 1, 3.0), (1, 0, 3.0)], "the two ratios of a pair"),
            (&[(0, 1, -3.0)], "ratio must be > 0"),
            (&[(0, 1, 0.0)], "ratio must be > 0"),
            (&[], "each pair of indicators"),
        ] {
            assert!(of(cells).is_err_and(|error| error.message.starts_with(message)), "{message}");
        }
        assert_eq!(priorities(&Matrix::new(0, 0)), Ok(None));
        // Each row sums to a f64, all of them do not.
        let mut large = Matrix::new(6, 6);
        for (row, column) in (0..6).flat_map(|row| (row + 1..6).map(move |column| (row, column))) {
            large.set(row, column, if row < 3 && column >= 3 { 1.7e308 } else { 1.0 });
        }
        assert!(
            priorities(&large)
                .is_err_and(|error| error.message.starts_with("the product of ratios"))
        );
    }
}
