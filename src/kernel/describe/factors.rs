//! Factors: the first principal components, rotated (varimax).

use super::pca::{components, turned};
use crate::kernel::matrix::Matrix;

/// Which components are kept, and how they are rotated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rotation {
    /// Components with at least this eigenvalue are kept, unless `factors` is stated.
    pub min_eigenvalue: f64,
    /// So many components are kept, or all that vary.
    pub factors: Option<usize>,
    /// Whether the loadings of each column are divided by their length while they are rotated.
    pub is_kaiser: bool,
}

/// Rotated factors, from the largest variance down.
#[derive(Debug, Clone, PartialEq)]
pub struct Factors {
    /// Columns that vary: the others take no part.
    pub columns: Vec<usize>,
    /// Sum of the squared loadings of each factor.
    pub variances: Vec<f64>,
    /// For each factor the correlation with each column of `columns`. Its sign is such that the
    /// entries sum to 0 or more.
    pub loadings: Vec<Vec<f64>>,
}

/// Sweeps over all pairs of factors; a few dozen settle nearly everything.
const SWEEPS: usize = 500;

/// A rotation by less than this changes nothing.
const SETTLED: f64 = 1e-14;

/// An eigenvalue may be below the limit by its rounding.
const ROUNDING: f64 = 1e-12;

/// The factors of the columns that vary; none where there are no components, empty if none of them
/// is kept.
pub fn factors(matrix: &Matrix, rotation: Rotation) -> Option<Factors> {
    let found = components(matrix)?;
    let reaches = |value: f64| value >= rotation.min_eigenvalue * (1.0 - ROUNDING);
    let kept = match rotation.factors {
        Some(most) => found.eigenvalues.iter().take(most).filter(|&&value| value > 0.0).count(),
        None => found.eigenvalues.iter().filter(|&&value| value > 0.0 && reaches(value)).count(),
    };
    let scaled = |(vector, &value): (Vec<f64>, &f64)| -> Vec<f64> {
        vector.into_iter().map(|x| x * value.sqrt()).collect()
    };
    let mut loadings: Vec<Vec<f64>> =
        found.vectors.into_iter().zip(&found.eigenvalues).take(kept).map(scaled).collect();
    varimax(&mut loadings, rotation.is_kaiser);
    let variance = |loadings: &Vec<f64>| loadings.iter().map(|x| x * x).sum::<f64>();
    loadings.sort_by(|a, b| variance(b).total_cmp(&variance(a)));
    Some(Factors {
        variances: loadings.iter().map(variance).collect(),
        loadings: loadings.into_iter().map(turned).collect(),
        columns: found.columns,
    })
}

/// Rotates two factors at a time until no rotation makes the variance of the squared loadings,
/// summed over the factors, larger (Kaiser 1958).
fn varimax(loadings: &mut [Vec<f64>], is_kaiser: bool) {
    let size = loadings.first().map_or(0, Vec::len);
    let length = |j: usize| loadings.iter().map(|factor| factor[j].powi(2)).sum::<f64>().sqrt();
    let lengths: Vec<f64> = (0..size)
        .map(|j| if is_kaiser { length(j) } else { 1.0 })
        .map(|length| if length > 0.0 { length } else { 1.0 })
        .collect();
    for factor in &mut *loadings {
        factor.iter_mut().zip(&lengths).for_each(|(x, length)| *x /= length);
    }
    for _ in 0..SWEEPS {
        let mut largest = 0.0_f64;
        for second in 1..loadings.len() {
            let (before, after) = loadings.split_at_mut(second);
            for first in before {
                largest = largest.max(rotate(first, &mut after[0]).abs());
            }
        }
        if largest < SETTLED {
            break;
        }
    }
    for factor in loadings {
        factor.iter_mut().zip(&lengths).for_each(|(x, length)| *x *= length);
    }
}

/// Rotates two factors to their largest variance; the angle.
fn rotate(first: &mut [f64], second: &mut [f64]) -> f64 {
    let (mut a, mut b, mut c, mut d, mut size) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (&x, &y) in first.iter().zip(&*second) {
        let (u, v) = (x * x - y * y, 2.0 * x * y);
        a += u;
        b += v;
        c += u * u - v * v;
        d += 2.0 * u * v;
        size += (x * x + y * y).powi(2);
    }
    let columns = first.len() as f64;
    let (sine, cosine) = (d - 2.0 * a * b / columns, c - (a * a - b * b) / columns);
    // All angles are as good.
    if sine.hypot(cosine) <= 1e-13 * size {
        return 0.0;
    }
    let angle = sine.atan2(cosine) / 4.0;
    let (sin, cos) = angle.sin_cos();
    for (x, y) in first.iter_mut().zip(second) {
        (*x, *y) = (*x * cos + *y * sin, *y * cos - *x * sin);
    }
    angle
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::robust::random::Draw;

    const ONE: Rotation = Rotation { min_eigenvalue: 1.0, factors: None, is_kaiser: true };

    fn random(draw: &mut Draw, columns: usize) -> Vec<Vec<f64>> {
        let common: Vec<Vec<f64>> =
            (0..3).map(|_| (0..30).map(|_| draw.uniform()).collect()).collect();
        let column = |j: usize| {
            let own = draw.uniform();
            let sign = if draw.uniform() < 0.5 { -1.0 } else { 1.0 };
            common[j % 3].iter().map(|x| sign * x + own * draw.uniform()).collect()
        };
        (0..columns).map(column).collect()
    }

    fn of(data: &[Vec<f64>], rotation: Rotation) -> Factors {
        let columns: Vec<&[f64]> = data.iter().map(Vec::as_slice).collect();
        factors(&Matrix::of(&columns), rotation).expect("factors")
    }

    /// The sum of the variances of the squared loadings, of rows of length 1 if asked.
    fn criterion(loadings: &[Vec<f64>], is_kaiser: bool) -> f64 {
        let size = loadings[0].len();
        let row = |j: usize| loadings.iter().map(|factor| factor[j].powi(2)).sum::<f64>();
        let squares = |factor: &Vec<f64>| -> Vec<f64> {
            let whole = |j| if is_kaiser { row(j) } else { 1.0 };
            (0..size).map(|j| factor[j].powi(2) / whole(j)).collect()
        };
        let variance = |squares: Vec<f64>| {
            let mean = squares.iter().sum::<f64>() / size as f64;
            squares.iter().map(|x| (x - mean).powi(2)).sum::<f64>()
        };
        loadings.iter().map(squares).map(variance).sum()
    }

    #[test]
    fn two_blocks_worked_by_hand() {
        // r(a, b) = 0.5 in two blocks that are not correlated: each factor is one block, with the
        // loadings sqrt(1.5 / 2), whatever mixture of the two the equal eigenvalues give.
        let (x, y) = ([1.0, 1.0, 2.0, 2.0, 3.0, 3.0], [1.0, 1.0, 3.0, 3.0, 2.0, 2.0]);
        let far = |block: [f64; 6], other: f64| -> Vec<f64> {
            block.into_iter().chain([other; 6]).collect()
        };
        let near = |other: f64, block: [f64; 6]| -> Vec<f64> {
            [other; 6].into_iter().chain(block).collect()
        };
        let found = of(&[far(x, 2.0), far(y, 2.0), near(2.0, x), near(2.0, y)], ONE);
        assert_eq!(found.columns, [0, 1, 2, 3]);
        let loading = 0.75_f64.sqrt();
        for (factor, variance) in found.loadings.iter().zip(&found.variances) {
            assert!((variance - 1.5).abs() < 1e-14);
            let is_first = factor[0] > 0.5;
            for (j, got) in factor.iter().enumerate() {
                let want = if (j < 2) == is_first { loading } else { 0.0 };
                assert!((got - want).abs() < 1e-14, "{factor:?}");
            }
        }
    }

    #[test]
    fn rotation_keeps_communalities_and_no_other_angle_is_better() {
        let mut draw = Draw::new(5, 0);
        for case in 0..60 {
            let data = random(&mut draw, 3 + case % 8);
            let rotation =
                Rotation { factors: Some(1 + case % 4), is_kaiser: case % 2 == 0, ..ONE };
            let found = of(&data, rotation);
            let columns: Vec<&[f64]> = data.iter().map(Vec::as_slice).collect();
            let plain = components(&Matrix::of(&columns)).expect("components");
            let kept = found.loadings.len();
            for j in 0..data.len() {
                let rotated: f64 = found.loadings.iter().map(|factor| factor[j].powi(2)).sum();
                let before: f64 =
                    (0..kept).map(|c| plain.eigenvalues[c] * plain.vectors[c][j].powi(2)).sum();
                assert!((rotated - before).abs() < 1e-12);
            }
            let best = criterion(&found.loadings, rotation.is_kaiser);
            for (first, second) in (0..kept).flat_map(|b| (0..b).map(move |a| (a, b))) {
                for step in 1..40 {
                    let (sin, cos) = (f64::from(step) * std::f64::consts::PI / 40.0).sin_cos();
                    let mut other = found.loadings.clone();
                    let pairs = found.loadings[first].iter().zip(&found.loadings[second]);
                    for (j, (x, y)) in pairs.enumerate() {
                        (other[first][j], other[second][j]) =
                            (x * cos + y * sin, y * cos - x * sin);
                    }
                    assert!(criterion(&other, rotation.is_kaiser) <= best + 1e-12, "case {case}");
                }
            }
            assert!(found.variances.is_sorted_by(|a, b| a >= b));
            assert!(found.loadings.iter().all(|factor| factor.iter().sum::<f64>() > -1e-9));
        }
    }

    #[test]
    fn how_many_are_kept() {
        let mut draw = Draw::new(7, 0);
        let data = random(&mut draw, 6);
        let kept = |rotation: Rotation| of(&data, rotation).loadings.len();
        assert_eq!(kept(ONE), 3);
        assert_eq!(kept(Rotation { min_eigenvalue: 0.0, ..ONE }), 6);
        assert_eq!(kept(Rotation { min_eigenvalue: 7.0, ..ONE }), 0);
        assert_eq!(kept(Rotation { factors: Some(2), min_eigenvalue: 7.0, ..ONE }), 2);
        assert_eq!(kept(Rotation { factors: Some(9), ..ONE }), 6);
        // One column repeats another: there are no more components than columns that differ.
        let twice = [data[0].clone(), data[0].clone(), data[1].clone()];
        assert_eq!(of(&twice, Rotation { factors: Some(3), ..ONE }).loadings.len(), 2);
        assert_eq!(factors(&Matrix::of(&[&[1.0, 1.0]]), ONE), None);
    }
}
