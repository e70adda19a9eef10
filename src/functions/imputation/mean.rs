//! `impute_mean(value)`: missing values become the mean of the others.

use super::fill::Filling;
use super::parameters::VALUE;
use crate::kernel::Moments;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: impute_mean,
        family: Imputation,
        syntax: ["impute_mean(value) OVER (PARTITION BY indicator)"],
        summary: "Imputes missing values by the arithmetic mean of the observed values.",
        formula: "Σx / n over the values of the partition",
        parameters: &[VALUE],
        window_only: true,
        returns: "STRUCT(value DOUBLE, imputed BOOLEAN), in the unit of measurement of the value; \
                  NULL if the partition has no values.",
        notes: "Observed values are not changed. For the mean within groups of units: PARTITION BY \
                indicator, group, or imputation_group in composite_index; units without a group form a group of their own. Mean imputation \
                understates the variance; report the share of imputed values.",
        errors: "A value that is NaN or infinite; a sum beyond the range of DOUBLE.",
        example: "SELECT impute_mean(value) OVER () FROM (VALUES (1), (NULL), (4)) AS t(value)",
        example_result: [
            "{value: 1.0, imputed: false}", "{value: 2.5, imputed: true}",
            "{value: 4.0, imputed: false}",
        ],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 3; COINr \
                    1.1.14, i_mean and i_mean_grp.",
    };
}

/// Fills with the mean.
#[derive(Debug)]
pub struct Mean;

impl Filling for Mean {
    const PAGE: &'static Page = &PAGE;
    const TOO_LARGE: &'static str = "the sum of value exceeds the range of DOUBLE";

    fn filling(observed: &[f64]) -> Option<f64> {
        let mut moments = Moments::default();
        observed.iter().for_each(|&x| moments.update(x));
        moments.mean()
    }
}
