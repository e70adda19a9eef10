//! `impute_median(value)`: missing values become the median of the others.

use std::ops::Range;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::common::{Result, exec_err};

use super::fill::{VALUE, fill};
use crate::arguments::constants::Constants;
use crate::engine::partition::{Imputed, PartitionMethod};
use crate::kernel::{Values, quantile};
use crate::page::page;
use crate::types::doubles;

page! {
    /// What `impute_median` is and does.
    pub static MEDIAN = Page {
        name: "impute_median",
        family: Imputation,
        syntax: ["impute_median(value) OVER (PARTITION BY indicator)"],
        summary: "Imputes missing values by the median of the observed values.",
        formula: "the middle value of the partition, the mean of the middle two where n is even",
        parameters: &[VALUE],
        over_parameters: None,
        window_only: true,
        returns: "STRUCT(value DOUBLE, imputed BOOLEAN), in the unit of measurement of the value; \
                  NULL if the partition has no values.",
        notes: "Observed values are not changed. The median is not affected by outliers. For the \
                median within groups of units: PARTITION BY indicator, group; units without a \
                group form a group of their own.",
        errors: "A value that is NaN or infinite; a range beyond that of DOUBLE.",
        example: "SELECT impute_median(value) OVER ()\n\
                  FROM (VALUES (1), (NULL), (3), (10)) AS t(value)",
        example_result: [
            "{value: 1.0, imputed: false}", "{value: 3.0, imputed: true}",
            "{value: 3.0, imputed: false}", "{value: 10.0, imputed: false}",
        ],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 3; COINr \
                    1.1.14, i_median and i_median_grp.",
    };
}

/// Fills with the median.
#[derive(Debug)]
pub(crate) struct Median;

impl PartitionMethod for Median {
    type Columns = Float64Array;
    type Cell = Imputed;

    const PAGE: &'static crate::page::Page = &MEDIAN;

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        doubles(&arguments[0])
    }

    fn evaluate(
        &self,
        values: &Float64Array,
        rows: Range<usize>,
        cells: &mut [Imputed],
    ) -> Result<()> {
        fill(MEDIAN.name, values, rows, cells, |there| {
            let mut all = Values::default();
            there.iter().for_each(|&x| all.update(x));
            match quantile(&all.into_sorted(), 0.5) {
                Some(median) if !median.is_finite() => {
                    exec_err!("{}: the range of value exceeds that of DOUBLE", MEDIAN.name)
                }
                median => Ok(median),
            }
        })
    }
}
