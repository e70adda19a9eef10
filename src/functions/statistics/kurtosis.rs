//! `stat_kurtosis(value)`: excess kurtosis of a sample.

use datafusion::common::Result;

use crate::arguments::constants::Constants;
use crate::functions::parameters::VALUE;
use crate::functions::weighted::Statistic;
use crate::kernel;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: stat_kurtosis,
        family: Statistics,
        syntax: ["stat_kurtosis(value)"],
        summary: "Excess kurtosis, corrected for bias: positive for tails heavier than those of \
                  the normal distribution.",
        formula: "(n - 1) / ((n - 2)(n - 3)) · ((n + 1) (m4 / m2² - 3) + 6) with m_k = Σ (x - mean)^k / n",
        parameters: &[VALUE],
        returns: "DOUBLE, dimensionless, 0 for the normal distribution; NULL for fewer than four \
                  values or if all are equal.",
        notes: "Type 2 of Joanes and Gill, as in SAS, SPSS, Excel and COINr. Deviations are taken \
                from the mean in a second pass; all values of a group are held in memory.",
        errors: "A value that is NaN or infinite; DISTINCT.",
        example: "SELECT round(stat_kurtosis(value), 9) FROM (VALUES (1), (2), (3), (6)) AS t(value)",
        example_result: ["1.5"],
        reference: "Joanes, D. N. and Gill, C. A. (1998), Comparing measures of sample skewness and \
                    kurtosis, The Statistician 47(1), 183-189.",
    };
}

/// Kurtosis.
#[derive(Debug)]
pub struct Kurtosis;

impl Statistic for Kurtosis {
    const PAGE: &'static Page = &PAGE;
    const COPIES: usize = 1; // values without their weights

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn answer(&self, rows: &[(f64, f64)]) -> Result<Option<f64>, String> {
        Ok(kernel::kurtosis(&rows.iter().map(|row| row.0).collect::<Vec<_>>()))
    }
}
