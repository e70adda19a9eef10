//! `stat_cv(value)`: coefficient of variation.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};

use crate::arguments::constants::Constants;
use crate::engine::aggregate::Method;
use crate::functions::parameters::VALUE;
use crate::functions::weighted::{Columns, Reader, Row};
use crate::kernel::Moments;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: stat_cv,
        family: Statistics,
        syntax: ["stat_cv(value)"],
        summary: "Coefficient of variation: the standard deviation divided by the absolute mean.",
        formula: "sqrt(Σ (x - mean)² / (n - 1)) / |mean|",
        parameters: &[VALUE],
        returns: "DOUBLE, dimensionless; NULL for fewer than two values or a mean of 0.",
        notes: "Meaningful for ratio-scale values only: for values of both signs the mean may be \
                close to 0, and rounding errors determine the result. Its change over time across \
                the regions of a country measures sigma convergence.",
        errors: "A value that is NaN or infinite; DISTINCT.",
        example: "SELECT stat_cv(value) FROM (VALUES (3), (5), (7), (NULL)) AS t(value)",
        example_result: ["0.4"],
        reference: "Pearson (1896), Mathematical contributions to the theory of evolution III, \
                    Philosophical Transactions of the Royal Society A 187 (with the sample \
                    standard deviation, as in R's sd).",
    };
}

/// The coefficient of variation.
#[derive(Debug)]
pub struct Cv(Reader);

impl Method for Cv {
    type State = Moments;
    type Columns = Columns;

    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self(Reader::bind(&PAGE, constants)?))
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        self.0.columns(arguments)
    }

    #[inline]
    fn update(&self, state: &mut Moments, columns: &Columns, row: usize) -> Result<()> {
        if let Row::There(value, _) = self.0.read(columns, row)? {
            state.update(value);
        }
        Ok(())
    }

    fn result_type() -> DataType {
        DataType::Float64
    }

    fn finish(&self, states: &[Moments]) -> Result<ArrayRef> {
        let answers = states.iter().map(|state| {
            let (Some(mean), Some(sd)) = (state.mean(), state.sd()) else { return Ok(None) };
            if mean == 0.0 {
                return Ok(None);
            }
            let cv = sd / mean.abs();
            if !(cv.is_finite() && mean.is_finite()) {
                return exec_err!("{}: the result exceeds the range of DOUBLE", PAGE.name);
            }
            Ok(Some(cv))
        });
        Ok(Arc::new(answers.collect::<Result<Float64Array>>()?))
    }
}
