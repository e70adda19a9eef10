//! Imputations from all indicators of a partition at once, its rows as a matrix of units and
//! indicators.

use std::fmt::Debug;
use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::common::{Result, exec_err};

use super::fill::{imputed, observed};
use super::parameters::{INDICATOR, UNIT, VALUE};
use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::interner::{Interner, ascending, places, text};
use crate::engine::partition::{Imputed, PartitionMethod};
use crate::kernel::Matrix;
use crate::page::Page;
use crate::types::doubles;

/// An imputation of a matrix. The arguments of its page begin with value, unit and indicator.
pub trait Crossing: Debug + Send + Sync + Sized + 'static {
    const PAGE: &'static Page;

    fn bind(constants: &Constants) -> Result<Self>;

    /// The matrix with its gaps filled, as far as they can be; `Err` says what must be and what was.
    fn fill(
        &self,
        matrix: &Matrix,
        name: impl Fn(usize) -> String,
    ) -> std::result::Result<Matrix, String>;
}

/// The imputation of a [`Crossing`].
#[derive(Debug)]
pub struct Across<C>(C);

/// A key of each row, as its place in the order of all keys.
struct Keys {
    keys: ArrayRef,
    of_row: Vec<u32>,
}

impl Keys {
    fn new(page: &Page, argument: &str, column: &ArrayRef) -> Result<Self> {
        if column.logical_null_count() > 0 {
            return exec_err!("{}: {argument} must not be NULL", page.name);
        }
        let mut keys = Interner::new(column.data_type())?;
        let mut of_row = Vec::new();
        keys.codes(column, &mut of_row)?;
        let keys = keys.values()?;
        let order = ascending(&keys)?;
        let place = places(&order);
        of_row.iter_mut().for_each(|code| *code = place[*code as usize]);
        Ok(Self { keys: take(&keys, &UInt32Array::from(order), None)?, of_row })
    }

    /// Those of some rows, each once and in their order.
    fn of(&self, rows: Range<usize>) -> Vec<u32> {
        let mut keys = self.of_row[rows].to_vec();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

pub struct Columns {
    values: Float64Array,
    units: Keys,
    indicators: Keys,
}

impl<C: Crossing> PartitionMethod for Across<C> {
    type Columns = Columns;
    type Cell = Imputed;

    const PAGE: &'static Page = C::PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        C::bind(constants).map(Self)
    }

    fn crosses(&self) -> bool {
        true
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        Ok(Columns {
            values: doubles(&arguments[0])?,
            units: Keys::new(C::PAGE, UNIT.name, &arguments[1])?,
            indicators: Keys::new(C::PAGE, INDICATOR.name, &arguments[2])?,
        })
    }

    fn evaluate(&self, columns: &Columns, rows: Range<usize>, cells: &mut [Imputed]) -> Result<()> {
        let Columns { values, units, indicators } = columns;
        let name = C::PAGE.name;
        let (of_unit, of_indicator) = (units.of(rows.clone()), indicators.of(rows.clone()));
        let place = |row: usize| {
            let at = |keys: &[u32], key| keys.partition_point(|known| *known < key);
            (at(&of_unit, units.of_row[row]), at(&of_indicator, indicators.of_row[row]))
        };
        let mut matrix = Matrix::new(of_unit.len(), of_indicator.len());
        let mut seen = vec![false; of_unit.len() * of_indicator.len()];
        let mut has_gaps = false;
        for (row, cell) in rows.clone().zip(cells.iter_mut()) {
            let (i, j) = place(row);
            if std::mem::replace(&mut seen[i * of_indicator.len() + j], true) {
                return exec_err!(
                    "{name}: a partition must have one row per unit and indicator, found two \
                     (partition by period as well, or let the unit be a STRUCT of unit and period)"
                );
            }
            match number(name, VALUE.name, values, row)? {
                Some(x) => {
                    matrix.set(i, j, x);
                    *cell = observed(x);
                }
                None => has_gaps = true,
            }
        }
        if !has_gaps {
            return Ok(());
        }
        let indicator = |j: usize| text(&indicators.keys, of_indicator[j] as usize);
        let filled = match self.0.fill(&matrix, indicator) {
            Ok(filled) => filled,
            Err(message) => return exec_err!("{name}: {message}"),
        };
        for (row, cell) in rows.zip(cells.iter_mut()).filter(|(_, cell)| cell.value.is_none()) {
            let (i, j) = place(row);
            let value = filled.get(i, j);
            if value.is_some_and(f64::is_infinite) {
                return exec_err!(
                    "{name}: the values of indicator '{}' are too large to be imputed",
                    indicator(j)
                );
            }
            *cell = imputed(value);
        }
        Ok(())
    }
}
