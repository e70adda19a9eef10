//! A panel in memory: one column of numbers per indicator and period, one cell per unit.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::arrow::buffer::{BooleanBuffer, NullBuffer};

/// The values of a panel.
#[derive(Debug, Clone)]
pub struct Panel {
    /// In ascending order.
    pub units: ArrayRef,
    /// In the order of time; one NULL if the panel has no period.
    pub periods: ArrayRef,
    /// `indicator * periods + period`: a value per unit, NULL where it is missing.
    pub columns: Vec<ArrayRef>,
    /// `period * units + unit`: whether the input has a row.
    pub present: Vec<bool>,
    /// As `present`: the group of the unit that an imputation learns within, if there are groups.
    pub groups: Option<Arc<[u32]>>,
    /// The groups that units are compared within, if there are.
    pub unit_groups: Option<UnitGroups>,
    /// As `columns`: whether the input has a row of this indicator and period.
    pub has_rows: Vec<bool>,
    /// As `columns`, of the indicators that others are divided by, in the order of these among the leaves.
    pub denominators: Vec<ArrayRef>,
    /// Of each of these whether the input has a row of it.
    pub has_denominators: Vec<bool>,
    /// As `columns`: which values were imputed; none where none was.
    pub imputed: Vec<Option<BooleanBuffer>>,
}

/// What a column of groups is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupUse {
    /// An imputation learns within the groups.
    Imputation,
    /// Units are compared within them.
    Comparison,
}

/// Groups of units.
#[derive(Debug, Clone)]
pub struct UnitGroups {
    /// Each group once.
    pub keys: ArrayRef,
    /// `period * units + unit`: a position among the keys; another number where a unit has none.
    pub of: Arc<[u32]>,
}

impl Panel {
    pub fn column(&self, indicator: usize, period: usize) -> &ArrayRef {
        &self.columns[indicator * self.periods.len() + period]
    }
}

/// Whether a column has no value.
pub fn is_empty(column: &ArrayRef) -> bool {
    column.null_count() == column.len()
}

/// A column with NULL in the place of NaN.
pub fn nullable(column: Vec<f64>) -> Float64Array {
    let is_whole = !column.iter().any(|x| x.is_nan());
    let nulls = (!is_whole).then(|| {
        NullBuffer::new(BooleanBuffer::collect_bool(column.len(), |row| !column[row].is_nan()))
    });
    Float64Array::new(column.into(), nulls)
}
