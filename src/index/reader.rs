//! From streams of record batches to a panel.
//!
//! The rows are read once, each stream of the input by itself, into columns by code; the parts are
//! then put together in the order of the keys, so that nothing after depends on how the input was
//! split or sorted.

use super::panel::{GroupUse, Panel, UnitGroups, nullable};
use crate::engine::interner::{Interner, ascending, places, text};
use crate::engine::period_order::in_time;
use crate::types::doubles;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, RecordBatch, UInt32Array, new_null_array,
};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::runtime::JoinSet;
use datafusion::common::{DataFusionError, HashMap, Result, exec_err};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use futures::StreamExt;
use std::sync::Arc;

/// Where there is no row, and where there is one without a value: NaNs that tell them apart. No
/// value is NaN, so each other NaN is an error.
const ABSENT: u64 = 0x7ff8_0000_0000_0001;
const EMPTY: u64 = 0x7ff8_0000_0000_0002;

/// Where no row says the group of a unit.
const NO_GROUP: u32 = u32::MAX;

/// What the columns of the input are: unit, period (if there is one), indicator, value, and groups (if
/// there are).
#[derive(Debug, Clone)]
pub struct Reader {
    /// Who reads, for errors.
    pub name: &'static str,
    pub has_period: bool,
    /// The arguments that name the columns of groups, in the order of these, and what they are for.
    pub groups: Vec<(&'static str, GroupUse)>,
    /// The positions of the indicators that are wanted.
    pub indicators: Arc<HashMap<String, u32>>,
    /// For each framework the positions of its indicators: one panel is made for each.
    pub frameworks: Vec<Vec<u32>>,
    /// For each framework the positions of the denominators of its indicators, in their order.
    pub denominators: Vec<Vec<u32>>,
}

/// What one partition of the input has.
struct Part {
    units: Interner,
    periods: Option<Interner>,
    /// By indicator, then by code of the period.
    columns: Vec<Vec<Vec<f64>>>,
    /// As in [`Reader::groups`].
    groups: Vec<Groups>,
    unknown: Vec<String>,
}

/// Groups of units.
struct Groups {
    keys: Interner,
    /// By code of the period, then by that of the unit: the code of the group.
    of: Vec<Vec<u32>>,
}

/// Units and periods in their order, and for each part the places of its codes among them.
struct Keys {
    units: ArrayRef,
    periods: ArrayRef,
    unit_codes: Vec<Vec<u32>>,
    period_codes: Vec<Vec<u32>>,
}

const UNWANTED: u32 = u32::MAX;

impl Reader {
    /// Reads all streams of the input at a time. Gives a panel per framework, and the indicators of the input that are
    /// not wanted.
    pub async fn read(
        self,
        input: Vec<SendableRecordBatchStream>,
        reservation: Arc<MemoryReservation>,
    ) -> Result<(Vec<Panel>, Vec<String>)> {
        let mut tasks = JoinSet::new();
        for (partition, mut stream) in input.into_iter().enumerate() {
            let (reader, reservation) = (self.clone(), Arc::clone(&reservation));
            tasks.spawn(async move {
                let schema = stream.schema();
                let mut part = Part::new(&reader, |i| schema.field(i).data_type())?;
                let mut indicators = Interner::new(schema.field(reader.at(2)).data_type())?;
                let mut wanted = Vec::new();
                let keys = reservation.new_empty();
                while let Some(batch) = stream.next().await.transpose()? {
                    part.read(&reader, &batch, &mut indicators, &mut wanted, &reservation)?;
                    keys.try_resize(part.size_of_keys() + indicators.size())?;
                }
                Ok::<_, DataFusionError>((partition, part, keys))
            });
        }
        let mut parts = Vec::new();
        while let Some(part) = tasks.join_next().await {
            match part {
                Ok(part) => parts.push(part?),
                Err(error) => return exec_err!("{}: reading was stopped: {error}", self.name),
            }
        }
        parts.sort_by_key(|(partition, ..)| *partition);
        // What the keys take is free again when the parts have been put together.
        let (parts, _keys): (Vec<_>, Vec<_>) =
            parts.into_iter().map(|(_, part, keys)| (part, keys)).unzip();
        self.merge(parts, &reservation)
    }

    /// Position of a column, given its place in unit, period, indicator, value.
    fn at(&self, place: usize) -> usize {
        if self.has_period || place == 0 { place } else { place - 1 }
    }

    /// Puts the parts together, in the order of the keys. Their columns are accounted; what is
    /// made of them is before it is made, and they are given back as they go.
    fn merge(
        &self,
        mut parts: Vec<Part>,
        reservation: &MemoryReservation,
    ) -> Result<(Vec<Panel>, Vec<String>)> {
        let mut unknown: Vec<String> =
            parts.iter_mut().flat_map(|part| std::mem::take(&mut part.unknown)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        let (units, unit_codes) = merged(parts.iter().map(|part| &part.units), ascending)?;
        let (periods, period_codes) = match self.has_period {
            true => {
                let periods = parts.iter().filter_map(|part| part.periods.as_ref());
                merged(periods, |periods| in_time(self.name, periods))?
            }
            false => (new_null_array(&DataType::Int64, 1), vec![vec![0]; parts.len()]),
        };
        let (n, times) = (units.len(), periods.len());
        let keys = Keys { units, periods, unit_codes, period_codes };
        // Where units have rows, and the column of an indicator without any.
        reservation.try_grow(self.frameworks.len() * times * n + n * size_of::<f64>())?;
        let mut groups = (None, None);
        for (at, (_, of)) in self.groups.iter().enumerate() {
            let found = self.groups(at, &mut parts, &keys, reservation)?;
            match of {
                GroupUse::Imputation => groups.0 = Some(found.of),
                GroupUse::Comparison => groups.1 = Some(found),
            }
        }
        let mut present = vec![vec![false; times * n]; self.frameworks.len()];
        let nothing = new_null_array(&DataType::Float64, n);
        let mut columns = Vec::with_capacity(self.indicators.len() * times);
        let mut has_rows = Vec::with_capacity(columns.capacity());
        // Which indicators each framework has.
        let members = self.frameworks.iter().map(|of| {
            let mut members = vec![false; self.indicators.len()];
            of.iter().for_each(|&indicator| members[indicator as usize] = true);
            members
        });
        let members: Vec<Vec<bool>> = members.collect();
        for indicator in 0..self.indicators.len() {
            let of_period = self.of_indicator(indicator, &mut parts, &keys, reservation)?;
            for (period, column) in of_period.into_iter().enumerate() {
                has_rows.push(column.is_some());
                let Some(column) = column else {
                    columns.push(Arc::clone(&nothing));
                    continue;
                };
                for (present, of) in present.iter_mut().zip(&members) {
                    if !of[indicator] {
                        continue;
                    }
                    let present = &mut present[period * n..(period + 1) * n];
                    for (present, x) in present.iter_mut().zip(&column) {
                        *present |= x.to_bits() != ABSENT;
                    }
                }
                reservation.try_grow(n.div_ceil(8))?; // which values there are
                columns.push(Arc::new(nullable(column)) as ArrayRef);
            }
        }
        let denominators = self.denominators.iter().map(Vec::as_slice);
        let of_frameworks = self.frameworks.iter().zip(denominators).zip(present);
        let panels = of_frameworks.map(|((indicators, denominators), present)| {
            let cells = |&indicator: &u32| {
                let start = indicator as usize * times;
                start..start + times
            };
            let of = |indicators: &[u32]| -> Vec<ArrayRef> {
                indicators.iter().flat_map(cells).map(|i| Arc::clone(&columns[i])).collect()
            };
            let is_there = |&indicator: &u32| has_rows[cells(&indicator)].contains(&true);
            Panel {
                has_denominators: denominators.iter().map(is_there).collect(),
                units: Arc::clone(&keys.units),
                periods: Arc::clone(&keys.periods),
                columns: of(indicators),
                denominators: of(denominators),
                present,
                groups: groups.0.clone(),
                unit_groups: groups.1.clone(),
                has_rows: indicators.iter().flat_map(cells).map(|i| has_rows[i]).collect(),
                imputed: vec![None; indicators.len() * times],
            }
        });
        Ok((panels.collect(), unknown))
    }

    /// The columns of an indicator, one a period that it has rows in, from all parts.
    fn of_indicator(
        &self,
        indicator: usize,
        parts: &mut [Part],
        Keys { units, periods, unit_codes, period_codes }: &Keys,
        reservation: &MemoryReservation,
    ) -> Result<Vec<Option<Vec<f64>>>> {
        let n = units.len();
        let mut of_period: Vec<Option<Vec<f64>>> = vec![None; periods.len()];
        for (part, (units_of, periods_of)) in
            parts.iter_mut().zip(unit_codes.iter().zip(period_codes))
        {
            for (code, column) in
                std::mem::take(&mut part.columns[indicator]).into_iter().enumerate()
            {
                if column.is_empty() {
                    continue;
                }
                let period = periods_of[code] as usize;
                let in_place = column.len() == n
                    && units_of.iter().enumerate().all(|(i, &unit)| i == unit as usize);
                let target = &mut of_period[period];
                if target.is_none() && in_place {
                    *target = Some(column);
                    continue;
                }
                let target = match target {
                    Some(target) => target,
                    none => {
                        reservation.try_grow(n * size_of::<f64>())?;
                        none.insert(vec![f64::from_bits(ABSENT); n])
                    }
                };
                let given_back = column.capacity() * size_of::<f64>();
                for (&unit, x) in units_of.iter().zip(column) {
                    if x.to_bits() == ABSENT {
                        continue;
                    }
                    let cell = &mut target[unit as usize];
                    if cell.to_bits() != ABSENT {
                        let place =
                            self.place(units, unit as usize, periods, period, indicator as u32);
                        return self.twice(&place);
                    }
                    *cell = x;
                }
                reservation.shrink(given_back);
            }
        }
        Ok(of_period)
    }

    /// The group of each unit in each period, from all parts; `at` is the place of the column among
    /// those of groups.
    fn groups(
        &self,
        at: usize,
        parts: &mut [Part],
        Keys { units, periods, unit_codes, period_codes }: &Keys,
        reservation: &MemoryReservation,
    ) -> Result<UnitGroups> {
        let (keys, codes) = merged(parts.iter().map(|part| &part.groups[at].keys), ascending)?;
        let n = units.len();
        // Together with its copy that all share.
        reservation.try_grow(2 * periods.len() * n * size_of::<u32>())?;
        let mut groups = vec![NO_GROUP; periods.len() * n];
        for (i, part) in parts.iter_mut().enumerate() {
            let of_part = std::mem::take(&mut part.groups[at].of);
            for (period, of_unit) in of_part.iter().enumerate() {
                for (unit, &group) in of_unit.iter().enumerate().filter(|(_, g)| **g != NO_GROUP) {
                    let unit = unit_codes[i][unit] as usize;
                    let period = period_codes[i][period] as usize;
                    let (cell, group) = (&mut groups[period * n + unit], codes[i][group as usize]);
                    if *cell != NO_GROUP && *cell != group {
                        let found = [*cell, group].map(|group| named(&keys, group));
                        let place = self.unit(units, unit, periods, period);
                        return self.two_groups(at, &place, found);
                    }
                    *cell = group;
                }
            }
            let held = of_part.iter().map(|of_unit| of_unit.capacity() * size_of::<u32>());
            reservation.shrink(held.sum());
        }
        reservation.shrink(periods.len() * n * size_of::<u32>());
        Ok(UnitGroups { keys, of: groups.into() })
    }

    fn two_groups<T>(&self, at: usize, place: &str, [a, b]: [String; 2]) -> Result<T> {
        exec_err!(
            "{}: {} must be one per unit and period, found {a} and {b} ({place})",
            self.name,
            self.groups[at].0
        )
    }

    fn indicator(&self, position: u32) -> &str {
        self.indicators
            .iter()
            .find(|(_, at)| **at == position)
            .map_or("", |(name, _)| name.as_str())
    }

    fn place(
        &self,
        units: &ArrayRef,
        unit: usize,
        periods: &ArrayRef,
        period: usize,
        indicator: u32,
    ) -> String {
        let unit = self.unit(units, unit, periods, period);
        format!("{unit}, indicator '{}'", self.indicator(indicator))
    }

    fn unit(&self, units: &ArrayRef, unit: usize, periods: &ArrayRef, period: usize) -> String {
        let unit = text(units, unit);
        match self.has_period {
            true => format!("unit '{unit}', period {}", text(periods, period)),
            false => format!("unit '{unit}'"),
        }
    }

    fn twice<T>(&self, place: &str) -> Result<T> {
        let hint = match self.has_period {
            true => "",
            false => " (the panel has no column of periods: name it, as in period => year)",
        };
        exec_err!("{}: a value must be given once, found two rows of {place}{hint}", self.name)
    }
}

impl Part {
    fn new<'a>(reader: &Reader, data_type: impl Fn(usize) -> &'a DataType) -> Result<Self> {
        Ok(Self {
            units: Interner::new(data_type(0))?,
            periods: reader.has_period.then(|| Interner::new(data_type(1))).transpose()?,
            columns: vec![Vec::new(); reader.indicators.len()],
            groups: (0..reader.groups.len())
                .map(|at| {
                    let keys = Interner::new(data_type(reader.at(4) + at))?;
                    Ok(Groups { keys, of: Vec::new() })
                })
                .collect::<Result<_>>()?,
            unknown: Vec::new(),
        })
    }

    /// Bytes that the keys hold: twice, for the time in which they are put in order.
    fn size_of_keys(&self) -> usize {
        let groups = self.groups.iter().map(|groups| groups.keys.size()).sum::<usize>();
        2 * (self.units.size() + self.periods.as_ref().map_or(0, Interner::size) + groups)
    }

    fn read(
        &mut self,
        reader: &Reader,
        batch: &RecordBatch,
        indicators: &mut Interner,
        wanted: &mut Vec<u32>,
        reservation: &MemoryReservation,
    ) -> Result<()> {
        for (place, key) in ["unit", "period", "indicator"].iter().enumerate() {
            if (place == 1 && !reader.has_period) || batch.num_rows() == 0 {
                continue;
            }
            if batch.column(reader.at(place)).logical_null_count() > 0 {
                return exec_err!("{}: {key} must not be NULL", reader.name);
            }
            let column = batch.column(reader.at(place));
            let is_nan = column.data_type().is_floating()
                && doubles(column)?.values().iter().any(|key| key.is_nan());
            if is_nan {
                return exec_err!("{}: {key} must be finite, got NaN", reader.name);
            }
        }
        let (mut of_unit, mut of_period, mut of_indicator) = (Vec::new(), Vec::new(), Vec::new());
        indicators.codes(batch.column(reader.at(2)), &mut of_indicator)?;
        self.note_new(reader, indicators, wanted)?;
        let unwanted = of_indicator.iter().any(|&code| wanted[code as usize] == UNWANTED);
        let batch = match unwanted {
            false => batch.clone(),
            true => {
                // Rows of other indicators bring neither units nor periods.
                let rows = of_indicator.iter().zip(0..);
                let rows = rows.filter(|(code, _)| wanted[**code as usize] != UNWANTED);
                let rows: UInt32Array = rows.map(|(_, row): (_, u32)| row).collect();
                of_indicator.retain(|&code| wanted[code as usize] != UNWANTED);
                let columns: Result<Vec<_>, _> =
                    batch.columns().iter().map(|column| take(column, &rows, None)).collect();
                RecordBatch::try_new(batch.schema(), columns?)?
            }
        };
        self.units.codes(batch.column(0), &mut of_unit)?;
        match &mut self.periods {
            Some(periods) => periods.codes(batch.column(1), &mut of_period)?,
            None => of_period.resize(batch.num_rows(), 0),
        }
        for at in 0..reader.groups.len() {
            self.read_groups(at, reader, &batch, (&of_unit, &of_period), reservation)?;
        }
        let values = batch.column(reader.at(3)).as_primitive::<Float64Type>();
        let absent = f64::from_bits(ABSENT);
        let mut start = 0;
        while start < of_unit.len() {
            // A run of rows of one indicator and period goes into one column.
            let (code, period) = (of_indicator[start], of_period[start]);
            let is_other = |i: &usize| of_indicator[*i] != code || of_period[*i] != period;
            let end = (start + 1..of_unit.len()).find(is_other).unwrap_or(of_unit.len());
            let indicator = wanted[code as usize];
            let of_period = &mut self.columns[indicator as usize];
            if of_period.len() <= period as usize {
                let more = period as usize + 1 - of_period.len();
                reservation.try_grow(more * size_of::<Vec<f64>>())?;
                of_period.resize(period as usize + 1, Vec::new());
            }
            let column = &mut of_period[period as usize];
            for (row, &unit) in of_unit.iter().enumerate().take(end).skip(start) {
                let unit = unit as usize;
                if unit >= column.len() {
                    lengthen(column, absent, self.units.len().max(unit + 1), reservation)?;
                }
                let x = match values.is_valid(row) {
                    true => values.value(row),
                    false => f64::from_bits(EMPTY),
                };
                let is_wrong = values.is_valid(row) && !x.is_finite();
                if is_wrong || column[unit].to_bits() != ABSENT {
                    let (units, periods) = self.keys()?;
                    let place = reader.place(&units, unit, &periods, period as usize, indicator);
                    if is_wrong {
                        return exec_err!(
                            "{}: value must be finite, got {x} ({place})",
                            reader.name
                        );
                    }
                    return reader.twice(&place);
                }
                column[unit] = x;
            }
            start = end;
        }
        Ok(())
    }

    /// Units and periods, each at the position of its code.
    fn keys(&self) -> Result<(ArrayRef, ArrayRef)> {
        let periods = match &self.periods {
            Some(periods) => periods.values()?,
            None => new_null_array(&DataType::Int64, 1),
        };
        Ok((self.units.values()?, periods))
    }

    /// Notes the groups of the units of a batch; `at` is the place of their column among those of groups.
    fn read_groups(
        &mut self,
        at: usize,
        reader: &Reader,
        batch: &RecordBatch,
        (of_unit, of_period): (&[u32], &[u32]),
        reservation: &MemoryReservation,
    ) -> Result<()> {
        let Groups { keys, of } = &mut self.groups[at];
        let mut of_group = Vec::new();
        keys.codes(batch.column(reader.at(4) + at), &mut of_group)?;
        let mut wrong = None;
        for ((&unit, &period), &group) in of_unit.iter().zip(of_period).zip(&of_group) {
            let (unit, period) = (unit as usize, period as usize);
            if of.len() <= period {
                reservation.try_grow((period + 1 - of.len()) * size_of::<Vec<u32>>())?;
                of.resize(period + 1, Vec::new());
            }
            let groups = &mut of[period];
            if unit >= groups.len() {
                lengthen(groups, NO_GROUP, self.units.len().max(unit + 1), reservation)?;
            }
            if groups[unit] != NO_GROUP && groups[unit] != group {
                let values = keys.values()?;
                wrong = Some((unit, period, [groups[unit], group].map(|g| named(&values, g))));
                break;
            }
            groups[unit] = group;
        }
        let Some((unit, period, found)) = wrong else { return Ok(()) };
        let (units, periods) = self.keys()?;
        reader.two_groups(at, &reader.unit(&units, unit, &periods, period), found)
    }

    /// Looks up indicators that are seen for the first time.
    fn note_new(
        &mut self,
        reader: &Reader,
        indicators: &Interner,
        wanted: &mut Vec<u32>,
    ) -> Result<()> {
        if wanted.len() == indicators.len() {
            return Ok(());
        }
        let names = indicators.values()?;
        for code in wanted.len()..indicators.len() {
            let name = text(&names, code);
            let position = reader.indicators.get(&name).copied();
            if position.is_none() {
                self.unknown.push(name);
            }
            wanted.push(position.unwrap_or(UNWANTED));
        }
        Ok(())
    }
}

/// Makes room in a column for the units known by now, and for as many again.
fn lengthen<T: Copy>(
    column: &mut Vec<T>,
    absent: T,
    units: usize,
    reservation: &MemoryReservation,
) -> Result<()> {
    if units > column.capacity() {
        let capacity = units.max(2 * column.len());
        reservation.try_grow((capacity - column.capacity()) * size_of::<T>())?;
        column.reserve_exact(capacity - column.len());
    }
    column.resize(units, absent);
    Ok(())
}

/// A group as a message names it.
fn named(groups: &ArrayRef, group: u32) -> String {
    match groups.is_null(group as usize) {
        true => "NULL".to_owned(),
        false => format!("'{}'", text(groups, group as usize)),
    }
}

/// The keys of all parts in this order, and for each part the place of its codes among them.
fn merged<'a>(
    parts: impl Iterator<Item = &'a Interner> + Clone,
    order: impl Fn(&ArrayRef) -> Result<Vec<u32>>,
) -> Result<(ArrayRef, Vec<Vec<u32>>)> {
    let mut all: Option<Interner> = None;
    let mut codes = Vec::new();
    for part in parts {
        let keys = part.values()?;
        let all = match &mut all {
            Some(all) => all,
            none => none.insert(Interner::new(keys.data_type())?),
        };
        let mut of_part = Vec::new();
        all.codes(&keys, &mut of_part)?;
        codes.push(of_part);
    }
    let keys = match all {
        Some(all) => all.values()?,
        None => new_null_array(&DataType::Int64, 0),
    };
    let order = order(&keys)?;
    let place = places(&order);
    codes.iter_mut().flatten().for_each(|code| *code = place[*code as usize]);
    Ok((take(&keys, &UInt32Array::from(order), None)?, codes))
}
