//! Rows of a result that has one per unit, period and item (mostly a node), in that order.
//!
//! They are made as they are read, some batches at a time on all threads: a result of any length
//! takes the memory of a few batches.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, Float64Array, Int64Array, StringViewArray, UInt32Array,
};
use datafusion::arrow::compute::take;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::panel::Panel;
use super::workshop::Workshop;
use super::{Asked, Batches};
use crate::framework::Framework;

/// Rows given out at a time, about.
pub(super) const ROWS: usize = 8192;

/// A unit in a period, by their positions in the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub unit: usize,
    pub period: usize,
}

/// What the framework alone says of nodes, one row each.
pub(super) struct Labels {
    pub codes: ArrayRef,
    pub parents: ArrayRef,
    pub levels: ArrayRef,
}

impl Labels {
    /// Of nodes that may be those of several frameworks.
    pub(super) fn new<'a>(nodes: impl Iterator<Item = (&'a Framework, usize)> + Clone) -> Self {
        let all = nodes.map(|(framework, node)| (framework.nodes(), &framework.nodes()[node]));
        let codes = all.clone().map(|(_, node)| node.code.as_str());
        let parents = all.clone().map(|(nodes, node)| Some(nodes[node.parent?].code.as_str()));
        let levels = all.map(|(_, node)| node.level as i64);
        Self {
            codes: Arc::new(StringViewArray::from_iter_values(codes)),
            parents: Arc::new(parents.collect::<StringViewArray>()),
            levels: Arc::new(levels.collect::<Int64Array>()),
        }
    }

    pub(super) fn of(framework: &Framework, nodes: &[usize]) -> Self {
        Self::new(nodes.iter().map(|&node| (framework, node)))
    }

    pub(super) fn of_all(framework: &Framework) -> Self {
        Self::new((0..framework.nodes().len()).map(|node| (framework, node)))
    }

    /// The nodes as items of rows, their codes in this column.
    pub(super) fn items(self, code: &'static str) -> Items {
        Items {
            number: self.codes.len(),
            columns: [(code, self.codes), ("parent", self.parents), ("level", self.levels)],
        }
    }
}

/// What each place has a row of.
pub(super) struct Items {
    number: usize,
    columns: [(&'static str, ArrayRef); 3],
}

/// The keys of the rows, and what is asked of them.
struct Table {
    units: ArrayRef,
    periods: ArrayRef,
    items: Items,
    asked: Asked,
}

/// Rows that are made together.
pub(super) struct Block<'a> {
    table: &'a Table,
    pub places: &'a [Place],
}

impl Block<'_> {
    pub(super) fn wants(&self, column: &str) -> bool {
        self.table.asked.wants(column)
    }

    /// The rows; `column` gives the columns that are not keys, by name.
    pub(super) fn batch(&self, column: impl Fn(&str) -> Result<ArrayRef>) -> Result<RecordBatch> {
        let Table { units, periods, items, asked } = self.table;
        asked.batch(self.places.len() * items.number, |name| match name {
            "unit" => self.taken(units, |place, _| place.unit as u32),
            "period" => self.taken(periods, |place, _| place.period as u32),
            name => match items.columns.iter().find(|(of, _)| *of == name) {
                Some((_, of_item)) => self.taken(of_item, |_, item| item as u32),
                None => column(name),
            },
        })
    }

    /// A column with the cells of another.
    pub(super) fn taken<T>(
        &self,
        from: &ArrayRef,
        position: impl Fn(Place, usize) -> T,
    ) -> Result<ArrayRef>
    where
        UInt32Array: FromIterator<T>,
    {
        Ok(take(from, &self.each(&position).collect::<UInt32Array>(), None)?)
    }

    /// A column of numbers, from places and items.
    pub(super) fn numbers<T>(&self, cell: impl Fn(Place, usize) -> T) -> ArrayRef
    where
        Float64Array: FromIterator<T>,
    {
        Arc::new(self.each(&cell).collect::<Float64Array>())
    }

    /// A column of whole numbers.
    pub(super) fn wholes<T>(&self, cell: impl Fn(Place, usize) -> T) -> ArrayRef
    where
        Int64Array: FromIterator<T>,
    {
        Arc::new(self.each(&cell).collect::<Int64Array>())
    }

    fn each<T>(&self, cell: &impl Fn(Place, usize) -> T) -> impl Iterator<Item = T> {
        let items = 0..self.table.items.number;
        let of_place = move |&place: &Place| items.clone().map(move |item| cell(place, item));
        self.places.iter().flat_map(of_place)
    }
}

/// The rows, unit by unit, period by period, item by item.
struct Rows<F> {
    table: Table,
    /// Whether there are rows: `period * units + unit`.
    present: Vec<bool>,
    workshop: Workshop,
    make: F,
    /// Next place: `unit * periods + period`.
    next: usize,
    ready: std::vec::IntoIter<RecordBatch>,
}

/// Rows for the units and periods that are present, as `make` makes them.
pub(super) fn rows<F>(
    panel: &Panel,
    items: Items,
    asked: Asked,
    workshop: Workshop,
    make: F,
) -> Batches
where
    F: Fn(&Block<'_>) -> Result<RecordBatch> + Send + Sync + 'static,
{
    let (units, periods) = (Arc::clone(&panel.units), Arc::clone(&panel.periods));
    Box::new(Rows {
        table: Table { units, periods, items, asked },
        present: panel.present.clone(),
        workshop,
        make,
        next: 0,
        ready: Vec::new().into_iter(),
    })
}

impl<F> Rows<F> {
    fn end(&self) -> usize {
        self.table.units.len() * self.table.periods.len()
    }

    /// The places of the next batch; none at the end, or if there are no items.
    fn places(&mut self) -> Vec<Place> {
        let wanted = ROWS.checked_div(self.table.items.number).map_or(0, |wanted| wanted.max(1));
        let (units, periods) = (self.table.units.len(), self.table.periods.len());
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
}

impl<F> Iterator for Rows<F>
where
    F: Fn(&Block<'_>) -> Result<RecordBatch> + Sync,
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
        let batch = |i: usize| (self.make)(&Block { table: &self.table, places: &groups[i] });
        match self.workshop.each(groups.len(), batch) {
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

/// A whole result, given out part by part.
pub(super) fn in_parts(batch: RecordBatch) -> Batches {
    let rows = batch.num_rows();
    let part = move |start: usize| Ok(batch.slice(start, ROWS.min(rows - start)));
    Box::new((0..rows).step_by(ROWS).map(part))
}

/// A cell of a column of numbers.
pub(super) fn number_at(column: &Float64Array, row: usize) -> Option<f64> {
    column.is_valid(row).then(|| column.value(row))
}

/// A cell of a column of ranks.
pub(super) fn rank_at(ranks: &UInt32Array, row: usize) -> Option<i64> {
    ranks.is_valid(row).then(|| i64::from(ranks.value(row)))
}
