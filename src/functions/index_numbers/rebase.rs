//! `index_rebase(value, period, base)`: a series with another base period.

use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::common::{Result, exec_err, plan_err};

use crate::arguments::constants::Constants;
use crate::engine::partition::{PartitionMethod, Verdict};
use crate::functions::series::{Named, WITH_A_VALUE, number};
use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};
use crate::types::doubles;

page! {
    /// What `index_rebase` is and does.
    pub static REBASE = Page {
        name: "index_rebase",
        family: IndexNumbers,
        syntax: ["index_rebase(value, period, base => 2015, to => 100) OVER (PARTITION BY unit, indicator)"],
        summary: "Changes the base of a series: the value at the base period is set to 100.",
        formula: "to x / x(base)",
        parameters: &[VALUE, PERIOD, BASE, TO],
        over_parameters: None,
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
    name: "value",
    role: Role::Value,
    kind: Kind::Number,
    meaning: "index or value of the series; finite",
    null: Null::Means("the result is NULL"),
    default: DefaultValue::Required,
};

const PERIOD: Parameter = Parameter {
    name: "period",
    role: Role::Period,
    kind: Kind::Any,
    meaning: "period of the value: a year, a date, a text",
    null: Null::Means("not the base period"),
    default: DefaultValue::Required,
};

const BASE: Parameter = Parameter {
    name: "base",
    role: Role::BasePeriod,
    kind: Kind::SameAsPrevious,
    meaning: "the new base period",
    null: Null::Error,
    default: DefaultValue::Required,
};

const TO: Parameter = Parameter {
    name: "to",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "level of the base period; > 0",
    null: Null::Error,
    default: DefaultValue::Number(100.0),
};

/// Rebases.
#[derive(Debug)]
pub(crate) struct Rebase {
    to: f64,
}

pub(crate) struct Columns {
    values: Float64Array,
    at_base: Named,
}

impl PartitionMethod for Rebase {
    type Columns = Columns;
    type Cell = Option<f64>;

    const PAGE: &'static crate::page::Page = &REBASE;
    const SEEKS: bool = true;

    fn bind(constants: &Constants) -> Result<Self> {
        let to = constants.number(TO.name)?;
        if to <= 0.0 {
            return plan_err!("{}: to must be > 0, got {to}", REBASE.name);
        }
        Ok(Self { to })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        let at_base = Named::new(REBASE.name, BASE.name, &arguments[1], &arguments[2])?;
        Ok(Columns { values: doubles(&arguments[0])?, at_base })
    }

    fn verdicts(&self, Columns { values, at_base }: &Columns) -> Vec<Verdict> {
        let is_sought = values.null_count() < values.len();
        let counts = |row| values.is_valid(row);
        vec![at_base.verdict(REBASE.name, BASE.name, WITH_A_VALUE, is_sought, counts)]
    }

    fn evaluate(
        &self,
        columns: &Columns,
        rows: Range<usize>,
        cells: &mut [Option<f64>],
    ) -> Result<()> {
        let name = REBASE.name;
        let Columns { values, at_base } = columns;
        let mut at = rows.clone().filter(|&row| at_base.is(row));
        let base_row = at.next();
        if at.next().is_some() {
            return exec_err!(
                "{name}: a series must have one row at the base period, found more (partition by \
                 unit and indicator)"
            );
        }
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
