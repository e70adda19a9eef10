//! How columns hang together: covariances, correlations, Cronbach's alpha; over the rows that both
//! columns of a pair have.

use std::convert::Infallible;
use std::ops::Range;

use nalgebra::DMatrix;
use statrs::function::beta::beta_reg;

use super::{Matrix, Sum, rank_tests};

/// Rows that are multiplied at a time: a block of 60 columns stays in the cache.
const BLOCK: usize = 256;

/// Parts that the rows are cut into, to be worked on at the same time: as many as fit into so many
/// numbers, and no more than so many.
const ROOM: usize = 1 << 24;
const PARTS: usize = 16;

/// The part of a sum of squares that may be lost by taking the mean out of it afterwards. Beyond
/// it the pair is computed anew about the means of its own rows.
const CANCELLED: f64 = 1e-2;

/// Sums of products of the deviations from the means of the rows that two columns share.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Pair {
    n: usize,
    xx: f64,
    xy: f64,
    yy: f64,
}

/// All pairs of columns of a matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairs {
    columns: usize,
    pairs: Vec<Pair>,
    /// What the columns were divided by.
    scales: Vec<f64>,
}

impl Pairs {
    /// Sums of products of each pair of columns.
    pub fn of(matrix: &Matrix) -> Self {
        let Ok(pairs) = Self::of_with(matrix, &InTurn);
        pairs
    }

    fn of_with<W: Work>(matrix: &Matrix, work: &W) -> Result<Self, W::Error> {
        let columns = matrix.columns();
        let scaled = work.each(columns, |j| {
            let scale = scale(matrix.column(j));
            (scale, mean(matrix.column(j), scale), Mask::of(matrix.column(j)))
        })?;
        let is_whole = scaled.iter().all(|(_, _, mask)| mask.n == matrix.rows());
        let blocks = Blocks { matrix, scaled, is_whole };
        let parts = blocks.parts();
        let sums = work.each(parts.len(), |part| blocks.sums(parts[part].clone()))?;
        let sums = sums.into_iter().reduce(Sums::and).unwrap_or_else(|| Sums::new(columns));
        let rows =
            work.each(columns, |a| (a..columns).map(|b| blocks.pair(&sums, a, b)).collect())?;
        let scales = blocks.scaled.into_iter().map(|(scale, ..)| scale).collect();
        let turned = |Pair { n, xx, xy, yy }| Pair { n, xx: yy, xy, yy: xx };
        Ok(Self { columns, pairs: mirrored(&rows, turned), scales })
    }

    fn pair(&self, a: usize, b: usize) -> Pair {
        self.pairs[a * self.columns + b]
    }

    /// Sample covariance in squares of `unit`; none below two shared rows.
    fn covariance(&self, a: usize, b: usize, unit: f64) -> Option<f64> {
        let Pair { n, xy, .. } = self.pair(a, b);
        (n >= 2).then(|| xy / (n as f64 - 1.0) * (self.scales[a] / unit) * (self.scales[b] / unit))
    }

    /// Pearson's correlation; none where a column does not vary in the shared rows.
    pub fn correlation(&self, a: usize, b: usize) -> Option<f64> {
        let pair = self.pair(a, b);
        if a == b { (pair.xx > 0.0).then_some(1.0) } else { pair.correlation() }
    }
}

impl Pair {
    fn correlation(self) -> Option<f64> {
        if self.n < 2 || self.xx <= 0.0 || self.yy <= 0.0 {
            return None;
        }
        // One rounding less under one root, unless the product is too small for it.
        let both = self.xx * self.yy;
        let size = if both.is_normal() { both.sqrt() } else { self.xx.sqrt() * self.yy.sqrt() };
        let r = self.xy / size;
        // Two columns that say the same are to be at 1, not at a rounding error from it.
        let is_whole = 1.0 - r.abs() <= 4.0 * f64::EPSILON;
        Some(if is_whole { r.signum() } else { r })
    }
}

/// A matrix in blocks of rows, its columns centred, so that little is lost by taking out the means
/// of the shared rows.
struct Blocks<'a> {
    matrix: &'a Matrix,
    /// Scale, mean and mask of each column.
    scaled: Vec<(f64, f64, Mask)>,
    /// Whether no value is missing.
    is_whole: bool,
}

/// Sums over some rows, pair by pair.
struct Sums {
    /// Σ x y.
    products: DMatrix<f64>,
    /// Σ x over the rows that the other column has, and below it Σ x²; if nothing is missing, Σ x
    /// in the first column.
    shared: DMatrix<f64>,
}

impl Sums {
    fn new(columns: usize) -> Self {
        Self {
            products: DMatrix::zeros(columns, columns),
            shared: DMatrix::zeros(2 * columns, columns),
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.products += other.products;
        self.shared += other.shared;
        self
    }
}

impl Blocks<'_> {
    /// The rows of each part. They depend on the matrix alone, and so do the sums.
    fn parts(&self) -> Vec<Range<usize>> {
        let (rows, columns) = (self.matrix.rows(), self.matrix.columns());
        let held = 3 * columns * columns;
        let number = (ROOM / held.max(1)).clamp(1, PARTS);
        let length = rows.div_ceil(number).next_multiple_of(BLOCK);
        (0..rows).step_by(length.max(1)).map(|start| start..rows.min(start + length)).collect()
    }

    /// Sums over the rows of a part, as matrix products of its blocks.
    fn sums(&self, part: Range<usize>) -> Sums {
        let columns = self.matrix.columns();
        let mut sums = Sums::new(columns);
        let zeros = |rows, columns| DMatrix::<f64>::zeros(rows, columns);
        // x and where there is one, column beside column; and across: x over x², row beside row.
        let (mut x, mut is_there) = (zeros(BLOCK, columns), zeros(BLOCK, columns));
        let mut across = zeros(2 * columns, BLOCK);
        for start in part.clone().step_by(BLOCK) {
            let length = BLOCK.min(part.end - start);
            if length < BLOCK {
                // Rows that are not there add nothing.
                x.fill(0.0);
                is_there.fill(0.0);
                across.fill(0.0);
            }
            for (j, (scale, mean, _)) in self.scaled.iter().enumerate() {
                // A power of two: its inverse does what dividing by it does.
                let (inverse, mean) = (1.0 / scale, *mean);
                let column = &self.matrix.column(j)[start..start + length];
                let x = &mut x.as_mut_slice()[j * BLOCK..][..length];
                let is_there = &mut is_there.as_mut_slice()[j * BLOCK..][..length];
                for ((x, is_there), y) in x.iter_mut().zip(is_there).zip(column) {
                    let is_missing = y.is_nan();
                    *x = if is_missing { 0.0 } else { y * inverse - mean };
                    *is_there = if is_missing { 0.0 } else { 1.0 };
                }
                let rows = across.as_mut_slice().chunks_exact_mut(2 * columns);
                for (row, x) in rows.zip(x) {
                    row[j] = *x;
                    row[columns + j] = *x * *x;
                }
            }
            sums.products.gemm(1.0, &across.rows(0, columns), &x, 1.0);
            if self.is_whole {
                for (j, x) in x.column_iter().enumerate() {
                    sums.shared[(j, 0)] += x.sum();
                }
            } else {
                sums.shared.gemm(1.0, &across, &is_there, 1.0);
            }
        }
        sums
    }

    /// A pair, its means taken out.
    fn pair(&self, sums: &Sums, a: usize, b: usize) -> Pair {
        let columns = self.matrix.columns();
        let ((scale_a, _, mask_a), (scale_b, _, mask_b)) = (&self.scaled[a], &self.scaled[b]);
        let Sums { products, shared } = sums;
        let (n, of_a, of_b, xx, yy) = match self.is_whole {
            true => {
                let (a, b) = ((a, 0, a), (b, 0, b));
                let of = |(j, first, same): (usize, usize, usize)| {
                    (shared[(j, first)], products[(j, same)])
                };
                let ((of_a, xx), (of_b, yy)) = (of(a), of(b));
                (self.matrix.rows(), of_a, of_b, xx, yy)
            }
            false => {
                let (xx, yy) = (shared[(columns + a, b)], shared[(columns + b, a)]);
                (mask_a.shared(mask_b), shared[(a, b)], shared[(b, a)], xx, yy)
            }
        };
        let rows = n.max(1) as f64;
        let pair = Pair {
            n,
            xx: xx - of_a * of_a / rows,
            xy: products[(a, b)] - of_a * of_b / rows,
            yy: yy - of_b * of_b / rows,
        };
        if pair.xx < CANCELLED * xx || pair.yy < CANCELLED * yy {
            let (x, y) = (self.matrix.column(a), self.matrix.column(b));
            return two_passes(x, y, (*scale_a, *scale_b));
        }
        pair
    }
}

/// Which rows of a column have a value, a bit each.
struct Mask {
    bits: Vec<u64>,
    n: usize,
}

impl Mask {
    fn of(column: &[f64]) -> Self {
        let word =
            |rows: &[f64]| rows.iter().rev().fold(0, |word, x| word << 1 | u64::from(!x.is_nan()));
        let bits: Vec<u64> = column.chunks(u64::BITS as usize).map(word).collect();
        let n = bits.iter().map(|word| word.count_ones() as usize).sum();
        Self { bits, n }
    }

    /// Rows that both have.
    fn shared(&self, other: &Self) -> usize {
        let both = self.bits.iter().zip(&other.bits);
        both.map(|(a, b)| (a & b).count_ones() as usize).sum()
    }
}

/// Someone who does jobs that do not depend on each other.
pub trait Work {
    /// Why it was not done.
    type Error;

    /// Does jobs `0..number`, in whatever order, and gives the answers in that of the jobs.
    ///
    /// # Errors
    /// The work was given up.
    fn each<R: Send>(
        &self,
        number: usize,
        job: impl Fn(usize) -> R + Sync,
    ) -> Result<Vec<R>, Self::Error>;
}

/// One job after the other.
pub(super) struct InTurn;

impl Work for InTurn {
    type Error = Infallible;

    fn each<R: Send>(
        &self,
        number: usize,
        job: impl Fn(usize) -> R + Sync,
    ) -> Result<Vec<R>, Infallible> {
        Ok((0..number).map(job).collect())
    }
}

/// A power of two near the largest value, by which a column can be divided without rounding.
fn scale(column: &[f64]) -> f64 {
    const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
    let largest = column.iter().filter(|x| !x.is_nan()).fold(0.0_f64, |m, x| m.max(x.abs()));
    if largest < f64::MIN_POSITIVE { 1.0 } else { f64::from_bits(largest.to_bits() & EXPONENT) }
}

fn mean(column: &[f64], scale: f64) -> f64 {
    let (mut sum, mut n) = (Sum::default(), 0.0);
    for x in column.iter().filter(|x| !x.is_nan()) {
        sum.add(x / scale);
        n += 1.0;
    }
    if n > 0.0 { sum.divided_by(n) } else { 0.0 }
}

/// A pair about the means of its own rows.
fn two_passes(x: &[f64], y: &[f64], scales: (f64, f64)) -> Pair {
    let shared = || {
        let is_there = |(x, y): &(&f64, &f64)| !x.is_nan() && !y.is_nan();
        x.iter().zip(y).filter(is_there).map(|(x, y)| (x / scales.0, y / scales.1))
    };
    let Some(first) = shared().next() else { return Pair::default() };
    let (mut n, mut x_varies, mut y_varies) = (0_usize, false, false);
    let (mut x_sum, mut y_sum) = (Sum::default(), Sum::default());
    for (x, y) in shared() {
        n += 1;
        x_varies |= x != first.0;
        y_varies |= y != first.1;
        x_sum.add(x);
        y_sum.add(y);
    }
    let means = (x_sum.divided_by(n as f64), y_sum.divided_by(n as f64));
    let (mut xx, mut xy, mut yy) = (Sum::default(), Sum::default(), Sum::default());
    for (x, y) in shared() {
        let x = if x_varies { x - means.0 } else { 0.0 };
        let y = if y_varies { y - means.1 } else { 0.0 };
        xx.add_product(x, x);
        xy.add_product(x, y);
        yy.add_product(y, y);
    }
    Pair { n, xx: xx.value(), xy: xy.value(), yy: yy.value() }
}

/// Kinds of correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Association {
    /// Linear.
    Pearson,
    /// Pearson's, of the average ranks among the shared rows.
    Spearman,
    /// Kendall's tau-b: pairs of rows in the same less those in the other order.
    Kendall,
}

/// The correlation of two columns.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Correlation {
    /// None below three shared rows, or where a column does not vary in them.
    pub value: Option<f64>,
    /// Shared rows.
    pub n: usize,
    /// Two-sided, of no correlation.
    pub p_value: Option<f64>,
}

impl Association {
    /// The correlations of all pairs of columns, row after row of their square.
    pub fn of(self, matrix: &Matrix) -> Vec<Correlation> {
        let Ok(all) = self.of_with(matrix, &InTurn);
        all
    }

    /// The same, the work done by someone else: the answer does not depend on who does it.
    ///
    /// # Errors
    /// The work was given up.
    pub fn of_with<W: Work>(self, matrix: &Matrix, work: &W) -> Result<Vec<Correlation>, W::Error> {
        let columns = matrix.columns();
        if self == Self::Pearson {
            let pairs = Pairs::of_with(matrix, work)?;
            let correlation = |(a, b)| with_t_test(pairs.correlation(a, b), pairs.pair(a, b).n);
            let row = |a: usize| (a..columns).map(|b| correlation((a, b))).collect();
            return Ok(mirrored(&work.each(columns, row)?, |correlation| correlation));
        }
        let orders = work.each(columns, |j| order(matrix.column(j)))?;
        let row = |a: usize| {
            let mut room = Room::new(matrix.rows());
            let correlation = |b: usize| {
                let (x, y) = (matrix.column(a), matrix.column(b));
                let mut correlation = match self {
                    Self::Kendall => room.kendall(&orders[a], x, y),
                    _ => room.spearman((&orders[a], &orders[b]), x, y),
                };
                if a == b && correlation.value.is_some() {
                    correlation.value = Some(1.0);
                }
                correlation
            };
            (a..columns).map(correlation).collect()
        };
        Ok(mirrored(&work.each(columns, row)?, |correlation| correlation))
    }
}

/// A square of pairs from its rows, each from the diagonal on; `turned` is the pair (b, a) of (a, b).
fn mirrored<T: Copy>(rows: &[Vec<T>], turned: impl Fn(T) -> T) -> Vec<T> {
    let all = (0..rows.len()).flat_map(|a| (0..rows.len()).map(move |b| (a, b)));
    all.map(|(a, b)| if a <= b { rows[a][b - a] } else { turned(rows[b][a - b]) }).collect()
}

/// With the p value of the t distribution with n - 2 degrees of freedom.
fn with_t_test(value: Option<f64>, n: usize) -> Correlation {
    let value = value.filter(|_| n >= 3);
    let tail = |r: f64| {
        // P(|t| > t0) = I(df / (df + t0²)), and df / (df + t0²) = 1 - r².
        let rest = (1.0 - r) * (1.0 + r);
        let freedom = n as f64 - 2.0;
        if rest > 0.0 { beta_reg(freedom / 2.0, 0.5, rest) } else { 0.0 }
    };
    Correlation { value, n, p_value: value.map(tail) }
}

/// The rows of a column that have a value, from the smallest to the largest.
fn order(column: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..column.len()).filter(|&row| !column[row].is_nan()).collect();
    // -0 ties with 0: added to 0 they are the same.
    order
        .sort_unstable_by(|&a, &b| (column[a] + 0.0).total_cmp(&(column[b] + 0.0)).then(a.cmp(&b)));
    order
}

/// Memory that is used again for each pair.
struct Room {
    ranks: [Vec<f64>; 2],
    pairs: Vec<(f64, f64)>,
    merged: Vec<f64>,
}

impl Room {
    fn new(rows: usize) -> Self {
        let ranks = [vec![f64::NAN; rows], vec![f64::NAN; rows]];
        Self { ranks, pairs: Vec::new(), merged: Vec::new() }
    }

    fn spearman(&mut self, orders: (&[usize], &[usize]), x: &[f64], y: &[f64]) -> Correlation {
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
    fn kendall(&mut self, order: &[usize], x: &[f64], y: &[f64]) -> Correlation {
        let shared = order.iter().filter(|&&row| !y[row].is_nan());
        self.pairs.clear();
        self.pairs.extend(shared.map(|&row| (x[row], y[row])));
        let n = self.pairs.len();
        let mut of_x = Ties::default();
        let mut of_both = Ties::default();
        for run in self.pairs.chunk_by_mut(|a, b| a.0 == b.0) {
            of_x.add(run.len());
            run.sort_unstable_by(|a, b| a.1.total_cmp(&b.1));
            run.chunk_by(|a, b| a.1 == b.1).for_each(|run| of_both.add(run.len()));
        }
        let mut sorted: Vec<f64> = self.pairs.iter().map(|pair| pair.1).collect();
        let swaps = sort_counting(&mut sorted, &mut self.merged);
        let mut of_y = Ties::default();
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
struct Ties {
    pairs: f64,
    fives: f64,
    threes: f64,
}

impl Ties {
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

/// Cronbach's alpha of all columns: `k / (k - 1) (1 - Σ variances / Σ covariances)`, the
/// covariances pairwise. None below two columns, without shared rows, or if nothing varies.
pub fn cronbach(matrix: &Matrix) -> Option<f64> {
    let k = matrix.columns();
    if k < 2 {
        return None;
    }
    let pairs = Pairs::of(matrix);
    // Alpha has no unit; in that of the largest column nothing overflows.
    let unit = pairs.scales.iter().copied().fold(0.0, f64::max);
    let (mut variances, mut total) = (Sum::default(), Sum::default());
    for a in 0..k {
        for b in 0..k {
            let covariance = pairs.covariance(a, b, unit)?;
            total.add(covariance);
            if a == b {
                variances.add(covariance);
            }
        }
    }
    let k = k as f64;
    let total = Some(total.value()).filter(|&total| total != 0.0)?;
    Some(k / (k - 1.0) * (1.0 - variances.value() / total))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: f64 = f64::NAN;

    fn close(got: Option<f64>, want: f64) {
        assert!(got.is_some_and(|got| (got - want).abs() < 1e-12), "{got:?} must be {want}");
    }

    #[test]
    fn pearson_worked_by_hand() {
        // Deviations -1, 0, 1 and -1, 1, 0: 1 / sqrt(2 * 2).
        let all = Association::Pearson.of(&Matrix::of(&[&[1.0, 2.0, 3.0], &[1.0, 3.0, 2.0]]));
        close(all[1].value, 0.5);
        assert_eq!(all[0].value, Some(1.0));
        // One degree of freedom: p = 1 - 2 atan(t) / pi with t = 0.5 / sqrt(0.75).
        let t = 0.5 / 0.75_f64.sqrt();
        close(all[1].p_value, 1.0 - 2.0 * t.atan() / std::f64::consts::PI);
    }

    #[test]
    fn a_shared_part_far_from_the_mean_is_computed_about_its_own() {
        let x = [1.0, 2.0, 3.0, 4e12];
        let y = [1.0, 3.0, 2.0, NONE];
        close(Association::Pearson.of(&Matrix::of(&[&x, &y]))[1].value, 0.5);
        let constant = [5.0, 5.0, 5.0, 4e12];
        assert_eq!(Association::Pearson.of(&Matrix::of(&[&constant, &y]))[1].value, None);
        // Either way round.
        close(Association::Pearson.of(&Matrix::of(&[&y, &x]))[1].value, 0.5);
        assert_eq!(Association::Pearson.of(&Matrix::of(&[&y, &constant]))[1].value, None);
    }

    #[test]
    fn the_means_of_a_few_shared_rows_are_taken_out() {
        // Shared: as above, 1 2 3 and 1 3 2; the rest shifts the mean of each column a little.
        let matrix = Matrix::of(&[&[1.0, 2.0, 3.0, NONE, 2.25], &[1.0, 3.0, 2.0, 1.5, NONE]]);
        close(Association::Pearson.of(&matrix)[1].value, 0.5);
    }

    #[test]
    fn huge_and_tiny_columns() {
        let all = Association::Pearson
            .of(&Matrix::of(&[&[-1e308, 0.0, 1e308], &[1e-300, 3e-300, 2e-300]]));
        close(all[1].value, 0.5);
    }

    #[test]
    fn ranks_with_ties_and_gaps() {
        // Shared: (10, 1), (20, 2), (20, 3), (40, 4); ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4:
        // Sxy = 4.5, Sxx = 4.5, Syy = 5.
        let x = [10.0, 20.0, 5.0, 20.0, 40.0];
        let y = [1.0, 2.0, NONE, 3.0, 4.0];
        let matrix = Matrix::of(&[&x, &y]);
        let spearman = Association::Spearman.of(&matrix)[1];
        close(spearman.value, 4.5 / (4.5_f64 * 5.0).sqrt());
        assert_eq!(spearman.n, 4);
        // Six pairs, one tied in x, five in the same order: 5 / sqrt(5 * 6).
        close(Association::Kendall.of(&matrix)[2].value, 5.0 / 30.0_f64.sqrt());
    }

    #[test]
    fn small_samples_without_ties_are_exact() {
        let (up, down) = ([1.0, 2.0, 3.0, 4.0], [9.0, 8.0, 7.0, 6.0]);
        let p = |kind: Association, x: &[f64], y: &[f64]| kind.of(&Matrix::of(&[x, y]))[1].p_value;
        for kind in [Association::Spearman, Association::Kendall] {
            close(p(kind, &up, &down), 2.0 / 24.0);
            close(p(kind, &up[..3], &down[..3]), 2.0 / 6.0);
            // A row that only one of the two has is none.
            close(p(kind, &[1.0, 2.0, NONE, 3.0, 4.0], &[4.0, 3.0, 2.5, 2.0, 1.0]), 2.0 / 24.0);
        }
        // One tie: as before, by the t distribution and the normal one.
        let tied = [1.0, 2.0, 2.0, 4.0];
        assert!(p(Association::Spearman, &tied, &up).is_some_and(|p| p < 2.0 / 24.0));
        close(p(Association::Kendall, &tied, &up), 0.07095149242730567); // scipy, asymptotic
    }

    #[test]
    fn alpha_worked_by_hand() {
        // Variances 1 and 1, covariance 0.5: 2 (1 - 2 / 3).
        let matrix = Matrix::of(&[&[1.0, 2.0, 3.0], &[1.0, 3.0, 2.0]]);
        close(cronbach(&matrix), 2.0 / 3.0);
    }

    #[test]
    fn merging_counts_what_is_out_of_order() {
        let mut values = [3.0, 1.0, 2.0, 2.0, 0.0];
        assert_eq!(sort_counting(&mut values, &mut Vec::new()), 3 + 1 + 1 + 1 + 1);
        assert_eq!(values, [0.0, 1.0, 2.0, 2.0, 3.0]);
    }

    #[test]
    fn two_rows_say_the_same_or_the_opposite() {
        let pairs = Pairs::of(&Matrix::of(&[&[1.0, 3.0], &[5.0, 1.0], &[2.0, 3.0]]));
        assert_eq!((pairs.correlation(0, 1), pairs.correlation(0, 2)), (Some(-1.0), Some(1.0)));
    }

    #[test]
    fn the_centre_of_a_column_is_its_mean_in_units_of_its_scale() {
        assert_eq!(mean(&[2.0, NONE, 6.0], 2.0), 2.0);
        assert_eq!(mean(&[NONE, NONE], 1.0), 0.0);
    }

    #[test]
    fn ties_worked_by_hand() {
        // Runs of 3 and 4: 3 + 6, 3 · 2 · 11 + 4 · 3 · 13 and 3 · 2 · 1 + 4 · 3 · 2.
        let mut ties = Ties::default();
        [3, 4].into_iter().for_each(|run| ties.add(run));
        assert_eq!((ties.pairs, ties.fives, ties.threes), (9.0, 222.0, 30.0));
    }

    #[test]
    fn zeros_of_either_sign_stay_in_the_order_of_their_rows() {
        assert_eq!(order(&[0.0, -0.0, NONE, 0.0, -1.0, -0.0]), [4, 0, 1, 3, 5]);
        // And tie with each other.
        let of = |zero: f64| {
            let columns: [&[f64]; 2] = [&[0.0, zero, 1.0, 2.0], &[zero, 3.0, 0.0, 2.0]];
            Association::Kendall.of(&Matrix::of(&columns))[1]
        };
        assert_eq!(of(-0.0), of(0.0));
    }

    /// By scipy.stats.kendalltau (asymptotic) and spearmanr.
    #[test]
    fn ties_in_both_columns() {
        let x = [1.0, 2.0, 2.0, 2.0, 2.0, 3.0, 3.0, 4.0, 5.0, 5.0];
        let y = [2.0, 1.0, 1.0, 3.0, 3.0, 3.0, 5.0, 4.0, 4.0, 6.0];
        let matrix = Matrix::of(&[&x, &y]);
        let kendall = Association::Kendall.of(&matrix)[1];
        close(kendall.value, 0.6758378183830472);
        close(kendall.p_value, 0.012999822553255031);
        let spearman = Association::Spearman.of(&matrix)[1];
        close(spearman.value, 0.8110474215522647);
        close(spearman.p_value, 0.004409209712264694);
    }

    #[test]
    fn exact_p_values_inside_the_range() {
        // The squares sum to 8: 21 of the 120 orders of five have no more, counted one by one.
        // Kendall's by scipy.stats.kendalltau.
        let columns: [&[f64]; 2] = [&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 3.0, 1.0, 5.0, 4.0]];
        let matrix = Matrix::of(&columns);
        close(Association::Spearman.of(&matrix)[1].p_value, 0.35);
        close(Association::Kendall.of(&matrix)[1].p_value, 0.48333333333333334);
    }

    #[test]
    fn kendall_of_too_few_rows_or_of_a_constant_column() {
        let value = |x: &[f64], y: &[f64]| Association::Kendall.of(&Matrix::of(&[x, y]))[1].value;
        assert_eq!(value(&[1.0, 2.0], &[1.0, 2.0]), None);
        assert_eq!(value(&[1.0, 2.0, 3.0], &[5.0; 3]), None);
        assert_eq!(value(&[5.0; 3], &[1.0, 2.0, 3.0]), None);
    }

    #[test]
    fn a_constant_column_has_no_correlation_even_with_itself() {
        for constant in [0.1, 0.0] {
            let pairs = Pairs::of(&Matrix::of(&[&[constant; 3], &[1.0, 2.0, 3.0]]));
            assert_eq!((pairs.correlation(0, 0), pairs.correlation(1, 1)), (None, Some(1.0)));
            assert_eq!(pairs.correlation(0, 1), None);
        }
    }

    #[test]
    fn a_shared_part_whose_squares_nearly_vanish() {
        // Beside 1 the products of the sums of squares are below the smallest f64.
        let x = [1e-90, 2e-90, 3e-90, 1.0, NONE];
        let y = [1e-90, 3e-90, 2e-90, NONE, 1.0];
        close(Association::Pearson.of(&Matrix::of(&[&x, &y]))[1].value, 0.5);
    }

    #[test]
    fn columns_that_say_the_same_are_at_1() {
        for slope in [0.1, 0.7, 3.3, -1e-9] {
            let x: Vec<f64> = (1..40).map(|i| f64::from(i * i) / 7.0).collect();
            let y: Vec<f64> = x.iter().map(|x| slope * x).collect();
            let found = Association::Pearson.of(&Matrix::of(&[&x, &y]))[1];
            assert_eq!((found.value, found.p_value), (Some(f64::signum(slope)), Some(0.0)));
        }
    }

    #[test]
    fn two_passes_worked_by_hand() {
        // In their scales 1 2 3 and 1 3 2.
        let pair = two_passes(&[2.0, 4.0, NONE, 6.0], &[4.0, 12.0, 1.0, 8.0], (2.0, 4.0));
        assert_eq!(pair, Pair { n: 3, xx: 2.0, xy: 1.0, yy: 2.0 });
    }

    /// Many blocks of rows in many parts against each pair alone; the gaps are where values are
    /// large, or small, so that the means of the shared rows are not those of the columns.
    #[test]
    fn blocks_add_up_to_each_pair_alone() {
        // The last part has a whole block and a piece of one.
        let rows = (PARTS + 1) * BLOCK + 41;
        let column = |seed: usize, gaps: bool| -> Vec<f64> {
            let x = |i: usize| ((i * 7919 + seed * 104_729) % 1009) as f64;
            let is_gap = |i: usize| gaps && if seed == 1 { x(i) < 200.0 } else { x(i) > 800.0 };
            let level = (300 * seed) as f64;
            (0..rows).map(|i| if is_gap(i) { NONE } else { x(i) + level }).collect()
        };
        for gaps in [false, true] {
            let columns: Vec<Vec<f64>> = (0..3).map(|seed| column(seed, gaps)).collect();
            let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let pairs = Pairs::of(&Matrix::of(&columns));
            for (a, b) in [(0, 0), (0, 1), (1, 2), (2, 0)] {
                let (got, scales) = (pairs.pair(a, b), (pairs.scales[a], pairs.scales[b]));
                let want = two_passes(columns[a], columns[b], scales);
                assert_eq!(got.n, want.n);
                let size = want.xx + want.yy;
                for (got, want) in [(got.xx, want.xx), (got.xy, want.xy), (got.yy, want.yy)] {
                    assert!((got - want).abs() <= 1e-13 * size, "{a} {b}: {got} must be {want}");
                }
            }
        }
    }

    #[test]
    fn parts_are_as_many_as_fit() {
        for (rows, columns, want) in [(10, 1000, 5), (2, 3000, 1), (40, 1, 14), (1, 1, 1)] {
            let matrix = Matrix::new(rows * BLOCK, columns);
            let parts = Blocks { matrix: &matrix, scaled: Vec::new(), is_whole: true }.parts();
            // 5 times 3 · 1000² fit into 2^24, no 3 · 3000² does; 40 blocks in 16 parts are 3 each.
            assert_eq!(parts.len(), want, "{rows} blocks of {columns}");
            let covered: Vec<usize> = parts.into_iter().flatten().collect();
            assert!(covered.into_iter().eq(0..rows * BLOCK));
        }
    }

    /// By numpy.cov of each pair of columns over the rows that both have.
    #[test]
    fn alpha_of_columns_with_gaps() {
        let alpha = |columns: [&[f64]; 3]| cronbach(&Matrix::of(&columns));
        let x = [1.0, 2.0, 4.0, 3.0, NONE, 6.0];
        let (y, z) = ([1.0, 3.0, 2.0, NONE, 5.0, 7.0], [4.0, 2.0, NONE, 8.0, 6.0, 18.0]);
        close(alpha([&x, &y, &z]), 0.8867099322799097);
        let large = [&x, &y, &z].map(|column| column.map(|x| x * 1e200));
        close(alpha([&large[0], &large[1], &large[2]]), 0.8867099322799097);
        let y = [100.0, 300.0, 200.0, NONE, 500.0, 700.0];
        close(alpha([&x, &y, &[2e5, 1e5, NONE, 4e5, 3e5, 9e5]]), 0.002390014019072406);
    }
}
