//! What becomes of the ranks in the runs of a Monte Carlo.

use datafusion::arrow::array::UInt32Array;
use datafusion::common::Result;

use super::runs::{MonteCarlo, Period, Run};
use crate::kernel::{RankCounts, Sum};

/// Where a unit ranks in the draws.
#[derive(Debug, Clone, Copy, Default)]
pub struct Statistics {
    pub draws: u64,
    pub mean: Option<f64>,
    /// Quantiles 0.05, 0.5 and 0.95.
    pub quantiles: [Option<f64>; 3],
    pub min: Option<u32>,
    pub max: Option<u32>,
    pub top: Option<f64>,
}

impl Statistics {
    fn of(counts: &RankCounts, top: u32) -> Self {
        Self {
            draws: counts.n(),
            mean: counts.mean(),
            quantiles: [0.05, 0.5, 0.95].map(|p| counts.quantile(p)),
            min: counts.min(),
            max: counts.max(),
            top: counts.share_up_to(top),
        }
    }
}

/// Units whose ranks are counted together: what they need stays in the fast memory of a core.
const COUNTED: usize = 16;

impl MonteCarlo<'_> {
    /// Where each unit ranks in these runs, each with the number of draws it stands for; `top` is the
    /// rank up to which a unit is counted in `top`.
    pub fn statistics(
        &self,
        top: u32,
        runs: &[(Run, usize)],
        period: usize,
    ) -> Result<Vec<Statistics>> {
        let at = self.at(period)?;
        let units = self.panel.units.len();
        let size = size_of::<u32>();
        if runs.len() <= units {
            // Fewer runs than ranks: the ranks themselves need less room than their numbers.
            let held = self.reservation.new_empty();
            held.try_grow(runs.len() * units * size)?;
            let ranks = ranks(&at, runs)?;
            let blocks = self.execution.each(units.div_ceil(COUNTED), |block| {
                let first = block * COUNTED;
                let mut counts = vec![RankCounts::default(); COUNTED.min(units - first)];
                count(&ranks, first, &mut counts);
                Ok(counts.iter().map(|counts| Statistics::of(counts, top)).collect::<Vec<_>>())
            })?;
            return Ok(blocks.into_iter().flatten().collect());
        }
        let held = self.reservation.new_empty();
        held.try_grow(units * units * size)?;
        let mut counts = vec![RankCounts::default(); units];
        for runs in runs.chunks(units.max(1024)) {
            let ranks = ranks(&at, runs)?;
            for (block, counts) in counts.chunks_mut(COUNTED).enumerate() {
                count(&ranks, block * COUNTED, counts);
            }
        }
        Ok(counts.iter().map(|counts| Statistics::of(counts, top)).collect())
    }
}

/// The ranks in each run, and how many draws it stands for.
fn ranks(at: &Period, runs: &[(Run, usize)]) -> Result<Vec<(Vec<u32>, usize)>> {
    let distinct: Vec<Run> = runs.iter().map(|(run, _)| *run).collect();
    let ranks = at.ranks(&distinct, |ranks| ranks.to_vec())?;
    Ok(ranks.into_iter().zip(runs.iter().map(|(_, times)| *times)).collect())
}

/// Counts the ranks of the units from `first` on.
fn count(ranks: &[(Vec<u32>, usize)], first: usize, counts: &mut [RankCounts]) {
    for (ranks, times) in ranks {
        for (counts, &rank) in counts.iter_mut().zip(&ranks[first..]) {
            if rank > 0 {
                (0..*times).for_each(|_| counts.add(rank));
            }
        }
    }
}

/// Mean absolute shift of the ranks against the nominal ones; NaN without a unit that has both.
pub fn shift(nominal: &UInt32Array, ranks: &[u32]) -> f64 {
    let (mut sum, mut n) = (Sum::default(), 0.0);
    for (nominal, &rank) in nominal.iter().zip(ranks) {
        if let (Some(nominal), true) = (nominal, rank > 0) {
            sum.add(f64::from(nominal.abs_diff(rank)));
            n += 1.0;
        }
    }
    sum.value() / n
}
