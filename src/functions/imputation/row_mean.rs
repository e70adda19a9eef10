//! `impute_row_mean(value, unit, indicator)`: missing values from the unit's own other
//! indicators.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::{Result, exec_err};

use super::fill::{imputed, observed};
use super::parameters::{INDICATOR, UNIT, VALUE};
use crate::arguments::check::{Directions, number};
use crate::arguments::constants::Constants;
use crate::engine::partition::{Imputed, PartitionMethod};
use crate::functions::parameters;
use crate::kernel::{Extent, Sum, between, scale};
use crate::page::{Page, Parameter, page};
use crate::types::doubles;

page! {
    pub static PAGE = Page {
        name: impute_row_mean,
        family: Imputation,
        syntax: ["impute_row_mean(value, unit, indicator, direction => 1) OVER (PARTITION BY parent)"],
        summary: "Imputes missing values from the mean position of the unit on the other \
                  indicators of the same parent.",
        formula: "s = mean over the unit's indicators of (x - min) / (max - min) (direction -1: \
                  (max - x) / (max - min)); filled in: min + s (max - min) (direction -1: \
                  max - s (max - min)), with min and max of the missing indicator",
        parameters: &[VALUE, UNIT, INDICATOR, DIRECTION],
        window_only: true,
        returns: "STRUCT(value DOUBLE, imputed BOOLEAN), in the unit of measurement of the value; \
                  NULL if the unit has no other value in the partition, or if the indicator is \
                  constant or has no values.",
        notes: "Observed values are not changed. A partition is one parent and, in a panel, one \
                period. Constant indicators are excluded.",
        errors: "A value that is NaN or infinite; unit or indicator NULL; two rows of one unit and \
                 indicator in a partition; direction other than 1 or -1, or not the same in all rows \
                 of an indicator.",
        example: "SELECT unit, indicator, impute_row_mean(value, unit, indicator) OVER () FROM (VALUES\n\
                  \x20 ('A', 'x', 0), ('B', 'x', 10), ('C', 'x', 5),\n\
                  \x20 ('A', 'y', 1), ('B', 'y', 3), ('C', 'y', NULL)\n\
                  ) AS t(unit, indicator, value)\n\
                  ORDER BY indicator DESC, unit DESC LIMIT 1",
        example_result: ["C y {value: 2.0, imputed: true}"],
        reference: "COINr 1.1.14, Impute by row with normalise_first.",
    };
}

const DIRECTION: Parameter = Parameter {
    meaning: "1: higher is better; -1: lower is better; the same in all rows of an indicator",
    ..parameters::DIRECTION
};

/// Fills from the unit's other indicators.
#[derive(Debug)]
pub struct RowMean;

pub struct Columns {
    values: Float64Array,
    units: Rows,
    indicators: Rows,
    directions: Directions,
}

/// Extent and direction of an indicator.
struct Scale {
    extent: Extent,
    direction: f64,
}

impl PartitionMethod for RowMean {
    type Columns = Columns;
    type Cell = Imputed;

    const PAGE: &'static Page = &PAGE;

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        let keys = |array: &ArrayRef, argument: &str| -> Result<Rows> {
            if array.logical_null_count() > 0 {
                return exec_err!("{}: {argument} must not be NULL", PAGE.name);
            }
            let converter = RowConverter::new(vec![SortField::new(array.data_type().clone())])?;
            Ok(converter.convert_columns(std::slice::from_ref(array))?)
        };
        Ok(Columns {
            values: doubles(&arguments[0])?,
            units: keys(&arguments[1], UNIT.name)?,
            indicators: keys(&arguments[2], INDICATOR.name)?,
            directions: Directions::new(arguments.get(3))?,
        })
    }

    fn evaluate(&self, columns: &Columns, rows: Range<usize>, cells: &mut [Imputed]) -> Result<()> {
        let Columns { values, units, indicators, directions } = columns;
        let name = PAGE.name;
        let mut scales = HashMap::new();
        let mut seen = HashSet::with_capacity(cells.len());
        for (row, cell) in rows.clone().zip(cells.iter_mut()) {
            if !seen.insert((units.row(row), indicators.row(row))) {
                return exec_err!(
                    "{name}: a partition must have one row per unit and indicator, found two \
                     (partition by period as well)"
                );
            }
            let direction = directions.of(name, row)?;
            let scale = scales
                .entry(indicators.row(row))
                .or_insert_with(|| Scale { extent: Extent::default(), direction });
            if scale.direction != direction {
                return exec_err!(
                    "{name}: direction must be the same in all rows of an indicator, got {} and \
                     {direction}",
                    scale.direction
                );
            }
            if let Some(x) = number(name, "value", values, row)? {
                scale.extent.update(x);
                *cell = observed(x);
            }
        }
        let mut scores: HashMap<_, (Sum, f64)> = HashMap::new();
        for (row, cell) in rows.clone().zip(cells.iter()) {
            let score = cell.value.and_then(|x| {
                let Scale { extent, direction } = scales.get(&indicators.row(row))?;
                scale::minmax(x, extent.range()?, (0.0, 1.0), *direction)
            });
            if let Some(score) = score {
                let (sum, n) = scores.entry(units.row(row)).or_default();
                sum.add(score);
                *n += 1.0;
            }
        }
        for (row, cell) in rows.zip(cells.iter_mut()).filter(|(_, cell)| cell.value.is_none()) {
            *cell = imputed(scales.get(&indicators.row(row)).and_then(|scale| {
                let &(sum, n) = scores.get(&units.row(row))?;
                let (min, max) = scale.extent.range().filter(|(min, max)| min < max)?;
                let share = sum.divided_by(n);
                let share = if scale.direction < 0.0 { 1.0 - share } else { share };
                Some(between((0.0, min), (1.0, max), share))
            }));
        }
        Ok(())
    }
}
