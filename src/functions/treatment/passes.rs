//! `treat_passes(value)`: whether the shape of a distribution is acceptable untreated.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;

use super::parameters::{MAX_KURTOSIS, MAX_SKEWNESS, VALUE, shape_limits};
use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::aggregate::Method;
use crate::kernel::{ShapeLimits, Values};
use crate::page::{Page, page};
use crate::types::doubles;

page! {
    pub static PAGE = Page {
        name: treat_passes,
        family: Treatment,
        syntax: ["treat_passes(value, max_skewness => 2, max_kurtosis => 3.5)"],
        summary: "Whether the shape of a distribution is acceptable without treatment.",
        formula: "|skewness| < max_skewness or kurtosis < max_kurtosis; \
                  skewness = g1 sqrt(n (n - 1)) / (n - 2), \
                  kurtosis = ((n + 1) g2 + 6) (n - 1) / ((n - 2) (n - 3)), \
                  g1 = m3 / m2^1.5, g2 = m4 / m2² - 3",
        parameters: &[VALUE, MAX_SKEWNESS, MAX_KURTOSIS],
        returns: "BOOLEAN; NULL for fewer than three values or a constant column (no skewness), and \
                  for three values whose skewness fails (no kurtosis).",
        notes: "A distribution is treated only if both tests fail: a skewed distribution without \
                heavy tails passes. All values of a group are held in memory.",
        errors: "A value that is NaN or infinite; max_skewness not above 0; DISTINCT.",
        example: "SELECT indicator, treat_passes(value) FROM (VALUES\n\
                  \x20 ('even', 1), ('even', 2), ('even', 3), ('even', 4), ('even', 5),\n\
                  \x20 ('odd', 1), ('odd', 1), ('odd', 1), ('odd', 1), ('odd', 9)\n\
                  ) AS t(indicator, value) GROUP BY indicator ORDER BY indicator",
        example_result: ["even true", "odd false"],
        reference: "COINr 1.1.14, check_SkewKurt; Joanes and Gill (1998), Comparing Measures of \
                    Sample Skewness and Kurtosis.",
    };
}

/// Judges the shape.
#[derive(Debug)]
pub struct Passes(ShapeLimits);

impl Method for Passes {
    type State = Values;
    type Columns = Float64Array;

    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        shape_limits(constants, PAGE.name).map(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        doubles(&arguments[0])
    }

    #[inline]
    fn update(&self, state: &mut Values, values: &Float64Array, row: usize) -> Result<()> {
        number(PAGE.name, "value", values, row)?.into_iter().for_each(|x| state.update(x));
        Ok(())
    }

    fn result_type() -> DataType {
        DataType::Boolean
    }

    fn finish(&self, states: &[Values]) -> Result<ArrayRef> {
        let passes = states.iter().map(|state| self.0.pass(&state.sorted()));
        Ok(Arc::new(passes.collect::<BooleanArray>()))
    }
}
