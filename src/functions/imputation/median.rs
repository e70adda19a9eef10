//! `impute_median(value)`: missing values become the median of the others.

use super::fill::Filling;
use super::parameters::VALUE;
use crate::kernel::{Values, quantile};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: impute_median,
        family: Imputation,
        syntax: ["impute_median(value) OVER (PARTITION BY indicator)"],
        summary: "Imputes missing values by the median of the observed values.",
        formula: "the middle value of the partition, the mean of the middle two where n is even",
        parameters: &[VALUE],
        window_only: true,
        returns: "STRUCT(value DOUBLE, imputed BOOLEAN), in the unit of measurement of the value; \
                  NULL if the partition has no values.",
        notes: "Observed values are not changed. The median is not affected by outliers. For the \
                median within groups of units: PARTITION BY indicator, group, or imputation_group in \
                composite_index; units without a group form a group of their own.",
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
pub struct Median;

impl Filling for Median {
    const PAGE: &'static Page = &PAGE;
    const TOO_LARGE: &'static str = "the range of value exceeds that of DOUBLE";

    fn filling(observed: &[f64]) -> Option<f64> {
        let mut values = Values::default();
        observed.iter().for_each(|&x| values.update(x));
        quantile(&values.into_sorted(), 0.5)
    }
}
