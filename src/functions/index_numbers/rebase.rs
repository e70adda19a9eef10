//! `index_rebase(value, period, base)`: a series with another base period.

use std::cell::Cell;
use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::{Result, exec_err, plan_err};

use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::partition::{PartitionMethod, Verdict};
use crate::functions::parameters::{self, PERIOD_OR_BASE, SETTING};
use crate::functions::series::{BASE_WITH_A_VALUE, BasedValues, base_value, more_than_one};
use crate::kernel::{BaseMean, Within};
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: index_rebase,
        family: IndexNumbers,
        syntax: ["index_rebase(value, period, base => 2015, to => 100) OVER (PARTITION BY unit, indicator)"],
        summary: "Changes the base of a series: the value at the base period, or the mean of a span, is set to 100.",
        formula: "to x / x(base); of a span of periods x(base) is the mean of its values",
        parameters: &[VALUE, PERIOD_OR_BASE, BASE, TO],
        window_only: true,
        returns: "DOUBLE, base period = to; NULL for a NULL value, and if the series has no value \
                  at the base period, or not at all periods of the base.",
        notes: "base => 2015 is the mean of the year where periods are half years, quarters, months, \
                weeks, dates or times, '2015-Q1' that of its months. Of periods that text names, \
                such as 2015-Q3, a series must have each with a value (2 half years, 4 quarters, 12 \
                months of a year), else its index is NULL. Of a DATE or a TIMESTAMP the base is the \
                mean of the values that are there. base => 'first' is the first period with a value \
                of each series: indices that begin in different periods do not compare levels. \
                Growth rates are unchanged. norm_base does the same for scores, with a direction. \
                The mean of rebased sub-indices is in general not the rebased total.",
        errors: "A value that is NaN or infinite; a base value that is 0 or negative; two values at one \
                 period of the base, or periods of two kinds (2014-Q4 and 2015) at the base of a series; \
                 with base 'first' a text that is no period; base NULL, text that is no base of the periods, or a base that no \
                 series has; to not above 0; a result beyond the range of DOUBLE.",
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

const BASE: Parameter = Parameter {
    meaning: "the new base: a period; a span of which the mean becomes to (2015, or '2015-Q1', where \
              periods are shorter); or 'first', the first period with a value",
    ..parameters::BASE
};

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

pub struct Columns {
    based: BasedValues,
    /// Whether a series has the base.
    found: Cell<bool>,
}

impl PartitionMethod for Rebase {
    type Columns = Columns;
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

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        let based = BasedValues::new(PAGE.name, BASE.name, arguments)?;
        Ok(Columns { based, found: Cell::new(false) })
    }

    fn verdicts(
        &self,
        Columns { based: BasedValues { values, base }, found }: &Columns,
    ) -> Vec<Verdict> {
        if found.get() {
            return vec![Verdict::Found];
        }
        if values.null_count() == values.len() {
            return vec![Verdict::Nothing];
        }
        let name = PAGE.name;
        let text = base.text().unwrap_or_default();
        vec![Verdict::Missing(match base.rows().any(|row| values.is_valid(row)) {
            true => format!("{name}: base must be a span of which a series has all, got {text}"),
            false => format!("{name}: base must be {BASE_WITH_A_VALUE}, got {text}"),
        })]
    }

    fn evaluate(
        &self,
        Columns { based, found }: &Columns,
        rows: Range<usize>,
        cells: &mut [Option<f64>],
    ) -> Result<()> {
        let name = PAGE.name;
        let mut state = BaseMean::default();
        let mut dates = Vec::new();
        for row in rows.clone() {
            based.take(name, &mut state, row)?;
            if based.base.at(row) == Some(Within::Days) && based.values.is_valid(row) {
                dates.push(based.base.place(name, row)?);
            }
        }
        dates.sort_unstable_by(f64::total_cmp);
        if dates.windows(2).any(|pair| pair[0] == pair[1]) {
            return more_than_one(name);
        }
        let base = base_value(name, &state)?;
        found.set(found.get() || base.is_some());
        for (row, cell) in rows.zip(cells) {
            let Some(x) = number(name, "value", &based.values, row)? else { continue };
            *cell = base.map(|base| self.to * (x / base));
            if cell.is_some_and(|index| !index.is_finite()) {
                return exec_err!("{name}: the index of {x} exceeds the range of DOUBLE");
            }
        }
        Ok(())
    }
}
