//! What the values of indicators are like, over all periods together or in each.

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::Result;

use crate::index::execution::Execution;
use crate::index::panel::Panel;
use crate::kernel::{Distribution, ShapeLimits, kurtosis, skewness};

/// What the shape of an indicator may be, as in `treat_passes`.
const LIMITS: ShapeLimits = ShapeLimits { skewness: 2.0, kurtosis: 3.5 };

/// Counts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    pub values: usize,
    /// Units and periods that have a row in the panel and no value.
    pub missing: usize,
    /// Values that were imputed.
    pub imputed: usize,
    pub zeros: usize,
    pub distinct: usize,
    pub same: usize,
    pub outliers_low: usize,
    pub outliers_high: usize,
}

/// Numbers in the unit of the values, and of their shape.
#[derive(Debug, Clone, Copy, Default)]
pub struct Numbers {
    pub min: Option<f64>,
    pub q1: Option<f64>,
    pub median: Option<f64>,
    pub q3: Option<f64>,
    pub max: Option<f64>,
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    pub skewness: Option<f64>,
    pub kurtosis: Option<f64>,
}

/// An indicator, in a period or in all of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Statistics {
    pub counts: Counts,
    pub numbers: Numbers,
    /// Whether the shape suggests outliers; none where it is not defined.
    pub is_flagged: Option<bool>,
}

impl Statistics {
    fn of(mut values: Vec<f64>, places: usize, imputed: usize) -> Self {
        values.iter_mut().for_each(|x| *x += 0.0); // -0 is 0
        values.sort_unstable_by(f64::total_cmp);
        let all = Distribution::of_sorted(&values);
        let (outliers_low, outliers_high) = all.outliers();
        let [mean, sd] = all.mean_and_sd();
        Self {
            counts: Counts {
                values: values.len(),
                missing: places - values.len(),
                imputed,
                zeros: all.zeros(),
                distinct: all.distinct(),
                same: all.same(),
                outliers_low,
                outliers_high,
            },
            numbers: Numbers {
                min: values.first().copied(),
                q1: all.quantile(0.25),
                median: all.quantile(0.5),
                q3: all.quantile(0.75),
                max: values.last().copied(),
                mean,
                sd,
                skewness: skewness(&values),
                kurtosis: kurtosis(&values),
            },
            is_flagged: LIMITS.pass(&values).map(|passes| !passes),
        }
    }
}

/// Bytes of the values that a thread works on.
pub fn bytes_of_job(panel: &Panel, times: usize) -> usize {
    panel.units.len() * panel.periods.len().div_ceil(times.max(1)) * size_of::<f64>()
}

/// `time * leaves + leaf`: those of these indicators, for each of so many times: all periods by
/// themselves, or one for all of them.
pub fn statistics(
    panel: &Panel,
    leaves: &[usize],
    times: usize,
    by_period: bool,
    execution: &Execution,
) -> Result<Vec<Statistics>> {
    let units = panel.units.len();
    execution.each(times * leaves.len(), |i| {
        let (time, leaf) = (i / leaves.len(), leaves[i % leaves.len()]);
        let periods = if by_period { time..time + 1 } else { 0..panel.periods.len() };
        let (mut places, mut imputed) = (0, 0);
        let mut values = Vec::with_capacity(periods.len() * units);
        for period in periods {
            let present = &panel.present[period * units..(period + 1) * units];
            let column = panel.column(leaf, period).as_primitive::<Float64Type>();
            let there = (0..units).filter(|&unit| present[unit] && column.is_valid(unit));
            values.extend(there.clone().map(|unit| column.value(unit)));
            if let Some(of) = &panel.imputed[leaf * panel.periods.len() + period] {
                imputed += there.filter(|&unit| of.value(unit)).count();
            }
            places += present.iter().filter(|is_in| **is_in).count();
        }
        Ok(Statistics::of(values, places, imputed))
    })
}
