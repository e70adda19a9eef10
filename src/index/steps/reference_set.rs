//! Reference sets: which values of a panel are seen together, and how a function of whole partitions
//! runs over them.

use crate::index::methods::bound::BoundWindow;
use std::fmt::Display;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, UInt32Array, new_null_array,
};
use datafusion::arrow::compute::{concat, take};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::WindowUDF;

use crate::arguments::constants::Constants;
use crate::arguments::types::names_span;
use crate::engine::base_period::Base;
use crate::engine::interner::places;
use crate::engine::on_columns as columns;
use crate::engine::period_order::named;
use crate::index::methods::reference::ReferenceSet;
use crate::index::panel::Panel;
use crate::kernel::Within;
use crate::page::Role;
use crate::types::sql_name;

/// Where the reference set of a column lies.
#[derive(Debug, Clone, PartialEq)]
pub enum BoundReference {
    All,
    Period,
    /// In these periods, by their positions.
    At(Vec<usize>),
}

impl BoundReference {
    /// Where the reference set of a panel with these periods lies; `name` is that of the function that asks.
    pub fn of(reference: &ReferenceSet, periods: &ArrayRef, name: &str) -> Result<Self> {
        Ok(match reference {
            ReferenceSet::All => Self::All,
            ReferenceSet::Period => Self::Period,
            ReferenceSet::At(wanted) => {
                let is_not = |what: &dyn Display| {
                    exec_err!(
                        "{name}: reference must be 'all', 'period' or periods of the panel, got {what}"
                    )
                };
                let mut at = Vec::new();
                for wanted in wanted {
                    let found = positions(periods, wanted, name)?;
                    if found.is_empty() {
                        return is_not(wanted);
                    }
                    at.extend(found);
                }
                if at.is_empty() {
                    return is_not(&"an empty list");
                }
                at.sort_unstable();
                at.dedup();
                Self::At(at)
            }
        })
    }
}

/// The period of a panel that a call names, or those within the span that it names.
fn positions(periods: &ArrayRef, wanted: &ScalarValue, name: &str) -> Result<Vec<usize>> {
    if let Some(at) = named(periods, wanted) {
        return Ok(vec![at]);
    }
    if !names_span(periods.data_type(), &wanted.data_type()) {
        return Ok(Vec::new());
    }
    // What is no span, such as a slip of the pen, names no period.
    let wanted_each = wanted.to_array_of_size(periods.len())?;
    let Ok(span) = Base::new(name, "reference", periods, &wanted_each) else {
        return Ok(Vec::new());
    };
    let within = |at: usize| Some((at, span.at(at)?));
    let within: Vec<(usize, Within)> = (0..periods.len()).filter_map(within).collect();
    let kind = |within: &Within| match within {
        Within::Whole(number) => Some(*number),
        Within::Days => Some(0),
        Within::First(_) => None, // 'first' is not a period of the panel
    };
    let kinds: Option<Vec<_>> = within.iter().map(|(_, within)| kind(within)).collect();
    match kinds {
        Some(kinds) if kinds.windows(2).any(|two| two[0] != two[1]) => exec_err!(
            "{name}: the periods within the reference must be of one kind, found several in {wanted}"
        ),
        Some(_) => Ok(within.into_iter().map(|(at, _)| at).collect()),
        None => Ok(Vec::new()),
    }
}

/// The columns of an indicator or node at these periods, one after the other; at all of them if none are
/// named.
pub fn pooled_at(columns: &[ArrayRef], at: Option<&[usize]>) -> Result<ArrayRef> {
    match at {
        None => pooled(columns),
        Some([at]) => Ok(Arc::clone(&columns[*at])),
        Some(at) => pooled(&at.iter().map(|&at| Arc::clone(&columns[at])).collect::<Vec<_>>()),
    }
}

/// The columns of all periods, one after the other.
pub fn pooled(columns: &[ArrayRef]) -> Result<ArrayRef> {
    if columns.is_empty() {
        return Ok(new_null_array(&DataType::Float64, 0)); // a panel without rows has no periods
    }
    let columns: Vec<&dyn Array> = columns.iter().map(AsRef::as_ref).collect();
    Ok(concat(&columns)?)
}

/// Rows of all periods with those of a group together.
#[derive(Debug)]
pub struct Groups {
    /// The rows, group by group, and for each row its place among them.
    rows: UInt32Array,
    places: UInt32Array,
    partitions: Vec<Range<usize>>,
}

impl Groups {
    /// Groups of units, `period * units + unit`; within periods, if the reference set is.
    pub fn new(groups: &[u32], units: usize, within: &BoundReference) -> Self {
        let period = |row: u32| match within {
            BoundReference::Period => row as usize / units.max(1),
            _ => 0,
        };
        let key = |row: &u32| (period(*row), groups[*row as usize]);
        let mut rows: Vec<u32> = (0..groups.len() as u32).collect();
        rows.sort_by_key(key);
        let mut start = 0;
        let partitions = rows.chunk_by(|a, b| key(a) == key(b)).map(|rows| {
            start += rows.len();
            start - rows.len()..start
        });
        let partitions = partitions.collect();
        Self { places: places(&rows).into(), rows: rows.into(), partitions }
    }

    pub fn number(&self) -> usize {
        self.partitions.len()
    }

    /// The rows of a group.
    pub fn rows_of(&self, group: usize) -> UInt32Array {
        let rows = &self.partitions[group];
        self.rows.slice(rows.start, rows.len())
    }

    /// For each row its place among the rows group by group.
    pub fn places(&self) -> &UInt32Array {
        &self.places
    }
}

/// Runs a function over partitions of rows; `column` gives the arguments that are columns.
pub fn run(
    function: &WindowUDF,
    constants: &Constants,
    rows: usize,
    partitions: &[Range<usize>],
    column: impl Fn(Role) -> Option<Result<ArrayRef>>,
) -> Result<Float64Array> {
    let arguments = constants.parameters().map(|parameter| match column(parameter.role) {
        Some(column) => column,
        None => constants.get(parameter.name)?.unwrap_or(ScalarValue::Null).to_array_of_size(rows),
    });
    let arguments = arguments.collect::<Result<Vec<_>>>()?;
    numbers(&columns::whole(function, constants)?.run(&arguments, partitions)?)
}

/// Calls `f` with the values of all periods and the partitions they fall into.
pub fn over_columns(
    columns: &[ArrayRef],
    within: &BoundReference,
    f: impl Fn(&ArrayRef, &[Range<usize>]) -> Result<Float64Array>,
) -> Result<Vec<ArrayRef>> {
    let units = columns.first().map_or(0, |column| column.len());
    let values = pooled(columns)?;
    let partitions: Vec<Range<usize>> = match within {
        BoundReference::Period => (0..columns.len()).map(|i| i * units..(i + 1) * units).collect(),
        _ => std::iter::once(0..values.len()).collect(),
    };
    let answer = f(&values, &partitions)?;
    Ok((0..columns.len()).map(|i| Arc::new(answer.slice(i * units, units)) as ArrayRef).collect())
}

/// Calls `f` with values and periods of all units, one unit after the other.
pub fn over_series(
    columns: &[ArrayRef],
    panel: &Panel,
    f: impl Fn(&ArrayRef, &ArrayRef, &[Range<usize>]) -> Result<Float64Array>,
) -> Result<Vec<ArrayRef>> {
    let (units, periods) = (panel.units.len(), columns.len());
    let by_unit =
        (0..units * periods).map(|i| (i % periods.max(1) * units + i / periods.max(1)) as u32);
    let values = take(&pooled(columns)?, &by_unit.collect::<UInt32Array>(), None)?;
    let of_row = (0..units * periods).map(|i| (i % periods.max(1)) as u32);
    let times = take(&panel.periods, &of_row.collect::<UInt32Array>(), None)?;
    let partitions: Vec<_> = (0..units).map(|unit| unit * periods..(unit + 1) * periods).collect();
    let answer = f(&values, &times, &partitions)?;
    let column = |period: usize| -> Result<ArrayRef> {
        let rows = (0..units).map(|unit| (unit * periods + period) as u32);
        Ok(take(&answer, &rows.collect::<UInt32Array>(), None)?)
    };
    (0..periods).map(column).collect()
}

pub fn constant_column(x: f64, rows: usize) -> ArrayRef {
    Arc::new(Float64Array::from_value(x, rows))
}

/// The number column of an answer: itself, or the field `value` of a STRUCT.
fn numbers(answer: &ArrayRef) -> Result<Float64Array> {
    if let Some(numbers) = answer.as_primitive_opt::<Float64Type>() {
        return Ok(numbers.clone());
    }
    let value = answer.as_struct_opt().and_then(|answer| answer.column_by_name("value"));
    match value.and_then(|value| value.as_primitive_opt::<Float64Type>()) {
        Some(numbers) => Ok(numbers.clone()),
        None => exec_err!("an answer must be a number, found {}", sql_name(answer.data_type())),
    }
}

impl BoundWindow {
    /// The answers for rows of partitions; `column` gives the arguments that are columns.
    pub fn run(
        &self,
        rows: usize,
        partitions: &[Range<usize>],
        column: impl Fn(Role) -> Option<Result<ArrayRef>>,
    ) -> Result<Float64Array> {
        run(self.function, &self.constants, rows, partitions, column)
    }

    /// Period by period, within the reference set.
    pub fn columns(
        &self,
        columns: &[ArrayRef],
        within: &BoundReference,
        direction: f64,
    ) -> Result<Vec<ArrayRef>> {
        over_columns(columns, within, |values, partitions| {
            self.run(values.len(), partitions, |role| match role {
                Role::Value => Some(Ok(Arc::clone(values))),
                Role::Direction => Some(Ok(constant_column(direction, values.len()))),
                _ => None,
            })
        })
    }

    /// Period by period, within groups of units.
    pub fn groups(
        &self,
        columns: &[ArrayRef],
        groups: &Groups,
        direction: f64,
    ) -> Result<Vec<ArrayRef>> {
        let units = columns.first().map_or(0, |column| column.len());
        let values = take(&pooled(columns)?, &groups.rows, None)?;
        let answer = self.run(values.len(), &groups.partitions, |role| match role {
            Role::Value => Some(Ok(Arc::clone(&values))),
            Role::Direction => Some(Ok(constant_column(direction, values.len()))),
            _ => None,
        })?;
        let answer = take(&answer, &groups.places, None)?;
        Ok((0..columns.len()).map(|i| answer.slice(i * units, units)).collect())
    }

    /// Along the periods of each unit.
    pub fn series(
        &self,
        columns: &[ArrayRef],
        panel: &Panel,
        direction: f64,
    ) -> Result<Vec<ArrayRef>> {
        over_series(columns, panel, |values, periods, partitions| {
            self.run(values.len(), partitions, |role| match role {
                Role::Value => Some(Ok(Arc::clone(values))),
                Role::Period => Some(Ok(Arc::clone(periods))),
                Role::Direction => Some(Ok(constant_column(direction, values.len()))),
                _ => None,
            })
        })
    }
}
