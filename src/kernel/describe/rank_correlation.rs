//! Spearman's and Kendall's rank correlation of two columns.

use super::coefficient::{Correlation, with_t_test};
use super::pairs::two_passes;
use super::rank_tests;

/// The rows of a column that have a value, from the smallest to the largest.
pub fn order(column: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..column.len()).filter(|&row| !column[row].is_nan()).collect();
    // -0 ties with 0: added to 0 they are the same.
    order
        .sort_unstable_by(|&a, &b| (column[a] + 0.0).total_cmp(&(column[b] + 0.0)).then(a.cmp(&b)));
    order
}

/// Memory that is used again for each pair.
pub struct Room {
    ranks: [Vec<f64>; 2],
    pairs: Vec<(f64, f64)>,
    merged: Vec<f64>,
}

impl Room {
    pub fn new(rows: usize) -> Self {
        let ranks = [vec![f64::NAN; rows], vec![f64::NAN; rows]];
        Self { ranks, pairs: Vec::new(), merged: Vec::new() }
    }

    pub fn spearman(&mut self, orders: (&[usize], &[usize]), x: &[f64], y: &[f64]) -> Correlation {
        let [of_x, of_y] = &mut self.ranks;
        let ties = [shared_ranks(orders.0, x, y, of_x), shared_ranks(orders.1, y, x, of_y)];
        let pair = two_passes(of_x, of_y, (1.0, 1.0));
        let mut correlation = with_t_test(pair.correlation(), pair.n);
        if correlation.p_value.is_some() && ties == [false, false] {
            let squares = of_x.iter().zip(of_y.iter()).filter(|(x, y)| !x.is_nan() && !y.is_nan());
            // Whole numbers: an exact sum.
            let squares: f64 = squares.map(|(x, y)| (x - y) * (x - y)).sum();
            correlation.p_value = rank_tests::spearman(pair.n, squares).or(correlation.p_value);
        }
        correlation
    }

    /// Knight's algorithm: sorted by x, the pairs in the other order are the swaps that sort y.
    pub fn kendall(&mut self, order: &[usize], x: &[f64], y: &[f64]) -> Correlation {
        let shared = order.iter().filter(|&&row| !y[row].is_nan());
        self.pairs.clear();
        self.pairs.extend(shared.map(|&row| (x[row], y[row])));
        let n = self.pairs.len();
        let mut of_x = TieSums::default();
        let mut of_both = TieSums::default();
        for run in self.pairs.chunk_by_mut(|a, b| a.0 == b.0) {
            of_x.add(run.len());
            run.sort_unstable_by(|a, b| a.1.total_cmp(&b.1));
            run.chunk_by(|a, b| a.1 == b.1).for_each(|run| of_both.add(run.len()));
        }
        let mut sorted: Vec<f64> = self.pairs.iter().map(|pair| pair.1).collect();
        let swaps = sort_counting(&mut sorted, &mut self.merged);
        let mut of_y = TieSums::default();
        sorted.chunk_by(|a, b| a == b).for_each(|run| of_y.add(run.len()));

        let size = n as f64;
        let all = size * (size - 1.0) / 2.0;
        // Pairs in the same order less those in the other.
        let score = all - of_x.pairs - of_y.pairs + of_both.pairs - 2.0 * swaps as f64;
        let (untied_x, untied_y) = (all - of_x.pairs, all - of_y.pairs);
        if n < 3 || untied_x <= 0.0 || untied_y <= 0.0 {
            return Correlation { value: None, n, p_value: None };
        }
        let tau = (score / (untied_x.sqrt() * untied_y.sqrt())).clamp(-1.0, 1.0);
        let variance = (size * (size - 1.0) * (2.0 * size + 5.0) - of_x.fives - of_y.fives) / 18.0
            + of_x.threes * of_y.threes / (9.0 * size * (size - 1.0) * (size - 2.0))
            + 2.0 * of_x.pairs * of_y.pairs / (size * (size - 1.0));
        let z = score.abs() / variance.sqrt();
        let mut p_value = Some(rank_tests::normal_tails(z));
        if of_x.pairs == 0.0 && of_y.pairs == 0.0 {
            p_value =
                rank_tests::kendall(n, (all as usize).saturating_sub(swaps as usize)).or(p_value);
        }
        Correlation { value: Some(tau), n, p_value }
    }
}

/// Average ranks of the rows that `other` has too; NaN for the rest. Whether some of them tie.
fn shared_ranks(order: &[usize], column: &[f64], other: &[f64], ranks: &mut [f64]) -> bool {
    ranks.fill(f64::NAN);
    let (mut before, mut ties) = (0.0, false);
    for run in order.chunk_by(|&a, &b| column[a] == column[b]) {
        let shared = || run.iter().filter(|&&row| !other[row].is_nan());
        let n = shared().count() as f64;
        shared().for_each(|&row| ranks[row] = before + (n + 1.0) / 2.0);
        before += n;
        ties |= n > 1.0;
    }
    ties
}

/// Runs of `t` equal values: pairs t(t-1)/2, t(t-1)(2t+5) and t(t-1)(t-2), summed.
#[derive(Default)]
struct TieSums {
    pairs: f64,
    fives: f64,
    threes: f64,
}

impl TieSums {
    fn add(&mut self, run: usize) {
        let t = run as f64;
        self.pairs += t * (t - 1.0) / 2.0;
        self.fives += t * (t - 1.0) * (2.0 * t + 5.0);
        self.threes += t * (t - 1.0) * (t - 2.0);
    }
}

/// Sorts by merging and counts how many pairs stood in the wrong order.
fn sort_counting(values: &mut [f64], room: &mut Vec<f64>) -> u64 {
    let mut swaps = 0;
    let mut width = 1;
    while width < values.len() {
        for both in values.chunks_mut(2 * width) {
            if both.len() <= width {
                continue;
            }
            room.clear();
            let (left, right) = both.split_at(width);
            let (mut i, mut j) = (0, 0);
            while i < left.len() && j < right.len() {
                if right[j] < left[i] {
                    swaps += (left.len() - i) as u64;
                    room.push(right[j]);
                    j += 1;
                } else {
                    room.push(left[i]);
                    i += 1;
                }
            }
            room.extend_from_slice(&left[i..]);
            room.extend_from_slice(&right[j..]);
            both.copy_from_slice(room);
        }
        width *= 2;
    }
    swaps
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: f64 = f64::NAN;

    #[test]
    fn merging_counts_what_is_out_of_order() {
        let mut values = [3.0, 1.0, 2.0, 2.0, 0.0];
        assert_eq!(sort_counting(&mut values, &mut Vec::new()), 3 + 1 + 1 + 1 + 1);
        assert_eq!(values, [0.0, 1.0, 2.0, 2.0, 3.0]);
    }

    #[test]
    fn ties_worked_by_hand() {
        // Runs of 3 and 4: 3 + 6, 3 · 2 · 11 + 4 · 3 · 13 and 3 · 2 · 1 + 4 · 3 · 2.
        let mut ties = TieSums::default();
        [3, 4].into_iter().for_each(|run| ties.add(run));
        assert_eq!((ties.pairs, ties.fives, ties.threes), (9.0, 222.0, 30.0));
    }

    #[test]
    fn zeros_of_either_sign_stay_in_the_order_of_their_rows() {
        assert_eq!(order(&[0.0, -0.0, NONE, 0.0, -1.0, -0.0]), [4, 0, 1, 3, 5]);
        // And tie with each other.
        let of = |zero: f64| {
            let (x, y) = ([0.0, zero, 1.0, 2.0], [zero, 3.0, 0.0, 2.0]);
            Room::new(4).kendall(&order(&x), &x, &y)
        };
        assert_eq!(of(-0.0), of(0.0));
    }
}
