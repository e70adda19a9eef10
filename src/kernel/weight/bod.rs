//! Weights that favour each unit most (benefit of the doubt).

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use crate::kernel::{matrix::Matrix, state::sum::Sum};

/// Limits on the share that an indicator may have in the score of a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
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
            "the shares of {m} indicators must be able to sum to 1, got limits {} and {}",
            limits.min, limits.max
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
    let all: Vec<Vec<f64>> =
        (0..units).map(|unit| (0..m).map(|j| scaled(unit, j).unwrap_or(0.0)).collect()).collect();
    let peers = peers(&all);
    (0..units)
        .map(|unit| {
            let own: Vec<usize> = (0..m).filter(|&j| scaled(unit, j).is_some()).collect();
            let mut judgement =
                Judgement { score: None, weights: vec![None; m], shares: vec![None; m] };
            let Some(weights) = best_weights(&all[unit], &own, &peers, limits)? else {
                return Ok(judgement);
            };
            let parts: Vec<f64> = weights.iter().zip(&all[unit]).map(|(w, y)| w * y).collect();
            let score = sum(parts.iter().copied());
            judgement.score = Some(score.min(1.0));
            for j in own {
                let weight = if best[j] > 0.0 { weights[j] / best[j] } else { 0.0 };
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
        let bound = |limit: f64| -> Vec<_> {
            let share = |j: usize| if j == limited { 1.0 - limit } else { -limit };
            variables.iter().map(|&(j, w)| (w, share(j) * unit[j])).collect()
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

    const FREE: Limits = Limits { min: 0.0, max: 1.0 };

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
        let half = Limits { min: 0.5, max: 0.5 };
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
            close(&scores(&columns, Limits { min, max }), &want);
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
        let limits = Limits { min: 0.2, max: 1.0 };
        close(&scores(&[&[4.0, 0.0], &[4.0, 4.0]], limits), &[1.0, 0.0]);
    }

    #[test]
    fn limits_that_no_shares_can_keep() {
        let matrix = Matrix::of(&[&[4.0, 1.0], &[f64::NAN, 4.0]]);
        for (min, max) in [(0.6, 1.0), (0.0, 0.4)] {
            assert!(benefit_of_the_doubt(&matrix, Limits { min, max }).is_err());
        }
        // One score alone cannot have at most 0.6 of itself.
        let found = benefit_of_the_doubt(&matrix, Limits { min: 0.0, max: 0.6 }).unwrap();
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
}
