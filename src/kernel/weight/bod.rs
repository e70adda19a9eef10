//! Weights that favour each unit most (benefit of the doubt).

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use crate::kernel::{matrix::Matrix, state::sum::Sum};

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// The share that an indicator has in the score of a unit, `w y / Σ w y`.
    Share,
    /// Its part of the weights, `w / Σ w`.
    Weight,
}

/// Limits for each indicator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    pub on: Limited,
    /// At least this.
    pub min: f64,
    /// At most this.
    pub max: f64,
}

/// A unit under its most favourable weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// 0 to 1; 1 if no other unit does better with the weights of this one. None for a unit without
    /// scores, or with too few to keep the limits.
    pub score: Option<f64>,
    /// Weight per indicator; none where the score is missing.
    pub weights: Vec<Option<f64>>,
    /// Share per indicator, `w y / Σ w y`; none where the score is missing or the sum is 0.
    pub shares: Vec<Option<f64>>,
}

impl Limits {
    fn noun(self) -> &'static str {
        match self.on {
            Limited::Share => "shares",
            Limited::Weight => "weights",
        }
    }
}

/// Shares may miss a limit by this much: 3 times 1/3 is to be enough for 1.
const SHARE_TOLERANCE: f64 = 1e-12;

/// Benefit of the Doubt: for each unit the weights under which it scores highest, no unit above 1.
///
/// A missing score earns nothing: the unit may not weigh it, and in the programs of others it
/// counts as 0.
pub fn benefit_of_the_doubt(matrix: &Matrix, limits: Limits) -> Result<Vec<Judgement>, String> {
    let (units, m) = (matrix.rows(), matrix.columns());
    if units == 0 {
        return Ok(Vec::new());
    }
    let columns = m as f64;
    if limits.min * columns > 1.0 + SHARE_TOLERANCE || limits.max * columns < 1.0 - SHARE_TOLERANCE
    {
        return Err(format!(
            "the {} of {m} indicators must be able to sum to 1, got limits {} and {}",
            limits.noun(),
            limits.min,
            limits.max
        ));
    }
    // In units of the best score of each indicator: coefficients between 0 and 1.
    let mut best = vec![0.0_f64; m];
    for (column, best) in best.iter_mut().enumerate() {
        for x in matrix.column(column).iter().filter(|x| !x.is_nan()) {
            if *x < 0.0 {
                return Err(format!(
                    "score must be >= 0, got {x} (normalise to a range from 0 up, such as 1..100)"
                ));
            }
            *best = best.max(*x);
        }
    }
    let scaled = |unit: usize, j: usize| {
        let score = matrix.get(unit, j)?;
        Some(if best[j] > 0.0 { score / best[j] } else { 0.0 })
    };
    // What a weight is per weight of a score in units of the best.
    let sizes: Vec<f64> = match limits.on {
        Limited::Share => vec![1.0; m],
        Limited::Weight => {
            best.iter().map(|&best| if best > 0.0 { best.recip() } else { 1.0 }).collect()
        }
    };
    let all: Vec<Vec<f64>> =
        (0..units).map(|unit| (0..m).map(|j| scaled(unit, j).unwrap_or(0.0)).collect()).collect();
    let peers = peers(&all);
    (0..units)
        .map(|unit| {
            let own: Vec<usize> = (0..m).filter(|&j| scaled(unit, j).is_some()).collect();
            let mut judgement =
                Judgement { score: None, weights: vec![None; m], shares: vec![None; m] };
            let Some(weights) = best_weights(&all[unit], &own, &peers, limits, &sizes)? else {
                return Ok(judgement);
            };
            let parts: Vec<f64> = weights.iter().zip(&all[unit]).map(|(w, y)| w * y).collect();
            let score = sum(parts.iter().copied());
            judgement.score = Some(score.min(1.0));
            for j in own {
                let weight = match limits.on {
                    Limited::Weight => weights[j] * sizes[j],
                    Limited::Share if best[j] > 0.0 => weights[j] / best[j],
                    Limited::Share => 0.0,
                };
                judgement.weights[j] = Some(weight);
                judgement.shares[j] = (score > 0.0).then(|| parts[j] / score);
            }
            Ok(judgement)
        })
        .collect()
}

fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    terms.collect::<Sum>().value()
}

/// The units that no other is at least as good as in everything: if these stay at or below 1, so
/// do the others.
fn peers(units: &[Vec<f64>]) -> Vec<&[f64]> {
    let covers = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| a >= b);
    let mut peers: Vec<&[f64]> = Vec::new();
    for unit in units {
        if !peers.iter().any(|peer| covers(peer, unit)) {
            peers.retain(|peer| !covers(unit, peer));
            peers.push(unit);
        }
    }
    peers
}

/// The weights of one unit, those of indicators that it may not weigh 0; none if the limits leave
/// no way.
fn best_weights(
    unit: &[f64],
    own: &[usize],
    peers: &[&[f64]],
    limits: Limits,
    sizes: &[f64],
) -> Result<Option<Vec<f64>>, String> {
    let n = own.len() as f64;
    // At least `min` of each can be had: it can of all indicators.
    if limits.max * n < 1.0 - SHARE_TOLERANCE {
        return Ok(None);
    }
    let mut weights = vec![0.0; unit.len()];
    if own.iter().all(|&j| unit[j] == 0.0) {
        return Ok(Some(weights));
    }
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let variables: Vec<(usize, Variable)> =
        own.iter().map(|&j| (j, problem.add_var(unit[j], (0.0, f64::INFINITY)))).collect();
    for peer in peers {
        let terms: Vec<_> = variables.iter().map(|&(j, w)| (w, peer[j])).collect();
        if terms.iter().any(|term| term.1 > 0.0) {
            problem.add_constraint(terms, ComparisonOp::Le, 1.0);
        }
    }
    for &(limited, _) in &variables {
        // What is limited of each, in units of the largest.
        let part = |j: usize| match limits.on {
            Limited::Share => unit[j],
            Limited::Weight => sizes[j],
        };
        let largest = match limits.on {
            Limited::Share => 1.0,
            Limited::Weight => own.iter().map(|&j| part(j)).fold(0.0, f64::max),
        };
        let bound = |limit: f64| -> Vec<_> {
            let share = |j: usize| if j == limited { 1.0 - limit } else { -limit };
            variables.iter().map(|&(j, w)| (w, share(j) * part(j) / largest)).collect()
        };
        if limits.min > 0.0 {
            problem.add_constraint(bound(limits.min), ComparisonOp::Ge, 0.0);
        }
        if limits.max < 1.0 {
            problem.add_constraint(bound(limits.max), ComparisonOp::Le, 0.0);
        }
    }
    let solution = problem
        .solve()
        .map_err(|error| format!("the linear program must have a solution, got {error}"))?
        .into_solution()
        .map_err(|_| "the linear program must have a solution, found none in time".to_owned())?;
    for &(j, variable) in &variables {
        weights[j] = solution.var_value(variable).max(0.0);
    }
    // The solver keeps its constraints to a tolerance: the best unit is put at 1 exactly.
    let value = |peer: &&[f64]| sum(peer.iter().zip(&weights).map(|(y, w)| y * w));
    let largest = peers.iter().map(value).fold(0.0, f64::max);
    if largest > 0.0 {
        weights.iter_mut().for_each(|w| *w /= largest);
    }
    Ok(Some(weights))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::robust::random::Draw;

    const FREE: Limits = Limits { on: Limited::Share, min: 0.0, max: 1.0 };

    fn of_shares(min: f64, max: f64) -> Limits {
        Limits { on: Limited::Share, min, max }
    }

    fn of_weights(min: f64, max: f64) -> Limits {
        Limits { on: Limited::Weight, min, max }
    }

    fn scores(columns: &[&[f64]], limits: Limits) -> Vec<Option<f64>> {
        let found = benefit_of_the_doubt(&Matrix::of(columns), limits).expect("scores");
        found.into_iter().map(|judgement| judgement.score).collect()
    }

    fn close(got: &[Option<f64>], want: &[f64]) {
        assert_eq!(got.len(), want.len());
        for (got, want) in got.iter().zip(want) {
            assert!(got.is_some_and(|got| (got - want).abs() < 1e-12), "{got:?} must be {want}");
        }
    }

    #[test]
    fn worked_by_hand() {
        // a (4, 1) and b (1, 4) are best in one each. c (2, 2): w1 = w2 = 1/5 gives 4/5, more than
        // 1/2 by one indicator alone. d (0, 2): all weight on the second, 2/4.
        close(
            &scores(&[&[4.0, 1.0, 2.0, 0.0], &[1.0, 4.0, 2.0, 2.0]], FREE),
            &[1.0, 1.0, 0.8, 0.5],
        );
    }

    #[test]
    fn limits_make_shares_equal() {
        // Shares of 1/2 each: a (4, 1) must take w = (t/8, t/2); b then has t/8 + 4t/2 <= 1.
        let half = of_shares(0.5, 0.5);
        let found = scores(&[&[4.0, 1.0], &[1.0, 4.0]], half);
        close(&found, &[8.0 / 17.0, 8.0 / 17.0]);
    }

    #[test]
    fn missing_scores_earn_nothing() {
        let none = f64::NAN;
        close(&scores(&[&[4.0, 1.0], &[none, 4.0]], FREE), &[1.0, 1.0]);
        close(&scores(&[&[2.0, 4.0], &[none, 4.0]], FREE), &[0.5, 1.0]);
        assert_eq!(scores(&[&[none, 1.0]], FREE), [None, Some(1.0)]);
    }

    /// By scipy.optimize.linprog, as fractions.
    #[test]
    fn limits_from_below_and_from_above() {
        let columns: [&[f64]; 3] = [&[4.0, 1.0, 2.0], &[1.0, 4.0, 2.0], &[2.0, 1.0, 4.0]];
        for (min, max, want) in [
            (0.2, 1.0, [10.0 / 11.0, 2.0 / 3.0, 1.0]),
            (0.0, 0.5, [4.0 / 5.0, 16.0 / 27.0, 1.0]),
            (0.2, 0.5, [4.0 / 5.0, 16.0 / 27.0, 1.0]),
        ] {
            close(&scores(&columns, of_shares(min, max)), &want);
        }
    }

    #[test]
    fn the_best_unit_is_at_1_beyond_the_tolerance_of_the_solver() {
        let mut draw = Draw::new(3, 0);
        let data: Vec<Vec<f64>> =
            (0..4).map(|_| (0..30).map(|_| 1e5 + draw.uniform()).collect()).collect();
        let columns: Vec<&[f64]> = data.iter().map(Vec::as_slice).collect();
        for judgement in benefit_of_the_doubt(&Matrix::of(&columns), FREE).expect("scores") {
            let part = |unit: usize| {
                sum(judgement.weights.iter().zip(&columns).map(|(w, y)| w.unwrap() * y[unit]))
            };
            let best = (0..30).map(part).fold(0.0, f64::max);
            assert!((best - 1.0).abs() < 1e-14, "{best}");
        }
    }

    #[test]
    fn a_score_of_0_cannot_have_a_share() {
        // The second unit: 0 of the first indicator would have to be a fifth of its score.
        let limits = of_shares(0.2, 1.0);
        close(&scores(&[&[4.0, 0.0], &[4.0, 4.0]], limits), &[1.0, 0.0]);
    }

    #[test]
    fn limits_that_no_shares_can_keep() {
        let matrix = Matrix::of(&[&[4.0, 1.0], &[f64::NAN, 4.0]]);
        for (min, max) in [(0.6, 1.0), (0.0, 0.4)] {
            assert!(benefit_of_the_doubt(&matrix, of_shares(min, max)).is_err());
        }
        // One score alone cannot have at most 0.6 of itself.
        let found = benefit_of_the_doubt(&matrix, of_shares(0.0, 0.6)).unwrap();
        assert_eq!((found[0].score, found[0].weights[1], found[0].shares[0]), (None, None, None));
        assert!(found[1].score.is_some());
    }

    #[test]
    fn weights_are_in_the_unit_of_the_scores() {
        // As worked above, the third of them: 1/5 of each, and half of the score by each.
        let matrix = Matrix::of(&[&[4.0, 1.0, 2.0], &[1.0, 4.0, 2.0]]);
        let third = &benefit_of_the_doubt(&matrix, FREE).unwrap()[2];
        close(&third.weights, &[0.2, 0.2]);
        close(&third.shares, &[0.5, 0.5]);
        // An indicator of zeros has no weight, a unit of zeros no shares.
        let zeros = Matrix::of(&[&[2.0, 4.0, 0.0], &[0.0, 0.0, 0.0]]);
        let found = benefit_of_the_doubt(&zeros, FREE).unwrap();
        close(&found[0].weights, &[0.25, 0.0]);
        close(&found[0].shares, &[1.0, 0.0]);
        assert_eq!((found[0].score, found[2].score), (Some(0.5), Some(0.0)));
        assert_eq!(found[2].shares, [None, None]);
    }

    #[test]
    fn limits_on_weights_worked_by_hand() {
        // Weights of 1/2 each: a has (4 + 1) / 2, b (1 + 4) / 2, c (2 + 2) / 2 of the best, 5 / 2.
        let columns: [&[f64]; 2] = [&[4.0, 1.0, 2.0], &[1.0, 4.0, 2.0]];
        close(&scores(&columns, of_weights(0.5, 0.5)), &[1.0, 1.0, 0.8]);
        // At least a quarter each: (4, 2) takes (3/4, 1/4), 14/4 against 8/4; (1, 5) takes (1/4, 3/4),
        // 16/4 against 10/4.
        close(&scores(&[&[4.0, 1.0], &[2.0, 5.0]], of_weights(0.25, 1.0)), &[1.0, 1.0]);
        // (3/4, 1/4) for the last of (4, 1), (1, 4), (3, 0): 9/4 of 13/4. A share of a quarter it
        // could not have of its 0.
        let last = scores(&[&[4.0, 1.0, 3.0], &[1.0, 4.0, 0.0]], of_weights(0.25, 1.0));
        close(&last, &[1.0, 1.0, 9.0 / 13.0]);
        // An indicator of zeros takes its part of the weights, and nothing else.
        let zeros = scores(&[&[4.0, 1.0, 3.0], &[0.0, 0.0, 0.0]], of_weights(0.25, 1.0));
        close(&zeros, &[1.0, 0.25, 0.75]);
        let error = benefit_of_the_doubt(&Matrix::of(&columns), of_weights(0.6, 1.0)).unwrap_err();
        assert_eq!(
            error,
            "the weights of 2 indicators must be able to sum to 1, got limits 0.6 and 1"
        );
    }

    /// The corners of the program, each where three of its constraints meet: the best of them is
    /// the score.
    #[test]
    fn the_best_corner_is_found() {
        let mut draw = Draw::new(4, 0);
        for case in 0..60 {
            let units = 2 + case % 5;
            let data: Vec<Vec<f64>> = (0..3)
                .map(|j| {
                    let size = 10_f64.powi(j * (case % 3));
                    (0..units).map(|_| size * (0.05 + draw.uniform())).collect()
                })
                .collect();
            let columns: Vec<&[f64]> = data.iter().map(Vec::as_slice).collect();
            let (min, max) = (0.3 * draw.uniform(), 0.4 + 0.5 * draw.uniform());
            for limits in [of_weights(min, max), of_shares(min, max), of_weights(min, 1.0)] {
                let found = benefit_of_the_doubt(&Matrix::of(&columns), limits).expect("scores");
                for (unit, judgement) in found.iter().enumerate() {
                    let own = [data[0][unit], data[1][unit], data[2][unit]];
                    let want = best_corner(&data, own, limits);
                    let got = judgement.score.expect("a score");
                    assert!((got - want).abs() < 1e-7, "case {case}: {got} must be {want}");
                    let weights: Vec<f64> = judgement.weights.iter().flatten().copied().collect();
                    let part = |j: usize| match limits.on {
                        Limited::Share => weights[j] * own[j],
                        Limited::Weight => weights[j],
                    };
                    let whole: f64 = (0..3).map(part).sum();
                    for j in 0..3 {
                        let part = part(j) / whole;
                        assert!(part > limits.min - 1e-7 && part < limits.max + 1e-7, "{part}");
                    }
                }
            }
        }
    }

    fn best_corner(data: &[Vec<f64>], own: [f64; 3], limits: Limits) -> f64 {
        // Each constraint: a row times the weights at most a number.
        let mut rows: Vec<([f64; 3], f64)> =
            (0..data[0].len()).map(|k| ([data[0][k], data[1][k], data[2][k]], 1.0)).collect();
        for limited in 0..3 {
            for (limit, sign) in [(limits.max, 1.0), (limits.min, -1.0)] {
                let row = [0, 1, 2].map(|j| {
                    let part = if limits.on == Limited::Share { own[j] } else { 1.0 };
                    sign * part * (f64::from(u8::from(j == limited)) - limit)
                });
                rows.push((row, 0.0));
            }
            rows.push(([0, 1, 2].map(|j| if j == limited { -1.0 } else { 0.0 }), 0.0));
        }
        let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        let cross = |a: [f64; 3], b: [f64; 3]| {
            [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
        };
        let mut best = 0.0_f64;
        for c in 2..rows.len() {
            for (a, b) in (1..c).flat_map(|b| (0..b).map(move |a| (a, b))) {
                let [(p, x), (q, y), (r, z)] = [rows[a], rows[b], rows[c]];
                let volume = dot(p, cross(q, r));
                let size = dot(p, p) * dot(q, q) * dot(r, r);
                if volume * volume <= 1e-20 * size {
                    continue;
                }
                let (qr, rp, pq) = (cross(q, r), cross(r, p), cross(p, q));
                let corner = [0, 1, 2].map(|j| (x * qr[j] + y * rp[j] + z * pq[j]) / volume);
                let keeps = |&(row, most): &([f64; 3], f64)| {
                    let scale = dot(row.map(f64::abs), corner.map(f64::abs)).max(most);
                    dot(row, corner) <= most + 1e-9 * scale
                };
                if rows.iter().all(keeps) {
                    best = best.max(dot(own, corner));
                }
            }
        }
        best
    }
}
