//! Rows of a result that has one per unit, period and node, in that order.
//!
//! They are made as they are read, some batches at a time on all threads: a result of any length
//! takes the memory of a few batches.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{Result, exec_err};

use super::panel::Panel;
use super::steps::Workshop;
use super::{Asked, codes};
use crate::framework::Framework;

/// Rows given out at a time, about.
const ROWS: usize = 8192;

/// A unit in a period, by their positions in the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub unit: usize,
    pub period: usize,
}

/// Columns by their names: for each place, a cell per node asked for.
pub(super) type Cells = Vec<(&'static str, ArrayRef)>;

/// The rows, unit by unit, period by period, node by node.
pub(super) struct Rows<F> {
    framework: Framework,
    units: ArrayRef,
    periods: ArrayRef,
    /// Whether there are rows: `period * units + unit`.
    present: Vec<bool>,
    asked: Asked,
    workshop: Workshop,
    /// By node.
    codes: ArrayRef,
    parents: ArrayRef,
    levels: ArrayRef,
    cells: F,
    /// Next place: `unit * periods + period`.
    next: usize,
    ready: std::vec::IntoIter<RecordBatch>,
}

impl<F> Rows<F>
where
    F: Fn(&Framework, &Asked, &[Place]) -> Result<Cells> + Sync,
{
    /// Rows for the units and periods that are present; `cells` gives the columns that are not
    /// keys.
    pub(super) fn new(
        framework: Framework,
        panel: &Panel,
        asked: Asked,
        workshop: Workshop,
        cells: F,
    ) -> Self {
        let (codes, parents) = codes(&framework);
        let levels = framework.nodes().iter().map(|node| node.level as i64);
        let levels = Arc::new(levels.collect::<Int64Array>());
        Self {
            framework,
            units: Arc::clone(&panel.units),
            periods: Arc::clone(&panel.periods),
            present: panel.present.clone(),
            asked,
            workshop,
            codes,
            parents,
            levels,
            cells,
            next: 0,
            ready: Vec::new().into_iter(),
        }
    }

    fn end(&self) -> usize {
        self.units.len() * self.periods.len()
    }

    /// The places of the next batch.
    fn places(&mut self) -> Vec<Place> {
        let nodes = self.asked.nodes.len();
        let wanted = ROWS.checked_div(nodes).map_or(0, |wanted| wanted.max(1));
        let (units, periods) = (self.units.len(), self.periods.len());
        let mut places = Vec::with_capacity(wanted);
        while places.len() < wanted && self.next < self.end() {
            let place = Place { unit: self.next / periods, period: self.next % periods };
            if self.present[place.period * units + place.unit] {
                places.push(place);
            }
            self.next += 1;
        }
        places
    }

    fn batch(&self, places: &[Place]) -> Result<RecordBatch> {
        let nodes = &self.asked.nodes;
        let by_place = |key: fn(&Place) -> usize| -> UInt32Array {
            let keys = places.iter().map(|place| key(place) as u32);
            keys.flat_map(|key| std::iter::repeat_n(key, nodes.len())).collect()
        };
        let by_node = || -> UInt32Array {
            places.iter().flat_map(|_| nodes.iter().map(|&node| node as u32)).collect()
        };
        let cells = (self.cells)(&self.framework, &self.asked, places)?;
        self.asked.batch(places.len() * nodes.len(), |name| {
            Ok(match name {
                "unit" => take(&self.units, &by_place(|place| place.unit), None)?,
                "period" => take(&self.periods, &by_place(|place| place.period), None)?,
                "code" => take(&self.codes, &by_node(), None)?,
                "parent" => take(&self.parents, &by_node(), None)?,
                "level" => take(&self.levels, &by_node(), None)?,
                name => match cells.iter().find(|(of, _)| *of == name) {
                    Some((_, column)) => Arc::clone(column),
                    None => return exec_err!("column '{name}' must be computed"),
                },
            })
        })
    }
}

impl<F> Iterator for Rows<F>
where
    F: Fn(&Framework, &Asked, &[Place]) -> Result<Cells> + Sync,
{
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        if let Some(batch) = self.ready.next() {
            return Some(Ok(batch));
        }
        let groups: Vec<Vec<Place>> = (0..self.workshop.threads.max(1))
            .map(|_| self.places())
            .filter(|places| !places.is_empty())
            .collect();
        match self.workshop.each(groups.len(), |i| self.batch(&groups[i])) {
            Ok(batches) => {
                self.ready = batches.into_iter();
                self.ready.next().map(Ok)
            }
            Err(error) => {
                self.next = self.end();
                Some(Err(error))
            }
        }
    }
}
