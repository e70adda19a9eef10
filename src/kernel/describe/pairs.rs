//! Sums of products of each pair of columns, over the rows that both have.

use std::ops::Range;

use nalgebra::DMatrix;

use crate::kernel::matrix::Matrix;
use crate::kernel::parallel::{Executor, InTurn};
use crate::kernel::state::sum::Sum;
use crate::kernel::units::power_of_two;

/// Rows that are multiplied at a time: a block of 60 columns stays in the cache.
const BLOCK: usize = 256;

/// Parts that the rows are cut into, to be worked on at the same time: as many as fit into so many
/// numbers, and no more than so many.
const MAX_CELLS: usize = 1 << 24;
const PARTS: usize = 16;

/// The part of a sum of squares that may be lost by taking the mean out of it afterwards. Beyond
/// it the pair is computed anew about the means of its own rows.
const CANCELLED: f64 = 1e-2;

/// Sums of products of the deviations from the means of the rows that two columns share.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pair {
    pub n: usize,
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
    pub scales: Vec<f64>,
}

impl Pairs {
    /// Sums of products of each pair of columns.
    pub fn of(matrix: &Matrix) -> Self {
        let Ok(pairs) = Self::of_with(matrix, &InTurn);
        pairs
    }

    pub fn of_with<W: Executor>(matrix: &Matrix, work: &W) -> Result<Self, W::Error> {
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

    pub fn pair(&self, a: usize, b: usize) -> Pair {
        self.pairs[a * self.columns + b]
    }

    /// Sample covariance in squares of `unit`; none below two shared rows.
    pub fn covariance(&self, a: usize, b: usize, unit: f64) -> Option<f64> {
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
    pub fn correlation(self) -> Option<f64> {
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
        let number = (MAX_CELLS / held.max(1)).clamp(1, PARTS);
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

/// A power of two near the largest value, by which a column can be divided without rounding.
pub fn scale(column: &[f64]) -> f64 {
    let largest = column.iter().filter(|x| !x.is_nan()).fold(0.0_f64, |m, x| m.max(x.abs()));
    if largest < f64::MIN_POSITIVE { 1.0 } else { power_of_two(largest) }
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
pub fn two_passes(x: &[f64], y: &[f64], scales: (f64, f64)) -> Pair {
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

/// A pair about 0 in the place of its means: its correlation is the cosine between the two.
pub fn about_zero(x: &[f64], y: &[f64], scales: (f64, f64)) -> Pair {
    let (mut n, [mut xx, mut xy, mut yy]) = (0, [Sum::default(); 3]);
    for (x, y) in x.iter().zip(y).filter(|(x, y)| !x.is_nan() && !y.is_nan()) {
        let (x, y) = (x / scales.0, y / scales.1);
        n += 1;
        xx.add_product(x, x);
        xy.add_product(x, y);
        yy.add_product(y, y);
    }
    Pair { n, xx: xx.value(), xy: xy.value(), yy: yy.value() }
}

/// A square of pairs from its rows, each from the diagonal on; `turned` is the pair (b, a) of (a, b).
pub fn mirrored<T: Copy>(rows: &[Vec<T>], turned: impl Fn(T) -> T) -> Vec<T> {
    let all = (0..rows.len()).flat_map(|a| (0..rows.len()).map(move |b| (a, b)));
    all.map(|(a, b)| if a <= b { rows[a][b - a] } else { turned(rows[b][a - b]) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: f64 = f64::NAN;

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
    fn a_constant_column_has_no_correlation_even_with_itself() {
        for constant in [0.1, 0.0] {
            let pairs = Pairs::of(&Matrix::of(&[&[constant; 3], &[1.0, 2.0, 3.0]]));
            assert_eq!((pairs.correlation(0, 0), pairs.correlation(1, 1)), (None, Some(1.0)));
            assert_eq!(pairs.correlation(0, 1), None);
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
}
