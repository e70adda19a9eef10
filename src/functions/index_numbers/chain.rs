//! `index_chain(growth, period, base)`: growth linked to an index.

use std::ops::Range;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::{Result, exec_err, plan_err};

use super::{FORM, FORMS};
use crate::functions::engine::arguments::Constants;
use crate::functions::engine::partition::Whole;
use crate::functions::page::{Kind, Parameter, page};
use crate::functions::series::{PERIOD, Series};
use crate::kernel::{Growth, chain};

page! {
    /// What `index_chain` is and does.
    pub static CHAIN = Page {
        name: "index_chain",
        family: IndexNumbers,
        syntax: ["index_chain(growth, period, base => 2005, form => 'simple', step => 1) \
                  OVER (PARTITION BY unit, code)"],
        summary: "Chained index: growth linked from period to period, the base period is 100.",
        formula: "I(base) = 100; after it I(t) = I(t - step) f(g(t)), before it I(t) = \
                  I(t + step) / f(g(t + step)); f(g) = 1 + g / 100, symmetric (200 + g) / (200 - g)",
        parameters: [GROWTH, PERIOD, BASE, FORM, STEP],
        over_parameters: None,
        window_only: true,
        returns: "DOUBLE, base period = 100; NULL beyond a missing growth or a missing period, seen \
                  from the base, and everywhere where the base period has no row.",
        notes: "Only periods that lie whole steps from the base have an index; rows between them \
                are passed over. Growth of the base period leads to the period before it. A mean of the growth of \
                several indicators can be linked like that of one: it is how the China Innovation \
                Index is made.",
        errors: "Growth that is NaN, infinite, -100 or less (symmetric: -200 or less, 200 or more); a \
                 period that is NULL or there twice; base NULL; step not above 0; an index beyond \
                 the range of DOUBLE.",
        example: "SELECT period, index_chain(growth, period, base => 2015) OVER ()\n\
                  FROM (VALUES (2014, NULL), (2015, 25), (2016, 50), (2018, 10)) AS t(period, growth)",
        example_result: ["2014 80.0", "2015 100.0", "2016 150.0", "2018 NULL"],
        reference: "National Bureau of Statistics of China, China Innovation Index; ILO/IMF/OECD \
                    (2004), Consumer Price Index Manual, chapter 15.",
    };
}

const GROWTH: Parameter = Parameter {
    name: "growth",
    kind: Kind::Number,
    meaning: "growth on the period before, in percent; above -100, symmetric between -200 and 200",
    null: "the chain breaks",
    default: None,
};

const BASE: Parameter = Parameter {
    name: "base",
    kind: Kind::Constant,
    meaning: "the period that becomes 100, as a number (of a DATE: days since 1970-01-01)",
    null: "error",
    default: None,
};

const STEP: Parameter = Parameter {
    name: "step",
    kind: Kind::Constant,
    meaning: "distance between two periods that growth links; > 0",
    null: "error",
    default: Some("1"),
};

/// Links growth.
#[derive(Debug)]
pub(crate) struct Chain {
    base: f64,
    form: Growth,
    step: f64,
}

impl Whole for Chain {
    type Columns = Series;
    type Cell = Option<f64>;

    const PAGE: &'static crate::functions::Page = &CHAIN;

    fn bind(constants: &Constants<'_>) -> Result<Self> {
        let step = constants.number(STEP.name)?;
        if step <= 0.0 {
            return plan_err!("{}: step must be > 0, got {step}", CHAIN.name);
        }
        let form = FORMS[constants.choice(FORM.name)?];
        Ok(Self { base: constants.number(BASE.name)?, form, step })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Series> {
        Series::new(CHAIN.name, &arguments[0], &arguments[1])
    }

    fn evaluate(
        &self,
        series: &Series,
        rows: Range<usize>,
        cells: &mut [Option<f64>],
    ) -> Result<()> {
        let (name, start) = (CHAIN.name, rows.start);
        let order = series.in_order(name, rows)?;
        let mut factors = Vec::with_capacity(order.len());
        for &row in &order {
            let growth = number_of(series, name, row)?;
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
        let base = order.iter().position(|&row| series.period(row) == self.base);
        let Some(base) = base else { return Ok(()) };
        let link = |lag| order.iter().map(|&row| series.before(&order, row, lag)).collect();
        let (before, after): (Vec<_>, Vec<_>) = (link(self.step), link(-self.step));
        for (&row, index) in order.iter().zip(chain(&factors, &before, &after, base)) {
            if let Some(index) = index.filter(|index| !index.is_normal()) {
                return exec_err!("{name}: the index exceeds the range of DOUBLE, got {index}");
            }
            cells[row - start] = index;
        }
        Ok(())
    }
}

fn number_of(series: &Series, name: &str, row: usize) -> Result<Option<f64>> {
    crate::functions::series::number(name, GROWTH.name, &series.values, row)
}
