//! `index_chain(growth, period, base)`: growth linked to an index.

use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::{Result, exec_err};

use super::parameters::{FORM, FORMS};
use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::partition::{PartitionMethod, Verdict};
use crate::functions::parameters::{self, LAG, PERIOD};
use crate::functions::series::{Named, Series};
use crate::kernel::{Growth, Lag, chain};
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};

page! {
    pub static PAGE = Page {
        name: index_chain,
        family: IndexNumbers,
        syntax: ["index_chain(growth, period, base => 2005, form => 'simple', step => 1) \
                  OVER (PARTITION BY unit, code)"],
        summary: "Chained index: growth rates linked from period to period, base period = 100.",
        formula: "I(base) = 100; after it I(t) = I(t - step) f(g(t)), before it I(t) = \
                  I(t + step) / f(g(t + step)); f(g) = 1 + g / 100, symmetric (200 + g) / (200 - g)",
        parameters: &[GROWTH, PERIOD, BASE, FORM, STEP],
        window_only: true,
        returns: "DOUBLE, base period = 100; NULL beyond a missing growth rate or period as seen \
                  from the base, and for the whole series if its base period has no row.",
        notes: "Only periods a whole number of steps from the base have an index; rows in between \
                are ignored. The growth rate of the base period links it to the period before. The \
                mean growth of several indicators can be linked like that of one: the China \
                Innovation Index is computed in this way.",
        errors: "Growth that is NaN, infinite, -100 or less (symmetric: -200 or less, 200 or \
                 more); a period that is NULL, no period, or occurs twice; text of two kinds in one \
                 series; base NULL, of another type than the period, or a period that does not \
                 occur in any series; step not above 0, no whole number of the periods that text \
                 names, calendar time where periods are numbers, or so small relative to the \
                 periods that it is lost in rounding; periods of which no two are step apart; an \
                 index beyond the \
                 range of DOUBLE.",
        example: "SELECT period, index_chain(growth, period, base => 2015) OVER ()\n\
                  FROM (VALUES (2014, NULL), (2015, 25), (2016, 50), (2018, 10)) AS t(period, growth)",
        example_result: ["2014 80.0", "2015 100.0", "2016 150.0", "2018 NULL"],
        reference: "National Bureau of Statistics of China, China Innovation Index; \
                    ILO/IMF/OECD/UNECE/Eurostat/World Bank (2004), Consumer Price Index Manual, \
                    chapter 15.",
    };
}

const GROWTH: Parameter = Parameter {
    name: "growth",
    role: Role::Value,
    kind: Kind::Number,
    meaning: "growth rate on the previous period, in percent; above -100, symmetric between -200 \
              and 200",
    null: Null::Means("the chain breaks"),
    default: DefaultValue::Required,
};

const BASE: Parameter =
    Parameter { kind: Kind::SameAsPrevious, meaning: "period set to 100", ..parameters::BASE };

const STEP: Parameter = Parameter {
    name: "step",
    meaning: "distance between linked periods: a number in units of the period (days for a DATE, \
              quarters for 2023-Q1), or calendar time such as '1 month'; > 0",
    ..LAG
};

/// Links growth.
#[derive(Debug)]
pub struct Chain {
    form: Growth,
    step: Lag,
}

pub struct Columns {
    series: Series,
    at_base: Named,
}

impl PartitionMethod for Chain {
    type Columns = Columns;
    type Cell = Option<f64>;

    const PAGE: &'static Page = &PAGE;
    const SEEKS: bool = true;

    fn bind(constants: &Constants) -> Result<Self> {
        let step = constants.positive_lag(STEP.name)?;
        let form = FORMS[constants.choice(FORM.name)?];
        Ok(Self { form, step })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        let series = Series::new(PAGE.name, &arguments[0], &arguments[1])?;
        let at_base = Named::period(PAGE.name, BASE.name, &arguments[1], &arguments[2])?;
        Ok(Columns { series, at_base })
    }

    fn verdicts(&self, Columns { series, at_base }: &Columns) -> Vec<Verdict> {
        // The base period has a row; whether growth leads to it does not matter.
        let is_sought = series.values.null_count() < series.values.len();
        vec![
            at_base
                .verdict(PAGE.name, BASE.name, "a period that a series has", is_sought, |_| true),
            series.periods.verdict(PAGE.name, STEP.name, &self.step),
        ]
    }

    fn evaluate(
        &self,
        Columns { series, at_base }: &Columns,
        rows: Range<usize>,
        cells: &mut [Option<f64>],
    ) -> Result<()> {
        let (name, start) = (PAGE.name, rows.start);
        let order = series.in_order(name, rows)?;
        let mut factors = Vec::with_capacity(order.len());
        for &row in &order {
            let growth = number(name, GROWTH.name, &series.values, row)?;
            match (self.form, growth) {
                (Growth::Simple, Some(growth)) if growth <= -100.0 => {
                    return exec_err!("{name}: growth must be > -100, got {growth}");
                }
                (Growth::Symmetric, Some(growth)) if growth.abs() >= 200.0 => {
                    return exec_err!("{name}: growth must be between -200 and 200, got {growth}");
                }
                _ => {}
            }
            factors.push(growth.map(|growth| self.form.factor(growth)));
        }
        let before = series.periods.earlier(name, STEP.name, &order, &self.step)?;
        let mut after = vec![None; order.len()];
        for (i, before) in before.iter().enumerate().rev() {
            if let Some(before) = before {
                after[*before] = Some(i);
            }
        }
        let base = order.iter().position(|&row| at_base.is(row));
        let Some(base) = base else { return Ok(()) };
        for (&row, index) in order.iter().zip(chain(&factors, &before, &after, base)) {
            if let Some(index) = index.filter(|index| !index.is_normal()) {
                return exec_err!("{name}: the index exceeds the range of DOUBLE, got {index}");
            }
            cells[row - start] = index;
        }
        Ok(())
    }
}
