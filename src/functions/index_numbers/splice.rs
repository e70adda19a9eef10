//! `index_splice(old, new, period, at)`: an old series continued by a new one.

use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::common::{Result, exec_err};

use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::partition::{PartitionMethod, Verdict};
use crate::functions::parameters::{self, SETTING, VALUE};
use crate::functions::series::{Named, WITH_A_VALUE};
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, page};
use crate::types::doubles;

page! {
    pub static PAGE = Page {
        name: index_splice,
        family: IndexNumbers,
        syntax: ["index_splice(old, new, period, at => 2015) OVER (PARTITION BY unit, indicator)"],
        summary: "Links two series: the old one is rescaled to the level of the new one at a \
                  period that both have.",
        formula: "new if not NULL, else old new(at) / old(at)",
        parameters: &[OLD, NEW, PERIOD, AT],
        window_only: true,
        returns: "DOUBLE, on the base of the new series; NULL if neither series has a value, and \
                  in the old part if one of them has none at the overlap.",
        notes: "Growth rates of the old part are unchanged. If the two series measure different \
                things, the linked series has a break at this period: document it.",
        errors: "A value that is NaN or infinite; a value at the overlap that is 0 or negative; two \
                 rows at the overlap; at NULL, or a period at which no series has a value; a result beyond \
                 the range of DOUBLE.",
        example: "SELECT period, index_splice(old, new, period, at => 2015) OVER () FROM (VALUES\n\
                  \x20 (2014, 150, NULL), (2015, 200, 100), (2016, 230, 110), (2017, NULL, 121)\n\
                  ) AS t(period, old, new)",
        example_result: ["2014 75.0", "2015 100.0", "2016 110.0", "2017 121.0"],
        reference: "ILO/IMF/OECD/UNECE/Eurostat/World Bank (2004), Consumer Price Index Manual, \
                    chapter 9 (linking).",
    };
}

const OLD: Parameter = Parameter {
    name: "old",
    meaning: "value of the old series; finite",
    null: Null::Means("no value"),
    ..VALUE
};

const NEW: Parameter = Parameter { name: "new", meaning: "value of the new series; finite", ..OLD };

const PERIOD: Parameter = Parameter {
    meaning: "period of both values: a year, a date, a text",
    null: Null::Means("not the overlap"),
    ..parameters::PERIOD
};

const AT: Parameter = Parameter {
    name: "at",
    kind: Kind::SameAsPrevious,
    meaning: "period at which the two series overlap",
    default: DefaultValue::Required,
    ..SETTING
};

/// Splices.
#[derive(Debug)]
pub struct Splice;

pub struct Columns {
    old: Float64Array,
    new: Float64Array,
    at_overlap: Named,
}

impl PartitionMethod for Splice {
    type Columns = Columns;
    type Cell = Option<f64>;

    const PAGE: &'static Page = &PAGE;
    const SEEKS: bool = true;

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        let at_overlap = Named::period(PAGE.name, AT.name, &arguments[2], &arguments[3])?;
        Ok(Columns { old: doubles(&arguments[0])?, new: doubles(&arguments[1])?, at_overlap })
    }

    fn verdicts(&self, Columns { old, new, at_overlap }: &Columns) -> Vec<Verdict> {
        let is_sought = old.null_count() < old.len();
        let counts = |row| old.is_valid(row) || new.is_valid(row);
        vec![at_overlap.verdict(PAGE.name, AT.name, WITH_A_VALUE, is_sought, counts)]
    }

    fn evaluate(
        &self,
        columns: &Columns,
        rows: Range<usize>,
        cells: &mut [Option<f64>],
    ) -> Result<()> {
        let name = PAGE.name;
        let Columns { old, new, at_overlap } = columns;
        let mut levels = None;
        if let Some(row) = at_overlap.row(name, "the overlap", rows.clone())? {
            levels = number(name, OLD.name, old, row)?.zip(number(name, NEW.name, new, row)?);
        }
        if let Some((old, new)) = levels.filter(|(old, new)| old.min(*new) <= 0.0) {
            return exec_err!("{name}: values at the overlap must be > 0, got {old} and {new}");
        }
        for (row, cell) in rows.zip(cells) {
            let (old, new) = (number(name, OLD.name, old, row)?, number(name, NEW.name, new, row)?);
            let scaled = old.zip(levels).map(|(x, (old, new))| x / old * new);
            *cell = new.or(scaled);
            if cell.is_some_and(|index| !index.is_finite()) {
                return exec_err!("{name}: the spliced value exceeds the range of DOUBLE");
            }
        }
        Ok(())
    }
}
