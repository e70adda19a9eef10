//! Weights from the points that experts give (budget allocation).

use crate::kernel::matrix::{Fault, Matrix};
use crate::kernel::state::moments::Moments;
use crate::kernel::weight::weights::shares;

/// How the shares of several experts become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpertMean {
    Arithmetic,
    /// Of which the sum is made 1 again.
    Geometric,
}

/// The weight of an indicator, and how far the experts differ over it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allocation {
    /// Mean of the shares; the weights sum to 1.
    pub weight: f64,
    /// Standard deviation of the shares, with n - 1; none of one expert.
    pub disagreement: Option<f64>,
}

/// The weights of indicators (columns) from the points of experts (rows), who must have given all.
/// The points of an expert are shares of all that the expert gave.
pub fn budget(points: &Matrix, mean: ExpertMean) -> Result<Vec<Allocation>, Fault> {
    let mut of_indicator = vec![Vec::with_capacity(points.rows()); points.columns()];
    for expert in 0..points.rows() {
        let given: Vec<f64> =
            (0..points.columns()).map(|j| points.get(expert, j).unwrap_or(0.0)).collect();
        if let Some(j) = given.iter().position(|&points| points < 0.0) {
            let message = format!("points must be >= 0, got {}", given[j]);
            return Err(Fault::at(expert, j, message));
        }
        let of_expert = |message: String| Fault { row: Some(expert), ..message.into() };
        let Some(shares) = shares(&given).map_err(of_expert)? else {
            let message = "an expert must give points to an indicator, got 0 for each";
            return Err(of_expert(message.to_owned()));
        };
        of_indicator.iter_mut().zip(shares).for_each(|(all, share)| all.push(share));
    }
    let means: Vec<f64> = of_indicator.iter().map(|shares| mean_of(shares, mean)).collect();
    let Some(weights) = shares(&means)? else {
        return match points.rows() {
            0 => Ok(Vec::new()),
            _ => Err("some indicator must have points of every expert, found none (their \
                      geometric means are 0)"
                .into()),
        };
    };
    let allocation = |(weight, shares): (f64, &Vec<f64>)| {
        let mut moments = Moments::default();
        shares.iter().for_each(|&share| moments.update(share));
        let disagreement = moments.sd().filter(|_| shares.len() > 1);
        Allocation { weight, disagreement }
    };
    Ok(weights.into_iter().zip(&of_indicator).map(allocation).collect())
}

fn mean_of(shares: &[f64], mean: ExpertMean) -> f64 {
    let mut moments = Moments::default();
    match mean {
        ExpertMean::Geometric if shares.contains(&0.0) => return 0.0,
        ExpertMean::Geometric => shares.iter().for_each(|share| moments.update(share.ln())),
        ExpertMean::Arithmetic => shares.iter().for_each(|&share| moments.update(share)),
    }
    let found = moments.mean().unwrap_or(0.0);
    if mean == ExpertMean::Geometric { found.exp() } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::robust::random::Draw;

    fn of(columns: &[&[f64]], mean: ExpertMean) -> Vec<Allocation> {
        budget(&Matrix::of(columns), mean).expect("weights")
    }

    #[test]
    fn worked_by_hand() {
        // Shares 0.6 and 0.4, 0.2 and 0.8 (of 10 points and of 100).
        let points: [&[f64]; 2] = [&[6.0, 20.0], &[4.0, 80.0]];
        let close = |got: f64, want: f64| assert!((got - want).abs() < 1e-15, "{got} {want}");
        for (found, want) in of(&points, ExpertMean::Arithmetic).iter().zip([0.4, 0.6]) {
            close(found.weight, want);
            close(found.disagreement.expect("two experts"), 0.4 / 2_f64.sqrt());
        }
        let (a, b) = (0.12_f64.sqrt(), 0.32_f64.sqrt());
        for (found, want) in of(&points, ExpertMean::Geometric).iter().zip([a, b]) {
            close(found.weight, want / (a + b));
        }
        let alone = of(&[&[1.0], &[3.0]], ExpertMean::Geometric);
        close(alone[1].weight, 0.75);
        assert_eq!(alone[0].disagreement, None);
    }

    #[test]
    fn nothing_given() {
        for (columns, message) in [
            (&[&[1.0, 0.0][..], &[1.0, 0.0]][..], "an expert must give points"),
            (&[&[1.0, -2.0], &[1.0, 0.0]], "points must be >= 0, got -2"),
        ] {
            let error = budget(&Matrix::of(columns), ExpertMean::Arithmetic).unwrap_err();
            assert!(error.message.starts_with(message), "{error:?}");
        }
        let apart: [&[f64]; 2] = [&[1.0, 0.0], &[0.0, 1.0]];
        let error = budget(&Matrix::of(&apart), ExpertMean::Geometric).unwrap_err();
        assert!(error.message.starts_with("some indicator must have points"), "{error:?}");
        assert_eq!(budget(&Matrix::new(0, 0), ExpertMean::Arithmetic), Ok(Vec::new()));
    }

    /// The scale of an expert's points and the order of the experts do not count; experts who
    /// agree are one.
    #[test]
    fn only_shares_count() {
        let mut draw = Draw::new(11, 0);
        for case in 0..100 {
            let (experts, indicators) = (1 + case % 5, 1 + case % 7);
            let points: Vec<Vec<f64>> = (0..experts)
                .map(|_| (0..indicators).map(|_| draw.uniform() + 0.01).collect())
                .collect();
            let scales: Vec<f64> = (0..experts).map(|_| 1.0 + 100.0 * draw.uniform()).collect();
            let column =
                |j: usize, order: &dyn Fn(usize) -> usize, scale: &dyn Fn(usize) -> f64| {
                    (0..experts).map(|i| points[order(i)][j] * scale(i)).collect::<Vec<f64>>()
                };
            let table = |order: &dyn Fn(usize) -> usize, scale: &dyn Fn(usize) -> f64| {
                let cells = (0..indicators).flat_map(|j| column(j, order, scale)).collect();
                Matrix::from_cells(experts, indicators, cells)
            };
            for mean in [ExpertMean::Arithmetic, ExpertMean::Geometric] {
                let want = budget(&table(&|i| i, &|_| 1.0), mean).expect("weights");
                let other = budget(&table(&|i| experts - 1 - i, &|i| scales[i]), mean);
                let sum: f64 = want.iter().map(|found| found.weight).sum();
                assert!((sum - 1.0).abs() < 1e-14);
                for (a, b) in want.iter().zip(other.expect("weights")) {
                    assert!((a.weight - b.weight).abs() < 1e-13);
                }
                let same = budget(&table(&|_| 0, &|i| scales[i]), mean).expect("weights");
                let total: f64 = points[0].iter().sum();
                for (found, points) in same.iter().zip(&points[0]) {
                    assert!((found.weight - points / total).abs() < 1e-13);
                    assert!(found.disagreement.is_none_or(|sd| sd < 1e-13));
                }
            }
        }
    }
}
