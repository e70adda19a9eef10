//! The bridge for aggregates over a matrix of units and indicators, given in long form.
//!
//! A call such as `weight_entropy(unit, indicator, score)` takes a cell per row. Keys of any type
//! become numbers once; a group holds its cells and nothing else, and its answer is a LIST of
//! STRUCTs, one per unit, indicator or pair, in the order of the keys: the same whatever way the
//! rows came.

use std::fmt::{self, Debug};
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, ListArray, StructArray, UInt32Array,
    new_empty_array,
};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::{cast, filter, take};
use datafusion::arrow::datatypes::{
    DataType, Field as ArrowField, FieldRef, Fields, Float64Type, Schema,
};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, GroupsAccumulator,
    Signature,
};
use datafusion::physical_plan::aggregates::group_values::{GroupValues, new_group_values};
use datafusion::physical_plan::aggregates::order::GroupOrdering;

use super::aggregate::Sliding;
use super::arguments::{self, Constants, doubles, plain};
use crate::functions::page::Page;
use crate::kernel::Matrix;

/// What a matrix becomes.
///
/// The first two parameters of the page are the keys (unit and indicator), the third is the value
/// and the fourth, if it is called `weight`, the weight of the indicator.
pub(in crate::functions) trait MatrixMethod:
    Debug + Send + Sync + Sized + 'static
{
    const PAGE: &'static Page;
    /// What the answer looks like.
    const SHAPE: Shape;
    /// Whether both keys name the same things (AHP compares criteria with criteria): the matrix is
    /// square then, and row `i` and column `i` are one.
    const ONE_KEY: bool = false;

    fn bind(constants: &Constants<'_>) -> Result<Self>;

    /// The answer; `Err` says what must be and what was.
    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String>;
}

/// The type of an answer.
#[derive(Debug, Clone, Copy)]
pub(in crate::functions) enum Shape {
    /// One number.
    Number,
    /// A list of STRUCTs of these fields.
    List(&'static [Field]),
}

/// A field of the STRUCTs of a list, with its name.
#[derive(Debug, Clone, Copy)]
pub(in crate::functions) enum Field {
    /// A unit: the key of a row of the matrix.
    Unit(&'static str),
    /// An indicator: the key of a column of the matrix.
    Indicator(&'static str),
    /// A number.
    Number(&'static str),
}

/// An answer, of the declared shape.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::functions) enum Answer {
    /// For [`Shape::Number`]; NULL if there is none.
    Number(Option<f64>),
    /// For [`Shape::List`].
    List(Vec<Record>),
}

/// One STRUCT: positions of rows and columns for its key fields, numbers for the others, each in
/// the order of the shape.
pub(in crate::functions) type Record = (Vec<usize>, Vec<Option<f64>>);

/// The aggregate function of a method.
pub(in crate::functions) fn udaf<M: MatrixMethod>() -> AggregateUDF {
    AggregateUDF::from(Function::<M> {
        signature: arguments::signature(M::PAGE.parameters),
        documentation: LazyLock::new(|| M::PAGE.documentation()),
        method: PhantomData,
    })
}

struct Function<M> {
    signature: Signature,
    documentation: LazyLock<Documentation>,
    method: PhantomData<fn() -> M>,
}

impl<M: MatrixMethod> Debug for Function<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(M::PAGE.name)
    }
}

impl<M> PartialEq for Function<M> {
    fn eq(&self, _: &Self) -> bool {
        true // one function per method: the type is the identity
    }
}

impl<M> Eq for Function<M> {}

impl<M: MatrixMethod> Hash for Function<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        M::PAGE.name.hash(state);
    }
}

impl<M: MatrixMethod> Function<M> {
    fn result_type(unit: &DataType, indicator: &DataType) -> DataType {
        match M::SHAPE {
            Shape::Number => DataType::Float64,
            Shape::List(fields) => {
                let entry = DataType::Struct(struct_fields(fields, unit, indicator));
                DataType::List(Arc::new(ArrowField::new_list_field(entry, true)))
            }
        }
    }

    fn cells(args: &AccumulatorArgs<'_>) -> Result<Cells<M>> {
        if args.is_distinct {
            return plan_err!("{}: DISTINCT is not supported", M::PAGE.name);
        }
        let method = M::bind(&Constants::of(M::PAGE, args.exprs))?;
        let key_type = |i: usize| plain(args.expr_fields[i].data_type()).clone();
        let (unit, indicator) = (Keys::new(key_type(0))?, Keys::new(key_type(1))?);
        if M::ONE_KEY && unit.data_type != indicator.data_type {
            let (a, b) = (M::PAGE.parameters[0].name, M::PAGE.parameters[1].name);
            return plan_err!("{}: {a} and {b} must be of one type", M::PAGE.name);
        }
        let weight = M::PAGE.parameters.iter().position(|p| p.name == "weight");
        let weight = weight.filter(|&i| i < args.exprs.len());
        Ok(Cells { method, unit, indicator, weight, groups: Vec::new(), held: 0 })
    }
}

fn struct_fields(fields: &[Field], unit: &DataType, indicator: &DataType) -> Fields {
    let field = |field: &Field| match *field {
        Field::Unit(name) => ArrowField::new(name, unit.clone(), true),
        Field::Indicator(name) => ArrowField::new(name, indicator.clone(), true),
        Field::Number(name) => ArrowField::new(name, DataType::Float64, true),
    };
    fields.iter().map(field).collect()
}

impl<M: MatrixMethod> AggregateUDFImpl for Function<M> {
    fn name(&self) -> &str {
        M::PAGE.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(arguments::coerce(M::PAGE.parameters, types))
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match types {
            [unit, indicator, ..] => Ok(Self::result_type(plain(unit), plain(indicator))),
            _ => plan_err!("{}: three arguments must be given", M::PAGE.name),
        }
    }

    fn return_field(&self, fields: &[FieldRef]) -> Result<FieldRef> {
        arguments::check(M::PAGE.name, M::PAGE.parameters, fields)?;
        let types: Vec<_> = fields.iter().map(|field| field.data_type().clone()).collect();
        Ok(Arc::new(ArrowField::new(M::PAGE.name, self.return_type(&types)?, true)))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let list = |name, data_type: &DataType| {
            let list = DataType::new_list(data_type.clone(), true);
            Arc::new(ArrowField::new(format_state_name(args.name, name), list, true))
        };
        let key = |i: usize| plain(args.input_fields[i].data_type());
        Ok(vec![
            list("units", key(0)),
            list("indicators", key(1)),
            list("values", &DataType::Float64),
            list("weights", &DataType::Float64),
        ])
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(One(Self::cells(&args)?)))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Self::cells(&args)?))
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Sliding::new(M::PAGE.name, One(Self::cells(&args)?), |One(cells)| {
            cells.groups.clear();
            cells.held = 0;
        })))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// Keys of one kind, numbered from 0 as they come.
struct Keys {
    data_type: DataType,
    /// In a mutex only because the engine asks accumulators to be `Sync`: nothing shares it.
    numbering: Mutex<Box<dyn GroupValues>>,
}

impl Keys {
    fn new(data_type: DataType) -> Result<Self> {
        let schema = Schema::new(vec![ArrowField::new("key", data_type.clone(), true)]);
        let numbering = new_group_values(Arc::new(schema), &GroupOrdering::None)?;
        Ok(Self { data_type, numbering: Mutex::new(numbering) })
    }

    fn numbering(&mut self) -> &mut dyn GroupValues {
        self.numbering.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut()
    }

    fn bytes(&self) -> usize {
        self.numbering.lock().unwrap_or_else(PoisonError::into_inner).size()
    }

    /// The number of each key of an array; a NULL key is an error.
    fn number(&mut self, function: &str, name: &str, array: &ArrayRef) -> Result<Vec<usize>> {
        if array.logical_null_count() > 0 {
            return exec_err!("{function}: {name} must not be NULL");
        }
        let mut numbers = Vec::new();
        // The values of a dictionary are numbered once, not row by row.
        match array.as_any_dictionary_opt() {
            Some(dictionary) => {
                let mut of_value = Vec::new();
                let values = dictionary.values();
                if values.logical_null_count() > 0 {
                    let array = cast(array, &self.data_type)?;
                    return self.number(function, name, &array);
                }
                self.numbering().intern(&[Arc::clone(values)], &mut of_value)?;
                numbers.extend(dictionary.normalized_keys().into_iter().map(|key| of_value[key]));
            }
            None => self.numbering().intern(&[Arc::clone(array)], &mut numbers)?,
        }
        Ok(numbers)
    }

    /// The keys in the order of their numbers.
    fn array(&mut self) -> Result<ArrayRef> {
        if self.numbering().is_empty() {
            return Ok(new_empty_array(&self.data_type));
        }
        let keys = self.numbering().emit(EmitTo::All)?;
        // Emitting forgot them, though not in every numbering the table that finds them.
        self.numbering().clear_shrink(0);
        self.numbering().intern(&keys, &mut Vec::new())?;
        Ok(Arc::clone(&keys[0]))
    }

    /// The place of each key in the order of the keys.
    fn places(array: &ArrayRef) -> Result<Vec<u32>> {
        let converter = RowConverter::new(vec![SortField::new(array.data_type().clone())])?;
        let rows = converter.convert_columns(&[Arc::clone(array)])?;
        let mut order: Vec<u32> = (0..array.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| rows.row(a as usize).cmp(&rows.row(b as usize)));
        let mut places = vec![0; order.len()];
        order.iter().enumerate().for_each(|(place, &key)| places[key as usize] = place as u32);
        Ok(places)
    }
}

/// A cell: which unit, which indicator, its value (NaN: missing) and its weight.
#[derive(Debug, Clone, Copy)]
struct Cell {
    unit: u32,
    indicator: u32,
    value: f64,
    weight: f64,
}

/// The cells of each group.
struct Cells<M> {
    method: M,
    unit: Keys,
    indicator: Keys,
    /// Position of the weight among the arguments, if it is given.
    weight: Option<usize>,
    groups: Vec<Vec<Cell>>,
    /// Bytes of all cells.
    held: usize,
}

impl<M: MatrixMethod> Cells<M> {
    const NAME: &'static str = M::PAGE.name;

    fn numbered(&mut self, units: &ArrayRef, indicators: &ArrayRef) -> Result<[Vec<usize>; 2]> {
        let [unit, indicator] = [M::PAGE.parameters[0].name, M::PAGE.parameters[1].name];
        let units = self.unit.number(Self::NAME, unit, units)?;
        let keys = if M::ONE_KEY { &mut self.unit } else { &mut self.indicator };
        Ok([units, keys.number(Self::NAME, indicator, indicators)?])
    }

    fn read(&mut self, arguments: &[ArrayRef]) -> Result<Vec<Cell>> {
        let [units, indicators] = self.numbered(&arguments[0], &arguments[1])?;
        let values = doubles(&arguments[2])?;
        let weights = self.weight.map(|i| doubles(&arguments[i])).transpose()?;
        let cell = |row: usize| {
            let keys = (units[row] as u32, indicators[row] as u32);
            Self::cell(keys, &values, weights.as_ref(), row)
        };
        (0..values.len()).map(cell).collect()
    }

    fn cell(
        (unit, indicator): (u32, u32),
        values: &Float64Array,
        weights: Option<&Float64Array>,
        row: usize,
    ) -> Result<Cell> {
        let value = values.is_valid(row).then(|| values.value(row));
        if let Some(value) = value.filter(|value| !value.is_finite()) {
            let name = M::PAGE.parameters[2].name;
            return exec_err!("{}: {name} must be finite, got {value}", Self::NAME);
        }
        let weight = match weights {
            None => 1.0,
            Some(weights) if weights.is_valid(row) => weights.value(row),
            Some(_) => return exec_err!("{}: weight must not be NULL", Self::NAME),
        };
        if !(weight.is_finite() && weight >= 0.0) {
            return exec_err!("{}: weight must be finite and >= 0, got {weight}", Self::NAME);
        }
        Ok(Cell { unit, indicator, value: value.unwrap_or(f64::NAN), weight })
    }

    fn push(&mut self, group: usize, cell: Cell) {
        let cells = &mut self.groups[group];
        let before = cells.capacity();
        cells.push(cell);
        self.held += (cells.capacity() - before) * size_of::<Cell>();
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<Vec<Cell>> {
        let taken = emit_to.take_needed(&mut self.groups);
        let bytes: usize = taken.iter().map(|cells| cells.capacity() * size_of::<Cell>()).sum();
        self.held -= bytes.min(self.held);
        taken
    }

    fn keys(&mut self) -> Result<[ArrayRef; 2]> {
        let units = self.unit.array()?;
        let indicators = if M::ONE_KEY { Arc::clone(&units) } else { self.indicator.array()? };
        Ok([units, indicators])
    }

    fn written(&mut self, groups: &[Vec<Cell>]) -> Result<Vec<ArrayRef>> {
        let [units, indicators] = self.keys()?;
        let cells = || groups.iter().flatten();
        let key = |keys: &ArrayRef, number: fn(&Cell) -> u32| {
            take(keys, &cells().map(number).collect::<UInt32Array>(), None)
        };
        let values: Float64Array =
            cells().map(|cell| Some(cell.value).filter(|value| !value.is_nan())).collect();
        let weights = Float64Array::from_iter_values(cells().map(|cell| cell.weight));
        let list = |values: ArrayRef| -> ArrayRef {
            let offsets = OffsetBuffer::from_lengths(groups.iter().map(Vec::len));
            let field = ArrowField::new_list_field(values.data_type().clone(), true);
            Arc::new(ListArray::new(Arc::new(field), offsets, values, None))
        };
        Ok(vec![
            list(key(&units, |cell| cell.unit)?),
            list(key(&indicators, |cell| cell.indicator)?),
            list(Arc::new(values)),
            list(Arc::new(weights)),
        ])
    }

    fn merge(&mut self, states: &[ArrayRef], group_of: impl Fn(usize) -> usize) -> Result<()> {
        let lists: Vec<_> = states.iter().map(|state| state.as_list::<i32>()).collect();
        for row in 0..lists[0].len() {
            let [units, indicators] = self.numbered(&lists[0].value(row), &lists[1].value(row))?;
            let (values, weights) = (lists[2].value(row), lists[3].value(row));
            let values = values.as_primitive::<Float64Type>();
            let weights = weights.as_primitive::<Float64Type>();
            for i in 0..values.len() {
                let keys = (units[i] as u32, indicators[i] as u32);
                self.push(group_of(row), Self::cell(keys, values, Some(weights), i)?);
            }
        }
        Ok(())
    }

    fn answers(&mut self, groups: &[Vec<Cell>]) -> Result<ArrayRef> {
        let [units, indicators] = self.keys()?;
        let unit_places = Keys::places(&units)?;
        let indicator_places =
            if M::ONE_KEY { unit_places.clone() } else { Keys::places(&indicators)? };
        let mut numbers = Vec::new();
        let mut list = Lists::default();
        for cells in groups {
            let mut rows: Vec<u32> = cells.iter().map(|cell| cell.unit).collect();
            let mut columns: Vec<u32> = cells.iter().map(|cell| cell.indicator).collect();
            if M::ONE_KEY {
                rows.extend_from_slice(&columns);
                columns.clone_from(&rows);
            }
            for (keys, places) in [(&mut rows, &unit_places), (&mut columns, &indicator_places)] {
                keys.sort_unstable_by_key(|&key| places[key as usize]);
                keys.dedup();
            }
            let matrix = matrix::<M>(cells, &rows, &columns, &units, &indicators)?;
            match self.method.answer(&matrix) {
                Ok(Answer::Number(number)) => numbers.push(number),
                Ok(Answer::List(_)) if cells.is_empty() => list.push_null(),
                Ok(Answer::List(records)) => list.push(M::SHAPE, &rows, &columns, records),
                Err(message) => return exec_err!("{}: {message}", Self::NAME),
            }
        }
        match M::SHAPE {
            Shape::Number => Ok(Arc::new(Float64Array::from(numbers))),
            Shape::List(fields) => list.array(fields, &units, &indicators),
        }
    }

    fn bytes(&self) -> usize {
        self.held
            + self.groups.capacity() * size_of::<Vec<Cell>>()
            + self.unit.bytes()
            + self.indicator.bytes()
    }
}

/// The cells of one group as a matrix whose rows and columns are these keys.
fn matrix<M: MatrixMethod>(
    cells: &[Cell],
    rows: &[u32],
    columns: &[u32],
    units: &ArrayRef,
    indicators: &ArrayRef,
) -> Result<Matrix> {
    let name = M::PAGE.name;
    let place = |keys: &[u32]| {
        let mut places = vec![0_usize; keys.iter().max().map_or(0, |&key| key as usize + 1)];
        keys.iter().enumerate().for_each(|(place, &key)| places[key as usize] = place);
        places
    };
    let (row_of, column_of) = (place(rows), place(columns));
    let mut matrix = Matrix::new(rows.len(), columns.len());
    let mut seen = vec![false; rows.len() * columns.len()];
    let mut weights: Vec<Option<f64>> = vec![None; columns.len()];
    for cell in cells {
        let (row, column) = (row_of[cell.unit as usize], column_of[cell.indicator as usize]);
        let indicator = || array_value_to_string(indicators, cell.indicator as usize);
        if std::mem::replace(&mut seen[column * rows.len() + row], true) {
            let unit = array_value_to_string(units, cell.unit as usize)?;
            return exec_err!(
                "{name}: a unit must have one value of an indicator, found two of '{}' for '{unit}' \
                 (group by period?)",
                indicator()?
            );
        }
        matrix.set(row, column, cell.value);
        match weights[column].replace(cell.weight) {
            Some(other) if other != cell.weight => {
                return exec_err!(
                    "{name}: an indicator must have one weight, found {other} and {} of '{}'",
                    cell.weight,
                    indicator()?
                );
            }
            _ => matrix.set_weight(column, cell.weight),
        }
    }
    Ok(matrix)
}

/// Lists of STRUCTs in the making.
#[derive(Default)]
struct Lists {
    keys: Vec<Vec<u32>>,
    numbers: Vec<Vec<Option<f64>>>,
    lengths: Vec<usize>,
    valid: Vec<bool>,
}

impl Lists {
    fn push_null(&mut self) {
        self.lengths.push(0);
        self.valid.push(false);
    }

    fn push(&mut self, shape: Shape, rows: &[u32], columns: &[u32], records: Vec<Record>) {
        let Shape::List(fields) = shape else { return };
        self.lengths.push(records.len());
        self.valid.push(true);
        for (positions, numbers) in records {
            let (mut positions, mut numbers) = (positions.into_iter(), numbers.into_iter());
            let (mut key, mut number) = (0, 0);
            for field in fields {
                let of = match field {
                    Field::Unit(_) => rows,
                    Field::Indicator(_) => columns,
                    Field::Number(_) => {
                        self.numbers.resize(self.numbers.len().max(number + 1), Vec::new());
                        self.numbers[number].push(numbers.next().flatten());
                        number += 1;
                        continue;
                    }
                };
                self.keys.resize(self.keys.len().max(key + 1), Vec::new());
                self.keys[key].extend(positions.next().map(|position| of[position]));
                key += 1;
            }
        }
    }

    fn array(self, fields: &[Field], units: &ArrayRef, indicators: &ArrayRef) -> Result<ArrayRef> {
        let total: usize = self.lengths.iter().sum();
        let (mut keys, mut numbers) = (self.keys.into_iter(), self.numbers.into_iter());
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(fields.len());
        for field in fields {
            let of = match field {
                Field::Unit(_) => units,
                Field::Indicator(_) => indicators,
                Field::Number(_) => {
                    columns.push(Arc::new(Float64Array::from(numbers.next().unwrap_or_default())));
                    continue;
                }
            };
            columns.push(take(of, &UInt32Array::from(keys.next().unwrap_or_default()), None)?);
        }
        let entry = struct_fields(fields, units.data_type(), indicators.data_type());
        let entries = StructArray::try_new_with_length(entry, columns, None, total)?;
        let field = ArrowField::new_list_field(entries.data_type().clone(), true);
        let nulls = NullBuffer::from(self.valid);
        let offsets = OffsetBuffer::from_lengths(self.lengths);
        Ok(Arc::new(ListArray::try_new(Arc::new(field), offsets, Arc::new(entries), Some(nulls))?))
    }
}

impl<M: MatrixMethod> GroupsAccumulator for Cells<M> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        keep: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.resize(total_num_groups, Vec::new());
        let Some(keep) = keep else {
            for (cell, &group) in self.read(values)?.into_iter().zip(group_indices) {
                self.push(group, cell);
            }
            return Ok(());
        };
        // What is filtered out is not looked at: its keys may be NULL, its value NaN.
        let values: Vec<ArrayRef> = values
            .iter()
            .map(|column| filter(column, keep))
            .collect::<std::result::Result<_, _>>()?;
        let kept = (0..keep.len()).filter(|&row| keep.is_valid(row) && keep.value(row));
        for (cell, row) in self.read(&values)?.into_iter().zip(kept) {
            self.push(group_indices[row], cell);
        }
        Ok(())
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.resize(total_num_groups, Vec::new());
        self.merge(values, |row| group_indices[row])
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let groups = self.take(emit_to);
        self.answers(&groups)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let groups = self.take(emit_to);
        self.written(&groups)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |values| values.len());
        let is_kept = |row| filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
        let kept = (0..rows as u32).filter(|&row| is_kept(row as usize));
        let kept = UInt32Array::from_iter_values(kept);
        let weights = match self.weight {
            Some(weight) => cast(&values[weight], &DataType::Float64)?,
            None => Arc::new(Float64Array::from(vec![1.0; rows])),
        };
        let columns = [
            cast(&values[0], &self.unit.data_type)?,
            cast(&values[1], &self.indicator.data_type)?,
            cast(&values[2], &DataType::Float64)?,
            weights,
        ];
        let list = |column: &ArrayRef| -> Result<ArrayRef> {
            let offsets = OffsetBuffer::from_lengths((0..rows).map(|row| is_kept(row).into()));
            let field = ArrowField::new_list_field(column.data_type().clone(), true);
            let values = take(column, &kept, None)?;
            Ok(Arc::new(ListArray::try_new(Arc::new(field), offsets, values, None)?))
        };
        columns.iter().map(list).collect()
    }

    fn size(&self) -> usize {
        self.bytes()
    }
}

/// A single group.
struct One<M>(Cells<M>);

impl<M: MatrixMethod> Debug for One<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(M::PAGE.name)
    }
}

impl<M: MatrixMethod> Accumulator for One<M> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, |values| values.len());
        GroupsAccumulator::update_batch(&mut self.0, values, &vec![0; rows], None, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.0.groups.resize(1, Vec::new());
        let groups = self.0.groups.clone();
        ScalarValue::try_from_array(&self.0.answers(&groups)?, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.0.groups.resize(1, Vec::new());
        let groups = self.0.groups.clone();
        let states = self.0.written(&groups)?;
        states.iter().map(|state| ScalarValue::try_from_array(state, 0)).collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.0.groups.resize(1, Vec::new());
        self.0.merge(states, |_| 0)
    }

    fn size(&self) -> usize {
        self.0.bytes()
    }
}
