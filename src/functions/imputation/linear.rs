//! `impute_linear(value, period)`: straight lines in time between observations.

use std::ops::Range;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use super::fill::{imputed, observed};
use super::parameters::VALUE;
use crate::arguments::constants::Constants;
use crate::engine::partition::{Imputed, PartitionMethod};
use crate::functions::parameters::{PERIOD, SETTING};
use crate::functions::series::Series;
use crate::kernel::between;
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: impute_linear,
        family: Imputation,
        syntax: ["impute_linear(value, period, ends => 'none') OVER (PARTITION BY unit, indicator)"],
        summary: "Imputes missing values between two observations of a series by linear \
                  interpolation over time.",
        formula: "x0 + (x1 - x0) (t - t0) / (t1 - t0), with t0 and t1 the nearest earlier and \
                  later periods with a value; ends => 'flat': beyond these, the nearest value",
        parameters: &[VALUE, PERIOD, ENDS],
        window_only: true,
        returns: "STRUCT(value DOUBLE, imputed BOOLEAN), in the unit of measurement of the value; \
                  NULL if nothing can be imputed: before the first and after the last observation \
                  unless ends => 'flat', and in a series without observations.",
        notes: "Observed values are not changed. Interpolation is over time, not over rows: \
                unequal distances between periods are respected; text such as 2023-Q1 or 2023-07 \
                counts in quarters or months of equal length, a DATE in days. Only existing rows are filled: \
                add a row with NULL for each missing period first (a grid of units and periods). \
                With ends => 'flat' a series with one value becomes constant (COINr's 'linear' \
                stops with an error there).",
        errors: "A value that is NaN or infinite; a period that is NULL, no period, or occurs \
                 twice; text of two kinds in one series.",
        example: "SELECT period, impute_linear(value, period) OVER ()\n\
                  FROM (VALUES (2015, 10), (2016, NULL), (2019, 18), (2020, NULL)) AS t(period, value)",
        example_result: [
            "2015 {value: 10.0, imputed: false}", "2016 {value: 12.0, imputed: true}",
            "2019 {value: 18.0, imputed: false}", "2020 NULL",
        ],
        reference: "COINr 1.1.14, impute_panel with 'linear' and 'linear-constant' (flat).",
    };
}

const ENDS: Parameter = Parameter {
    name: "ends",
    kind: Kind::Choice(&["none", "flat"]),
    meaning: "values before the first and after the last observation: none, or the nearest \
              observation",
    default: DefaultValue::Word("none"),
    ..SETTING
};

/// Draws the lines.
#[derive(Debug)]
pub struct Linear {
    flat: bool,
}

impl PartitionMethod for Linear {
    type Columns = Series;
    type Cell = Imputed;

    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self { flat: constants.choice(ENDS.name)? == 1 })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Series> {
        Series::new(PAGE.name, &arguments[0], &arguments[1])
    }

    fn evaluate(&self, series: &Series, rows: Range<usize>, cells: &mut [Imputed]) -> Result<()> {
        let start = rows.start;
        let order = series.in_order(PAGE.name, rows)?;
        let mut before: Option<(f64, f64)> = None;
        let mut open = Vec::new();
        for &row in &order {
            let Some(x) = series.observed(PAGE.name, row)? else {
                open.push(row);
                continue;
            };
            let now = (series.period(row), x);
            cells[row - start] = observed(x);
            for row in open.drain(..) {
                let filling = match before {
                    Some(before) => Some(between(before, now, series.period(row))),
                    None => self.flat.then_some(x),
                };
                cells[row - start] = imputed(filling);
            }
            before = Some(now);
        }
        if let Some((_, x)) = before.filter(|_| self.flat) {
            open.iter().for_each(|row| cells[row - start] = imputed(Some(x)));
        }
        Ok(())
    }
}
