//! `index_rebase(value, period, base)`: a series with another base period.

use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::{Result, exec_err, plan_err};

use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::partition::{PartitionMethod, Verdict};
use crate::functions::parameters::{self, PERIOD_OR_BASE, SETTING};
use crate::functions::series::{KeyedValues, WITH_A_VALUE};
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: index_rebase,
        family: IndexNumbers,
        syntax: ["index_rebase(value, period, base => 2015, to => 100) OVER (PARTITION BY unit, indicator)"],
        summary: "Changes the base of a series: the value at the base period is set to 100.",
        formula: "to x / x(base)",
        parameters: &[VALUE, PERIOD_OR_BASE, BASE, TO],
        window_only: true,
        returns: "DOUBLE, base period = to; NULL for a NULL value, and if the series has no value \
                  at the base period.",
        notes: "Growth rates are unchanged. norm_base does the same for scores, with a direction. \
                The mean of rebased sub-indices is in general not the rebased total.",
        errors: "A value that is NaN or infinite; a value at the base period that is 0 or negative; \
                 two rows at the base period; base NULL, or a period at which no series has a value; to \
                 not above 0; a result beyond the range of DOUBLE.",
        example: "SELECT period, index_rebase(value, period, base => 2015) OVER ()\n\
                  FROM (VALUES (2014, 120), (2015, 150), (2016, 180)) AS t(period, value)",
        example_result: ["2014 80.0", "2015 100.0", "2016 120.0"],
        reference: "ILO/IMF/OECD/UNECE/Eurostat/World Bank (2004), Consumer Price Index Manual, \
                    chapter 9.",
    };
}

const VALUE: Parameter = Parameter {
    meaning: "index or value of the series; finite",
    null: Null::Means("the result is NULL"),
    ..parameters::VALUE
};

const BASE: Parameter = Parameter { meaning: "the new base period", ..parameters::BASE };

const TO: Parameter = Parameter {
    name: "to",
    kind: Kind::Constant,
    meaning: "level of the base period; > 0",
    default: DefaultValue::Number(100.0),
    ..SETTING
};

/// Rebases.
#[derive(Debug)]
pub struct Rebase {
    to: f64,
}

impl PartitionMethod for Rebase {
    type Columns = KeyedValues;
    type Cell = Option<f64>;

    const PAGE: &'static Page = &PAGE;
    const SEEKS: bool = true;

    fn bind(constants: &Constants) -> Result<Self> {
        let to = constants.number(TO.name)?;
        if to <= 0.0 {
            return plan_err!("{}: to must be > 0, got {to}", PAGE.name);
        }
        Ok(Self { to })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<KeyedValues> {
        KeyedValues::new(PAGE.name, BASE.name, arguments)
    }

    fn verdicts(&self, KeyedValues { values, key }: &KeyedValues) -> Vec<Verdict> {
        let is_sought = values.null_count() < values.len();
        let counts = |row| values.is_valid(row);
        vec![key.verdict(PAGE.name, BASE.name, WITH_A_VALUE, is_sought, counts)]
    }

    fn evaluate(
        &self,
        KeyedValues { values, key }: &KeyedValues,
        rows: Range<usize>,
        cells: &mut [Option<f64>],
    ) -> Result<()> {
        let name = PAGE.name;
        let base_row = key.row(name, "the base period", rows.clone())?;
        let base = base_row.map(|row| number(name, "value", values, row)).transpose()?.flatten();
        if let Some(base) = base.filter(|&base| base <= 0.0) {
            return exec_err!("{name}: value at the base period must be > 0, got {base}");
        }
        for (row, cell) in rows.zip(cells) {
            let Some(x) = number(name, "value", values, row)? else { continue };
            *cell = base.map(|base| self.to * (x / base));
            if cell.is_some_and(|index| !index.is_finite()) {
                return exec_err!("{name}: the index of {x} exceeds the range of DOUBLE");
            }
        }
        Ok(())
    }
}
