//! Rows for each unit and period that the panel has: in each of them one per item, such as a node.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, Int64Array, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{Result, exec_err};

use super::Asked;
use super::panel::Panel;
use super::steps::Cancel;

/// Rows given out at a time, about.
const ROWS: usize = 8192;

/// Where a cell stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub item: usize,
    pub period: usize,
    pub unit: usize,
}

/// The cells of a column.
pub(super) enum Cells {
    /// One per item.
    OfItem(ArrayRef),
    Number(Box<dyn Fn(Place) -> Option<f64> + Send>),
    Whole(Box<dyn Fn(Place) -> Option<i64> + Send>),
}

/// The rows, unit by unit, period by period, item by item.
pub(super) struct Grid {
    units: ArrayRef,
    periods: ArrayRef,
    present: Vec<bool>,
    items: usize,
    columns: Vec<(&'static str, Cells)>,
    asked: Asked,
    cancel: Cancel,
    /// Next unit and period: `unit * periods + period`.
    next: usize,
}

impl Grid {
    /// The columns beside unit and period; those that nobody asked for are never looked at.
    pub(super) fn new(
        panel: Panel,
        items: usize,
        columns: Vec<(&'static str, Cells)>,
        schema: SchemaRef,
        cancel: Cancel,
    ) -> Self {
        let Panel { units, periods, present, .. } = panel;
        let asked = Asked { schema, nodes: Vec::new() };
        Self { units, periods, present, items, columns, asked, cancel, next: 0 }
    }

    fn batch(&self, places: &[(usize, usize)]) -> Result<RecordBatch> {
        let rows = places.len() * self.items;
        let each = || {
            places.iter().flat_map(|&(unit, period)| {
                (0..self.items).map(move |item| Place { item, period, unit })
            })
        };
        let taken = |of: &ArrayRef, key: fn(Place) -> usize| -> Result<ArrayRef> {
            let rows: UInt32Array = each().map(|place| key(place) as u32).collect();
            Ok(take(of, &rows, None)?)
        };
        self.asked.batch(rows, |name| match name {
            "unit" => taken(&self.units, |place| place.unit),
            "period" => taken(&self.periods, |place| place.period),
            name => match self.columns.iter().find(|(column, _)| *column == name) {
                Some((_, Cells::OfItem(column))) => taken(column, |place| place.item),
                Some((_, Cells::Number(cell))) => {
                    Ok(Arc::new(each().map(cell).collect::<Float64Array>()))
                }
                Some((_, Cells::Whole(cell))) => {
                    Ok(Arc::new(each().map(cell).collect::<Int64Array>()))
                }
                None => exec_err!("there is no column {name}"),
            },
        })
    }
}

impl Iterator for Grid {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        let (units, periods) = (self.units.len(), self.periods.len());
        if self.items == 0 {
            return None;
        }
        let wanted = (ROWS / self.items).max(1);
        let mut places = Vec::with_capacity(wanted);
        while self.next < units * periods && places.len() < wanted {
            let (unit, period) = (self.next / periods, self.next % periods);
            if self.present[period * units + unit] {
                places.push((unit, period));
            }
            self.next += 1;
        }
        if places.is_empty() {
            return None;
        }
        Some(self.cancel.check().and_then(|()| self.batch(&places)))
    }
}

/// A cell of a column of numbers.
pub(super) fn number_at(column: &Float64Array, row: usize) -> Option<f64> {
    column.is_valid(row).then(|| column.value(row))
}

/// A cell of a column of ranks.
pub(super) fn whole_at(column: &UInt32Array, row: usize) -> Option<i64> {
    column.is_valid(row).then(|| i64::from(column.value(row)))
}
