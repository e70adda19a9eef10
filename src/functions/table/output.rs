//! Rows of a result that has one per unit, period and item (mostly a node), or some for each unit and
//! period, in that order.
//!
//! They are made as they are read, block by block, each partition of the engine its own blocks: a
//! result of any length takes the memory of a few batches.

use crate::index::place::UnitPeriod;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, Float64Array, Int64Array, StringViewArray, UInt32Array,
};
use datafusion::arrow::compute::take;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::request::Request;
use crate::framework::Framework;
use crate::index::panel::Panel;

/// Rows given out at a time, about.
pub const ROWS: usize = 8192;

/// What the framework alone says of nodes, one row each.
pub struct NodeLabels {
    pub codes: ArrayRef,
    pub parents: ArrayRef,
    pub levels: ArrayRef,
}

impl NodeLabels {
    /// Of nodes that may be those of several frameworks.
    pub fn new<'a>(nodes: impl Iterator<Item = (&'a Framework, usize)> + Clone) -> Self {
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

    pub fn of(framework: &Framework, nodes: &[usize]) -> Self {
        Self::new(nodes.iter().map(|&node| (framework, node)))
    }

    pub fn of_all(framework: &Framework) -> Self {
        Self::new((0..framework.nodes().len()).map(|node| (framework, node)))
    }

    /// The nodes as items of rows, their codes in this column.
    pub fn items(self, code: &'static str) -> RowItems {
        RowItems {
            number: self.codes.len(),
            columns: [(code, self.codes), ("parent", self.parents), ("level", self.levels)],
        }
    }
}

/// What each place has a row of.
pub struct RowItems {
    number: usize,
    columns: [(&'static str, ArrayRef); 3],
}

/// The keys of the rows, and what is wanted of them.
struct Table {
    units: ArrayRef,
    periods: ArrayRef,
    items: RowItems,
    request: Request,
}

/// Rows that are made together.
pub struct RowBlock<'a> {
    table: &'a Table,
    pub places: &'a [UnitPeriod],
}

impl RowBlock<'_> {
    pub fn wants(&self, column: &str) -> bool {
        self.table.request.wants(column)
    }

    /// The rows; `column` gives the columns that are not keys, by name.
    pub fn batch(&self, column: impl Fn(&str) -> Result<ArrayRef>) -> Result<RecordBatch> {
        let Table { units, periods, items, request } = self.table;
        request.batch(self.places.len() * items.number, |name| match name {
            "unit" => self.taken(units, |place, _| place.unit as u32),
            "period" => self.taken(periods, |place, _| place.period as u32),
            name => match items.columns.iter().find(|(of, _)| *of == name) {
                Some((_, of_item)) => self.taken(of_item, |_, item| item as u32),
                None => column(name),
            },
        })
    }

    /// A column with the cells of another.
    pub fn taken<T>(
        &self,
        from: &ArrayRef,
        position: impl Fn(UnitPeriod, usize) -> T,
    ) -> Result<ArrayRef>
    where
        UInt32Array: FromIterator<T>,
    {
        Ok(take(from, &self.each(&position).collect::<UInt32Array>(), None)?)
    }

    /// A column of numbers, from places and items.
    pub fn numbers<T>(&self, cell: impl Fn(UnitPeriod, usize) -> T) -> ArrayRef
    where
        Float64Array: FromIterator<T>,
    {
        Arc::new(self.each(&cell).collect::<Float64Array>())
    }

    /// A column of whole numbers.
    pub fn integers<T>(&self, cell: impl Fn(UnitPeriod, usize) -> T) -> ArrayRef
    where
        Int64Array: FromIterator<T>,
    {
        Arc::new(self.each(&cell).collect::<Int64Array>())
    }

    fn each<T>(&self, cell: &impl Fn(UnitPeriod, usize) -> T) -> impl Iterator<Item = T> {
        let items = 0..self.table.items.number;
        let of_place = move |&place: &UnitPeriod| items.clone().map(move |item| cell(place, item));
        self.places.iter().flat_map(of_place)
    }
}

/// The rows of a result.
pub enum Output {
    /// All of them, in their order.
    Batches(Vec<RecordBatch>),
    /// Made as they are read, block by block.
    Blocks(Box<dyn Blocks>),
}

/// Blocks of rows, in their order, each made by itself.
pub trait Blocks: Send + Sync {
    fn number(&self) -> usize;

    fn batch(&self, block: usize) -> Result<RecordBatch>;
}

impl Output {
    /// A whole result, given out part by part.
    pub fn in_parts(batch: &RecordBatch) -> Self {
        let rows = batch.num_rows();
        let part = |start: usize| batch.slice(start, ROWS.min(rows - start));
        Self::Batches((0..rows).step_by(ROWS).map(part).collect())
    }

    /// How many blocks there are.
    pub fn number(&self) -> usize {
        match self {
            Self::Batches(batches) => batches.len(),
            Self::Blocks(blocks) => blocks.number(),
        }
    }

    /// The rows of a block.
    pub fn batch(&self, block: usize) -> Result<RecordBatch> {
        match self {
            Self::Batches(batches) => Ok(batches[block].clone()),
            Self::Blocks(blocks) => blocks.batch(block),
        }
    }
}

/// Units and periods in blocks, of which rows are made.
struct PlaceBlocks<F> {
    units: usize,
    periods: usize,
    /// Whether there are rows: `period * units + unit`.
    present: Vec<bool>,
    /// Where each block begins: `unit * periods + period`.
    starts: Vec<usize>,
    make: F,
}

/// Rows for the units and periods that are present, as `make` makes them.
pub fn rows<F>(panel: &Panel, items: RowItems, request: Request, make: F) -> Output
where
    F: Fn(&RowBlock<'_>) -> Result<RecordBatch> + Send + Sync + 'static,
{
    let (units, periods) = (Arc::clone(&panel.units), Arc::clone(&panel.periods));
    let (wanted, number) = (request.periods.clone(), items.number);
    let table = Table { units, periods, items, request };
    rows_of_places(panel, wanted.as_deref(), number, move |places| {
        make(&RowBlock { table: &table, places })
    })
}

/// Rows for the units and periods that are present and wanted, about so many for each, as `make` makes
/// them for some of these.
pub fn rows_of_places<F>(panel: &Panel, wanted: Option<&[bool]>, number: usize, make: F) -> Output
where
    F: Fn(&[UnitPeriod]) -> Result<RecordBatch> + Send + Sync + 'static,
{
    let (units, periods) = (panel.units.len(), panel.periods.len());
    let mut present = panel.present.clone();
    for (period, of_period) in present.chunks_mut(units.max(1)).enumerate() {
        if wanted.is_some_and(|wanted| !wanted[period]) {
            of_period.fill(false);
        }
    }
    let mut blocks = PlaceBlocks { units, periods, present, starts: Vec::new(), make };
    // No rows for a place, none at all.
    let together = ROWS.checked_div(number).map_or(0, |places| places.max(1));
    let mut in_block = together;
    for at in 0..if together > 0 { units * periods } else { 0 } {
        if blocks.place(at).is_some() {
            if in_block == together {
                blocks.starts.push(at);
                in_block = 0;
            }
            in_block += 1;
        }
    }
    Output::Blocks(Box::new(blocks))
}

impl<F> PlaceBlocks<F> {
    /// The unit and period at a position, if there are rows for it.
    fn place(&self, at: usize) -> Option<UnitPeriod> {
        let place = UnitPeriod { unit: at / self.periods, period: at % self.periods };
        self.present[place.period * self.units + place.unit].then_some(place)
    }
}

impl<F> Blocks for PlaceBlocks<F>
where
    F: Fn(&[UnitPeriod]) -> Result<RecordBatch> + Send + Sync,
{
    fn number(&self) -> usize {
        self.starts.len()
    }

    fn batch(&self, block: usize) -> Result<RecordBatch> {
        let all = self.units * self.periods;
        let end = self.starts.get(block + 1).copied().unwrap_or(all);
        let places: Vec<UnitPeriod> =
            (self.starts[block]..end).filter_map(|at| self.place(at)).collect();
        (self.make)(&places)
    }
}
