//! How much of the variance of a result each uncertain factor explains.

use sobol_burley::{NUM_DIMENSIONS, sample};

use super::random::Draw;
use crate::kernel::describe::quantile::quantile;
use crate::kernel::parallel::Executor;
use crate::kernel::state::moments::Moments;
use crate::kernel::state::sum::Sum;

/// Points of the scrambled sequence that there are.
const LONGEST: usize = 1 << 16;

/// The runs of a variance-based analysis (Saltelli): `n` rows of a sample A, then of a sample B,
/// then for each factor of A with its column from B. All numbers are uniform on `[0, 1)`.
///
/// They come from an Owen-scrambled Sobol sequence with A and B as halves of its dimensions; beyond
/// its 65,536 points or 128 factors, from random numbers.
#[derive(Debug, Clone)]
pub struct Design {
    n: usize,
    factors: usize,
    /// Row by row, A beside B.
    numbers: Vec<f64>,
}

impl Design {
    /// The same seed gives the same design.
    pub fn new(seed: u64, n: usize, factors: usize) -> Self {
        let columns = 2 * factors;
        let has_sequence = n <= LONGEST && columns <= NUM_DIMENSIONS as usize;
        let scramble = (Draw::new(seed, 0).uniform() * 2_f64.powi(32)) as u32;
        let mut numbers = Vec::with_capacity(n * columns);
        for row in 0..n {
            let mut draw = Draw::new(seed, row as u64);
            numbers.extend((0..columns).map(|column| match has_sequence {
                true => f64::from(sample(row as u32, column as u32, scramble)),
                false => draw.uniform(),
            }));
        }
        Self { n, factors, numbers }
    }

    /// Runs in all: `n (factors + 2)`.
    pub fn rows(&self) -> usize {
        self.n * (self.factors + 2)
    }

    /// The numbers of a run, one per factor.
    pub fn row(&self, row: usize) -> Vec<f64> {
        let (sample, row) = (row / self.n, row % self.n);
        let both = &self.numbers[2 * self.factors * row..][..2 * self.factors];
        let (a, b) = both.split_at(self.factors);
        let is_from_b = |factor: usize| sample == 1 || sample == factor + 2;
        (0..self.factors).map(|i| if is_from_b(i) { b[i] } else { a[i] }).collect()
    }
}

/// The sensitivity of a result to one factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Indices {
    /// Share of the variance that the factor explains alone (first order).
    pub first: f64,
    /// Share of the variance that it has part in, with all its interactions.
    pub total: f64,
    /// Percentile bootstrap interval of `first`; none without bootstrap.
    pub first_interval: Option<(f64, f64)>,
    /// Percentile bootstrap interval of `total`.
    pub total_interval: Option<(f64, f64)>,
}

/// How intervals are made: of so many resamples, so wide, from this seed.
#[derive(Debug, Clone, Copy)]
pub struct Bootstrap {
    /// Resamples of the rows; 0 for no intervals.
    pub resamples: usize,
    /// Probability of the intervals.
    pub level: f64,
    /// What the random numbers follow from.
    pub seed: u64,
}

/// Sobol indices of results in the order of the rows of a [`Design`].
///
/// First order after Saltelli et al. (2010): `mean(yB (yABi - yA)) / V`, by default with the mean
/// of all yA and yB taken out of yB, which leaves the expectation and takes away most of the
/// error; COINr does not (`centred` false). Total after Jansen (1999): `mean((yA - yABi)²) / 2V`.
/// V is the sample variance of yA and yB together. A row that lacks a result (NaN) in any of its
/// runs is left out of all.
///
/// The intervals are from resamples of the rows, the same for all factors. None if the results of
/// A and B do not vary.
///
/// References: Saltelli et al. (2010), Variance based sensitivity analysis of model output; Jansen
/// (1999), Analysis of variance designs for model output.
///
/// The answer does not depend on who does the work.
///
/// # Errors
/// The work was given up.
pub fn indices_with<W: Executor>(
    y: &[f64],
    n: usize,
    factors: usize,
    centred: bool,
    Bootstrap { resamples, level, seed }: Bootstrap,
    work: &W,
) -> Result<Option<Vec<Indices>>, W::Error> {
    let is_whole = |&row: &usize| (0..factors + 2).all(|s| y[s * n + row].is_finite());
    let rows: Vec<usize> = (0..n).filter(is_whole).collect();
    let used = |row: usize| (0..factors + 2).map(move |s| y[s * n + row]);
    let largest = rows.iter().flat_map(|&row| used(row)).fold(0.0_f64, |m, y| m.max(y.abs()));
    if largest == 0.0 {
        return Ok(None);
    }
    // Row by row, in units of the largest: no square overflows, and the indices have no unit.
    let results: Vec<f64> = rows.iter().flat_map(|&row| used(row)).map(|y| y / largest).collect();
    let results = Results { width: factors + 2, results: &results, centred };
    let rows = rows.len();
    let Some(point) = results.of(&(0..rows).collect::<Vec<_>>()) else { return Ok(None) };
    let drawn = work.each(resamples, |draw| {
        let mut numbers = Draw::new(seed, draw as u64);
        results.of(&(0..rows).map(|_| numbers.index(rows)).collect::<Vec<_>>())
    })?;
    let mut replicates: Vec<[Vec<f64>; 2]> = vec![Default::default(); factors];
    // A resample of one row again and again says nothing.
    for resample in drawn.iter().flatten() {
        for (replicates, (first, total)) in replicates.iter_mut().zip(resample) {
            replicates[0].push(*first);
            replicates[1].push(*total);
        }
    }
    let interval = |replicates: &mut Vec<f64>| {
        replicates.sort_unstable_by(f64::total_cmp);
        let tail = (1.0 - level) / 2.0;
        Some((quantile(replicates, tail)?, quantile(replicates, 1.0 - tail)?))
    };
    let with_intervals = |((first, total), mut replicates): ((f64, f64), [Vec<f64>; 2])| Indices {
        first,
        total,
        first_interval: interval(&mut replicates[0]),
        total_interval: interval(&mut replicates[1]),
    };
    Ok(Some(point.into_iter().zip(replicates).map(with_intervals).collect()))
}

/// Results row by row: yA, yB, yAB1, yAB2, …
struct Results<'a> {
    width: usize,
    results: &'a [f64],
    centred: bool,
}

impl Results<'_> {
    /// First-order and total index of each factor, from these rows.
    fn of(&self, rows: &[usize]) -> Option<Vec<(f64, f64)>> {
        let row = |&row: &usize| &self.results[row * self.width..][..self.width];
        let mut moments = Moments::default();
        rows.iter().map(row).flat_map(|y| &y[..2]).for_each(|&y| moments.update(y));
        let sd = moments.sd().filter(|sd| *sd > 0.0)?;
        let centre = if self.centred { moments.mean()? } else { 0.0 };
        let mut sums = vec![(Sum::default(), Sum::default()); self.width - 2];
        for y in rows.iter().map(row) {
            let b = (y[1] - centre) / sd;
            for (y_ab, (first, total)) in y[2..].iter().zip(&mut sums) {
                let change = (y_ab - y[0]) / sd;
                first.add_product(b, change);
                total.add_product(change, change);
            }
        }
        let n = rows.len() as f64;
        let index = |(first, total): &(Sum, Sum)| (first.divided_by(n), total.divided_by(2.0 * n));
        Some(sums.iter().map(index).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::parallel::InTurn;

    fn indices(
        y: &[f64],
        n: usize,
        factors: usize,
        centred: bool,
        resamples: usize,
        level: f64,
        seed: u64,
    ) -> Option<Vec<Indices>> {
        let bootstrap = Bootstrap { resamples, level, seed };
        let Ok(indices) = indices_with(y, n, factors, centred, bootstrap, &InTurn);
        indices
    }

    fn ishigami(u: &[f64]) -> f64 {
        let x: Vec<f64> = u.iter().map(|u| std::f64::consts::PI * (2.0 * u - 1.0)).collect();
        x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
    }

    #[test]
    fn the_design_takes_one_column_from_b() {
        for (n, factors) in [(4, 3), (2, 200)] {
            let design = Design::new(5, n, factors);
            assert_eq!(design.rows(), n * (factors + 2));
            for row in 0..n {
                let (a, b) = (design.row(row), design.row(n + row));
                for factor in 0..factors {
                    let mut want = a.clone();
                    want[factor] = b[factor];
                    assert_eq!(design.row((factor + 2) * n + row), want);
                }
                assert!(a.iter().chain(&b).all(|u| (0.0..1.0).contains(u)));
                assert_ne!(a, b);
            }
        }
        assert_ne!(Design::new(5, 4, 3).row(0), Design::new(6, 4, 3).row(0));
    }

    #[test]
    fn worked_by_hand() {
        // yA = 0 2, yB = 4 2, yAB = 1 4: the mean is 2, V = 8/3. First: (4 1 + 2 2) / 2 = 4
        // over V, centred (2 1 + 0 2) / 2 = 1 over V; total: (1 + 4) / 4 over V.
        let y = [0.0, 2.0, 4.0, 2.0, 1.0, 4.0];
        for (centred, first) in [(false, 1.5), (true, 0.375)] {
            let got = indices(&y, 2, 1, centred, 0, 0.9, 1).unwrap()[0];
            assert!((got.first - first).abs() < 1e-15 && (got.total - 1.25 * 0.375).abs() < 1e-15);
            assert_eq!(got.first_interval, None);
        }
        let with_gap = [0.0, 9.0, 2.0, 4.0, 9.0, 2.0, 1.0, f64::NAN, 4.0];
        assert_eq!(indices(&with_gap, 3, 1, true, 9, 0.9, 1), indices(&y, 2, 1, true, 9, 0.9, 1));
        assert_eq!(indices(&[1.0; 6], 2, 1, true, 0, 0.9, 1), None);
        let huge = y.map(|y| y * 4e307);
        let got = indices(&huge, 2, 1, true, 0, 0.9, 1).unwrap()[0];
        assert!((got.first - 0.375).abs() < 1e-15);
    }

    /// Ishigami and Homma (1990) with a = 7, b = 0.1; the indices have a closed form.
    #[test]
    fn the_ishigami_function() {
        let n = 4096;
        let design = Design::new(1, n, 3);
        let y: Vec<f64> = (0..design.rows()).map(|row| ishigami(&design.row(row))).collect();
        let got = indices(&y, n, 3, true, 200, 0.95, 1).unwrap();
        for (got, (first, total)) in
            got.iter().zip([(0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)])
        {
            assert!((got.first - first).abs() < 0.01, "{got:?}");
            assert!((got.total - total).abs() < 0.01, "{got:?}");
            let (low, high) = got.first_interval.unwrap();
            assert!(low < first && first < high && high - low < 0.2, "{got:?}");
            let (low, high) = got.total_interval.unwrap();
            assert!(low < total && total < high && high - low < 0.2, "{got:?}");
        }
        assert_eq!(got, indices(&y, n, 3, true, 200, 0.95, 1).unwrap());
    }

    #[test]
    fn the_level_is_that_of_the_interval() {
        let y: Vec<f64> = (0..300_u32).map(|i| f64::from(i * i * 37 % 101)).collect();
        let interval = |level| indices(&y, 100, 1, true, 99, level, 1).unwrap()[0].total_interval;
        let [all, most, none] = [1.0, 0.9, 0.0].map(|level| interval(level).unwrap());
        assert!(all.0 < most.0 && most.0 < none.0 && none.0 == none.1);
        assert!(none.1 < most.1 && most.1 < all.1);
    }

    /// By COINr, which takes no mean out of yB: the files of its experiments, where they are there
    /// (see `tests/golden/README.md`).
    #[test]
    fn the_estimator_of_coinr() {
        let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/golden").to_owned();
        let golden = std::env::var("GOALPOSTS_GOLDEN").unwrap_or(beside);
        let column = |file: &str, name: &str| -> Option<Vec<f64>> {
            let text = std::fs::read_to_string(format!("{golden}/coinr/asem/{file}")).ok()?;
            let mut lines = text.lines().map(|line| line.split(','));
            let at = lines.next()?.position(|column| column.trim_matches('"') == name)?;
            lines.map(|mut line| line.nth(at)?.parse().ok()).collect()
        };
        for (runs, want, n) in [
            ("sa_target.csv", "sa_indices.csv", 40),
            ("sobol_ishigami_design.csv", "sobol_ishigami_indices.csv", 500),
        ] {
            let Some(y) = column(runs, "y") else {
                // Past the harness, which keeps what passing tests print.
                let text = "skipped: the results of COINr must be there (GOALPOSTS_GOLDEN)";
                return std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{text}\n"))
                    .unwrap();
            };
            let (first, total) = (column(want, "Si").unwrap(), column(want, "STi").unwrap());
            let got = indices(&y, n, first.len(), false, 0, 0.95, 1).unwrap();
            for (got, (first, total)) in got.iter().zip(first.iter().zip(total)) {
                for (got, want) in [(got.first, *first), (got.total, total)] {
                    assert!((got - want).abs() <= 1e-12 * want.abs(), "{got} must be {want}");
                }
            }
        }
    }
}
