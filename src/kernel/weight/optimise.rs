//! Weights that make each indicator as important as it is meant to be.

use nalgebra::{DMatrix, DVector};

use super::weights::shares;
use crate::kernel::{describe::pairs::Pairs, matrix::Matrix, state::moments::Moments};

/// Weights for given shares of correlation.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimised {
    /// Not negative, summing to 1.
    pub weights: Vec<f64>,
    /// Correlation of each column with the weighted mean, over the sum of these correlations.
    pub obtained: Vec<f64>,
    /// Whether the shares obtained are the targets, to 1e-9; if not, no weights come nearer in
    /// the sum of squares.
    pub meets_targets: bool,
}

/// How near a share is to its target if it meets it.
const MET: f64 = 1e-9;

/// Singular values below this part of the largest are none.
const SINGULAR: f64 = 1e-12;

/// The weights whose arithmetic mean correlates with the columns in proportion to `targets`, over
/// the rows that are complete.
///
/// With the correlations R of the columns and `v = weight * sd`, the correlations with the mean
/// are proportional to `R v`: the targets are met by `v = R⁻¹ t`. Where that asks for weights
/// below 0, the sum of the squared distances of the shares from the targets, scaled to sum to 1,
/// is minimised under `v ≥ 0` and `Σ R v = 1`: a convex problem, solved by active sets.
///
/// References: Becker et al. (2017), Weights and importance in composite indicators: closing the
/// gap; Lawson and Hanson (1974), Solving least squares problems, chapter 23.
pub fn weights_for(matrix: &Matrix, targets: &[f64]) -> Result<Optimised, String> {
    let (columns, given) = (matrix.columns(), targets.len());
    if given != columns {
        return Err(format!("each indicator must have a target, got {given} of {columns}"));
    }
    if let Some(target) = targets.iter().find(|target| !(target.is_finite() && **target >= 0.0)) {
        return Err(format!("target must be finite and >= 0, got {target}"));
    }
    let targets = shares(targets)?.ok_or("a target must be > 0, got 0 for each indicator")?;
    let whole = matrix.complete(&(0..columns).collect::<Vec<_>>());
    let mut deviations = Vec::with_capacity(columns);
    for column in 0..columns {
        let mut moments = Moments::default();
        whole.column(column).iter().for_each(|&x| moments.update(x));
        match moments.sd().filter(|sd| *sd > 0.0) {
            Some(sd) => deviations.push(sd),
            None => {
                return Err(format!(
                    "each indicator must vary over the units that have all of them, got {} such \
                     units and no variation of number {}",
                    whole.rows(),
                    column + 1
                ));
            }
        }
    }
    let pairs = Pairs::of(&whole);
    let correlation = |a, b| pairs.correlation(a, b).unwrap_or(0.0);
    let correlations = DMatrix::from_fn(columns, columns, correlation);
    let targets = DVector::from_vec(targets);
    let none = "no weights give correlations with the mean that sum above 0";
    let v = nearest(&correlations, &targets).ok_or(none)?;
    let parts: Vec<f64> = v.iter().zip(&deviations).map(|(v, sd)| v / sd).collect();
    let weights = shares(&parts)?.ok_or(none)?;
    let obtained = &correlations * v;
    let obtained = &obtained / obtained.sum();
    let meets_targets = (&obtained - &targets).amax() <= MET;
    Ok(Optimised { weights, obtained: obtained.as_slice().to_vec(), meets_targets })
}

/// The `v ≥ 0` with `Σ R v = 1` whose `R v` is nearest to the targets; none if there is no such v.
fn nearest(r: &DMatrix<f64>, targets: &DVector<f64>) -> Option<DVector<f64>> {
    let n = targets.len();
    let sums = r.row_sum().transpose();
    let all: Vec<usize> = (0..n).collect();
    if let Some((v, _)) = on(r, targets, &sums, &all).filter(|(v, _)| v.iter().all(|v| *v >= 0.0)) {
        return Some(v);
    }
    // From one column alone, columns come in that bring R v nearer, and go out at 0.
    let start = sums.imax();
    if sums[start] <= 0.0 {
        return None;
    }
    let mut free = vec![start];
    let mut v = DVector::zeros(n);
    for _ in 0..10 * n {
        let (mut next, mut price) = on(r, targets, &sums, &free)?;
        while let Some(step) = free
            .iter()
            .filter(|&&i| next[i] <= 0.0)
            .map(|&i| v[i] / (v[i] - next[i]))
            .reduce(f64::min)
            .filter(|step| step.is_finite())
        {
            // Those that stop the step go out even if rounding leaves them a little above 0.
            let stops = |i: usize| next[i] <= 0.0 && v[i] <= step * (v[i] - next[i]);
            free.retain(|&i| !stops(i));
            v += (&next - &v) * step;
            (next, price) = on(r, targets, &sums, &free)?;
        }
        v = next;
        let gain = r.transpose() * (targets - r * &v) - &sums * price;
        let best =
            (0..n).filter(|i| !free.contains(i)).max_by(|&a, &b| gain[a].total_cmp(&gain[b]));
        match best.filter(|&i| gain[i] > 1e-12) {
            Some(i) => free.push(i),
            None => break,
        }
    }
    Some(v)
}

/// The same over the `free` columns without regard to the sign, the others 0, and the price of
/// the condition on the sum (its multiplier).
fn on(
    r: &DMatrix<f64>,
    targets: &DVector<f64>,
    sums: &DVector<f64>,
    free: &[usize],
) -> Option<(DVector<f64>, f64)> {
    let k = free.len();
    let columns = r.select_columns(free);
    let mut v = DVector::zeros(targets.len());
    if k == targets.len() {
        // The targets sum to 1, so a solution meets the condition; its own equations keep twice
        // the digits of the squared ones below.
        let solution = r.clone().svd(true, true).solve(targets, SINGULAR).ok()?;
        if (r * &solution - targets).amax() <= MET {
            return Some((solution, 0.0));
        }
    }
    let mut left = DMatrix::zeros(k + 1, k + 1);
    let mut right = DVector::zeros(k + 1);
    left.view_mut((0, 0), (k, k)).copy_from(&(columns.transpose() * &columns));
    right.rows_mut(0, k).copy_from(&(columns.transpose() * targets));
    for (at, &column) in free.iter().enumerate() {
        left[(at, k)] = sums[column];
        left[(k, at)] = sums[column];
    }
    right[k] = 1.0;
    let solution = left.svd(true, true).solve(&right, SINGULAR).ok()?;
    free.iter().enumerate().for_each(|(at, &column)| v[column] = solution[at]);
    Some((v, solution[k]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::robust::random::Draw;

    fn distance(got: &[f64], want: &[f64]) -> f64 {
        got.iter().zip(want).map(|(a, b)| (a - b) * (a - b)).sum()
    }

    #[test]
    fn two_columns_weigh_inversely_to_their_deviations() {
        // Deviations 1 and 2: 2 to 1, whatever the correlation.
        let matrix = Matrix::of(&[&[1.0, 2.0, 3.0], &[2.0, 6.0, 4.0]]);
        let got = weights_for(&matrix, &[3.0, 3.0]).unwrap();
        assert!(distance(&got.weights, &[2.0 / 3.0, 1.0 / 3.0]) < 1e-28, "{got:?}");
        assert!(distance(&got.obtained, &[0.5, 0.5]) < 1e-28 && got.meets_targets);
        // r = 0.5: the first alone correlates with both as 1 to 0.5, no weights go beyond.
        let got = weights_for(&matrix, &[0.9, 0.1]).unwrap();
        assert!(distance(&got.weights, &[1.0, 0.0]) < 1e-28, "{got:?}");
        assert!(distance(&got.obtained, &[2.0 / 3.0, 1.0 / 3.0]) < 1e-28 && !got.meets_targets);
    }

    #[test]
    fn columns_that_say_the_same_share() {
        let (x, y) = ([1.0, 2.0, 3.0, 5.0], [2.0, 1.0, 0.0, 4.0]);
        let got = weights_for(&Matrix::of(&[&x, &x, &y]), &[1.0, 1.0, 1.0]).unwrap();
        assert!((got.weights[0] - got.weights[1]).abs() < 1e-12 && got.meets_targets, "{got:?}");
    }

    #[test]
    fn what_is_wrong() {
        let matrix = Matrix::of(&[&[1.0, 2.0, 3.0], &[4.0, 4.0, 4.0]]);
        for (targets, message) in [
            (&[1.0][..], "each indicator must have a target"),
            (&[1.0, -1.0], "target must be finite and >= 0, got -1"),
            (&[0.0, 0.0], "a target must be > 0"),
            (&[1.0, 1.0], "each indicator must vary"),
        ] {
            let error = weights_for(&matrix, targets).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }

    /// Random correlated columns: targets that some weights have are found again, and for targets
    /// of any kind no weights nearby do better.
    #[test]
    fn feasible_targets_are_met_and_others_approached() {
        let mut draw = Draw::new(3, 0);
        for case in 0..200 {
            let columns = 2 + case % 9;
            let data: Vec<Vec<f64>> = {
                let common: Vec<f64> = (0..40).map(|_| draw.uniform()).collect();
                let column = |_| {
                    let (size, own) = (100.0 * draw.uniform() + 1.0, 2.0 * draw.uniform());
                    common.iter().map(|x| size * (x + own * draw.uniform())).collect()
                };
                (0..columns).map(column).collect()
            };
            let slices: Vec<&[f64]> = data.iter().map(Vec::as_slice).collect();
            let matrix = Matrix::of(&slices);
            let of = |weights: &[f64]| -> Vec<f64> {
                let mean = |row: usize| data.iter().zip(weights).map(|(x, w)| x[row] * w).sum();
                let mean: Vec<f64> = (0..40).map(mean).collect();
                let mut with = slices.clone();
                with.push(&mean);
                let pairs = Pairs::of(&Matrix::of(&with));
                let r = (0..columns).map(|j| pairs.correlation(j, columns).unwrap());
                shares(&r.collect::<Vec<_>>()).unwrap().unwrap()
            };
            let wanted: Vec<f64> = (0..columns).map(|_| draw.uniform() + 0.01).collect();
            let feasible = of(&wanted);
            let got = weights_for(&matrix, &feasible).unwrap();
            assert!(got.meets_targets && distance(&of(&got.weights), &feasible) < 1e-18);
            let wanted = shares(&wanted).unwrap().unwrap();
            assert!(distance(&got.weights, &wanted) < 1e-16, "{:?} for {wanted:?}", got.weights);

            let targets: Vec<f64> = (0..columns).map(|_| draw.uniform()).collect();
            let got = weights_for(&matrix, &targets).unwrap();
            let targets = shares(&targets).unwrap().unwrap();
            assert!(distance(&of(&got.weights), &got.obtained) < 1e-18);
            let reached = distance(&got.obtained, &targets);
            for _ in 0..20 {
                let other: Vec<f64> = got
                    .weights
                    .iter()
                    .map(|w| (w + 0.02 * (draw.uniform() - 0.5)).max(0.0))
                    .collect();
                assert!(distance(&of(&other), &targets) >= reached - 1e-12, "case {case}");
            }
        }
    }
}
