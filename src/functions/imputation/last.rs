//! `impute_last(value, period)` and `impute_last_period(value, period)`: the last earlier
//! observation carried forward, and the period it comes from.

use std::ops::Range;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::{Result, plan_err};

use super::fill::{imputed, observed};
use super::parameters::VALUE;
use crate::arguments::constants::Constants;
use crate::engine::partition::{Imputed, PartitionMethod};
use crate::functions::parameters::{PERIOD, SETTING};
use crate::functions::series::Series;
use crate::kernel::Lag;
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};

page! {
    pub static LAST_PAGE = Page {
        name: impute_last,
        family: Imputation,
        syntax: ["impute_last(value, period, max_gap => NULL, leading => false) \
                  OVER (PARTITION BY unit, indicator)"],
        summary: "Imputes missing values by the last earlier observation of the series.",
        formula: "x at the latest period before with a value, at most max_gap before; with leading, \
                  before the first observation the first one, at most max_gap after",
        parameters: &[VALUE, PERIOD, MAX_GAP, LEADING],
        window_only: true,
        returns: "STRUCT(value DOUBLE, imputed BOOLEAN), in the unit of measurement of the value; \
                  NULL if nothing can be carried.",
        notes: "Observed values are not changed. The order of the rows does not matter, only their \
                periods. Only existing rows are filled: add a row with NULL for each missing \
                period first (a grid of units and periods). impute_last_period returns the period \
                a value comes from.",
        errors: "A value that is NaN or infinite; a period that is NULL, no period, or occurs \
                 twice; text of two kinds in one series; max_gap below 0, no whole \
                 number of the periods that text names, or calendar time where periods are numbers.",
        example: "SELECT period, impute_last(value, period, max_gap => 1) OVER ()\n\
                  FROM (VALUES (2018, 5), (2019, NULL), (2020, NULL)) AS t(period, value)",
        example_result: [
            "2018 {value: 5.0, imputed: false}", "2019 {value: 5.0, imputed: true}", "2020 NULL",
        ],
        reference: "COINr 1.1.14, impute_panel with 'latest' and 'constant' (leading).",
    };
}

page! {
    pub static LAST_PERIOD_PAGE = Page {
        name: impute_last_period,
        family: Imputation,
        syntax: ["impute_last_period(value, period, max_gap => NULL, leading => false) \
                  OVER (PARTITION BY unit, indicator)"],
        summary: "The period of the observation that impute_last carries.",
        formula: "the latest period with a value that is not after the row's and at most max_gap \
                  before; with leading, before the first observation its period",
        parameters: &[VALUE, PERIOD, MAX_GAP, LEADING],
        window_only: true,
        returns: "DOUBLE: the period as a number, for a DATE the days since 1970-01-01, for text \
                  its place among the periods of its kind (4 year + quarter - 1 for 2023-Q1, 12 \
                  year + month - 1 for 2023-07); the row's own period if its value is observed; NULL where impute_last is NULL.",
        notes: "Publish it with each carried value to document the age of the observation.",
        errors: "As impute_last.",
        example: "SELECT period, impute_last_period(value, period) OVER ()\n\
                  FROM (VALUES (2018, 5), (2019, NULL), (2020, 7)) AS t(period, value)",
        example_result: ["2018 2018.0", "2019 2018.0", "2020 2020.0"],
        reference: "COINr 1.1.14, impute_panel, DataT.",
    };
}

const MAX_GAP: Parameter = Parameter {
    name: "max_gap",
    role: Role::Setting,
    kind: Kind::Lag,
    meaning: "how far a value may be carried: a number in units of the period (days for a DATE, \
              quarters for 2023-Q1), or calendar time such as '1 year'; >= 0",
    null: Null::Means("any distance"),
    default: DefaultValue::Null,
};

const LEADING: Parameter = Parameter {
    name: "leading",
    kind: Kind::Switch,
    meaning: "whether periods before the first observation are filled with it",
    default: DefaultValue::Switch(false),
    ..SETTING
};

/// Where the value of a row comes from.
#[derive(Debug)]
struct Carried {
    max_gap: Option<Lag>,
    leading: bool,
}

impl Carried {
    fn bind(name: &str, constants: &Constants) -> Result<Self> {
        let max_gap = constants.lag(MAX_GAP.name)?;
        if let Some(max_gap) = max_gap.filter(Lag::is_negative) {
            return plan_err!("{name}: max_gap must be >= 0, got {max_gap}");
        }
        Ok(Self { max_gap, leading: constants.switch(LEADING.name)? })
    }

    /// Calls `take` with each row that gets a value, the row it comes from, and that value.
    fn carry(
        &self,
        name: &str,
        series: &Series,
        rows: Range<usize>,
        mut take: impl FnMut(usize, usize, f64),
    ) -> Result<()> {
        let order = series.in_order(name, rows)?;
        let is_near = |early: usize, late: usize| match &self.max_gap {
            Some(gap) => series.periods.is_within(name, MAX_GAP.name, (early, late), gap),
            None => Ok(true),
        };
        let mut last = None;
        let mut before_first = Vec::new();
        for &row in &order {
            if let Some(x) = series.observed(name, row)? {
                if last.is_none() && self.leading {
                    for early in before_first.drain(..) {
                        if is_near(early, row)? {
                            take(early, row, x);
                        }
                    }
                }
                last = Some((row, x));
                take(row, row, x);
            } else if let Some((source, x)) = last {
                if is_near(source, row)? {
                    take(row, source, x);
                }
            } else {
                before_first.push(row);
            }
        }
        Ok(())
    }
}

/// Carries values.
#[derive(Debug)]
pub struct Last(Carried);

impl PartitionMethod for Last {
    type Columns = Series;
    type Cell = Imputed;

    const PAGE: &'static Page = &LAST_PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        Carried::bind(LAST_PAGE.name, constants).map(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Series> {
        Series::new(LAST_PAGE.name, &arguments[0], &arguments[1])
    }

    fn evaluate(&self, series: &Series, rows: Range<usize>, cells: &mut [Imputed]) -> Result<()> {
        let start = rows.start;
        self.0.carry(LAST_PAGE.name, series, rows, |row, source, x| {
            cells[row - start] = if row == source { observed(x) } else { imputed(Some(x)) };
        })
    }
}

/// Tells where they come from.
#[derive(Debug)]
pub struct LastPeriod(Carried);

impl PartitionMethod for LastPeriod {
    type Columns = Series;
    type Cell = Option<f64>;

    const PAGE: &'static Page = &LAST_PERIOD_PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        Carried::bind(LAST_PERIOD_PAGE.name, constants).map(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Series> {
        Series::new(LAST_PERIOD_PAGE.name, &arguments[0], &arguments[1])
    }

    fn evaluate(
        &self,
        series: &Series,
        rows: Range<usize>,
        cells: &mut [Option<f64>],
    ) -> Result<()> {
        let start = rows.start;
        self.0.carry(LAST_PERIOD_PAGE.name, series, rows, |row, source, _| {
            cells[row - start] = Some(series.period(source));
        })
    }
}
