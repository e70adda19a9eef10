//! `stat_skewness(value)`: skewness of a sample.

use datafusion::common::Result;

use crate::arguments::constants::Constants;
use crate::functions::parameters::VALUE;
use crate::functions::weighted::Statistic;
use crate::kernel;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: stat_skewness,
        family: Statistics,
        syntax: ["stat_skewness(value)"],
        summary: "Skewness, corrected for bias: positive for a long tail to the right.",
        formula: "sqrt(n (n - 1)) / (n - 2) · m3 / m2^(3/2) with m_k = Σ (x - mean)^k / n",
        parameters: &[VALUE],
        returns: "DOUBLE, dimensionless; NULL for fewer than three values or if all are equal.",
        notes: "Type 2 of Joanes and Gill, as in SAS, SPSS, Excel and COINr. Deviations are taken \
                from the mean in a second pass; all values of a group are held in memory.",
        errors: "A value that is NaN or infinite; DISTINCT.",
        example: "SELECT round(stat_skewness(value), 9) FROM (VALUES (1), (2), (6), (NULL)) AS t(value)",
        example_result: ["1.457862967"],
        reference: "Joanes, D. N. and Gill, C. A. (1998), Comparing measures of sample skewness and \
                    kurtosis, The Statistician 47(1), 183-189.",
    };
}

/// Skewness.
#[derive(Debug)]
pub struct Skewness;

impl Statistic for Skewness {
    const PAGE: &'static Page = &PAGE;
    const COPIES: usize = 1; // values without their weights

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn answer(&self, rows: &[(f64, f64)]) -> Result<Option<f64>, String> {
        Ok(kernel::skewness(&rows.iter().map(|row| row.0).collect::<Vec<_>>()))
    }
}
