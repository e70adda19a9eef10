//! Units compared pairwise: Copeland and Borda.

use crate::kernel::{matrix::Matrix, state::sum::Sum};

/// Sums of weights that differ by less than this share of their total are the same: 0.1 + 0.2
/// against 0.3 is a tie, whatever its digits in binary.
const TIE: f64 = 1e-12;

/// Pairwise comparisons of units: for how much of the weight one is better than the other.
#[derive(Debug, Clone)]
pub struct Outranking {
    units: usize,
    /// Unit after unit; NaN is missing.
    scores: Vec<f64>,
    weights: Vec<f64>,
}

impl Outranking {
    /// Of the units of a matrix. Indicators of weight 0 are left out.
    pub fn new(matrix: &Matrix) -> Self {
        let columns: Vec<usize> =
            (0..matrix.columns()).filter(|&j| matrix.weights()[j] > 0.0).collect();
        let score = |row: usize, &j: &usize| matrix.get(row, j).unwrap_or(f64::NAN);
        let scores =
            (0..matrix.rows()).flat_map(|row| columns.iter().map(move |j| score(row, j))).collect();
        // The largest becomes 1, so that no sum of weights can overflow.
        let largest = columns.iter().fold(0.0_f64, |m, &j| m.max(matrix.weights()[j]));
        let weights = columns.iter().map(|&j| matrix.weights()[j] / largest).collect();
        Self { units: matrix.rows(), scores, weights }
    }

    fn scores(&self, unit: usize) -> &[f64] {
        let m = self.weights.len();
        &self.scores[unit * m..(unit + 1) * m]
    }

    /// Whether a unit has any score that counts.
    pub fn has_scores(&self, unit: usize) -> bool {
        self.scores(unit).iter().any(|x| !x.is_nan())
    }

    /// The share of the weight for which `a` beats `b`, plus half of that of their ties, over the
    /// indicators that both have; none if there are none. Exactly 0.5 where they are even.
    pub fn share(&self, a: usize, b: usize) -> Option<f64> {
        let (mut lead, mut total) = (Sum::default(), Sum::default());
        for ((a, b), &w) in self.scores(a).iter().zip(self.scores(b)).zip(&self.weights) {
            if a.is_nan() || b.is_nan() {
                continue;
            }
            total.add(w);
            if a > b {
                lead.add(w);
            } else if a < b {
                lead.add(-w);
            }
        }
        let (lead, total) = (lead.value(), total.value());
        if total <= 0.0 {
            return None;
        }
        Some(if lead.abs() <= TIE * total { 0.5 } else { 0.5 + lead / (2.0 * total) })
    }

    /// For each unit the sum over the others of `points` of the share; none for a unit without
    /// scores.
    fn sums(&self, points: impl Fn(f64) -> f64) -> Vec<Option<f64>> {
        let mut sums = vec![Sum::default(); self.units];
        for a in 0..self.units {
            for b in a + 1..self.units {
                if let Some(share) = self.share(a, b) {
                    sums[a].add(points(share));
                    sums[b].add(points(1.0 - share));
                }
            }
        }
        let sum = |unit: usize| self.has_scores(unit).then(|| sums[unit].value());
        (0..self.units).map(sum).collect()
    }

    /// Copeland: units beaten less units lost to.
    pub fn copeland(&self) -> Vec<Option<f64>> {
        self.sums(|share| f64::from(share > 0.5) - f64::from(share < 0.5))
    }

    /// Borda: shares won, summed over the other units. Where nothing is missing this is the
    /// weighted mean of the average rank, counted from 0 for the last.
    pub fn borda(&self) -> Vec<Option<f64>> {
        self.sums(|share| share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: f64 = f64::NAN;

    #[test]
    fn three_units_worked_by_hand() {
        // a beats b twice of three and c in all; b beats c once, ties once, loses once.
        let matrix = Matrix::of(&[&[3.0, 2.0, 1.0], &[3.0, 2.0, 2.0], &[2.0, 4.0, 1.0]]);
        let mut matrix = matrix;
        [1.0, 1.0, 2.0].iter().enumerate().for_each(|(j, &w)| matrix.set_weight(j, w));
        let outranking = Outranking::new(&matrix);
        assert_eq!(outranking.share(0, 1), Some(0.5)); // 1 + 1 against 2
        assert_eq!(outranking.share(0, 2), Some(1.0));
        assert_eq!(outranking.share(2, 1), Some(0.125)); // half of 1 of 4
        assert_eq!(outranking.copeland(), [Some(1.0), Some(1.0), Some(-2.0)]);
        assert_eq!(outranking.borda(), [Some(1.5), Some(1.375), Some(0.125)]);
    }

    #[test]
    fn ties_of_decimal_weights_are_ties() {
        let mut matrix = Matrix::of(&[&[1.0, 0.0], &[1.0, 0.0], &[0.0, 1.0]]);
        [0.1, 0.2, 0.3].iter().enumerate().for_each(|(j, &w)| matrix.set_weight(j, w));
        assert_eq!(Outranking::new(&matrix).share(0, 1), Some(0.5));
        assert_eq!(Outranking::new(&matrix).copeland(), [Some(0.0), Some(0.0)]);
    }

    #[test]
    fn gaps_leave_the_pair_to_what_both_have() {
        let matrix = Matrix::of(&[&[1.0, 2.0, NONE, NONE], &[NONE, 1.0, 2.0, NONE]]);
        let outranking = Outranking::new(&matrix);
        assert_eq!(outranking.share(0, 2), None);
        assert_eq!(outranking.copeland(), [Some(-1.0), Some(0.0), Some(1.0), None]);
    }

    #[test]
    fn two_of_three_equal_weights() {
        let matrix = Matrix::of(&[&[3.0, 1.0], &[2.0, 0.0], &[0.0, 5.0]]);
        let share = Outranking::new(&matrix).share(0, 1);
        assert!(share.is_some_and(|share| (share - 2.0 / 3.0).abs() < 1e-15));
    }
}
