//! The bridge for aggregates over a matrix of units and indicators, given in long form.
//!
//! A call such as `weight_entropy(unit, indicator, score)` takes a cell per row. Keys of any type
//! become numbers once; a group holds its cells and nothing else, and its answer is a LIST of
//! STRUCTs, one per unit, indicator or pair, in the order of the keys: the same whatever way the
//! rows came.

use std::fmt::{self, Debug};
use std::marker::PhantomData;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, ListArray, StructArray, UInt32Array,
};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::{cast, filter, take};
use datafusion::arrow::datatypes::{DataType, Field as ArrowField, FieldRef, Fields, Float64Type};
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_err, plan_err, resources_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, GroupsAccumulator,
    Signature,
};

use super::aggregate::{Sliding, cannot_leave};
use super::identity::identity;
use super::interner::{Interner, ascending, places, text};
use crate::arguments::constants::Constants;
use crate::arguments::types;
use crate::error::MORE_MEMORY;
use crate::hint::with_place;
use crate::kernel::weights::Part;
use crate::kernel::{Fault, Matrix, push};
use crate::page::{Page, Role};
use crate::types::sql_name;
use crate::types::{doubles, plain};

/// What a matrix becomes.
///
/// The first two parameters of the page are the keys (unit and indicator), the third is the value
/// and the fourth, if it is called `weight`, the weight of the indicator.
pub trait MatrixMethod: Debug + Send + Sync + Sized + 'static {
    const PAGE: &'static Page;
    /// What the answer looks like.
    const SHAPE: Shape;
    /// Whether both keys name the same things (AHP compares criteria with criteria): the matrix is
    /// square then, and row `i` and column `i` are one.
    const ONE_KEY: bool = false;

    /// Position of the parameter that cuts the cells of a group into matrices, one for each of its
    /// values (the judges of AHP), if it is given. Such a method has no weights.
    const LAYER: Option<usize> = None;

    /// What each column counts for before all are made to sum to 1, of weights of which each comes from
    /// its own column.
    const PART: Option<Part> = None;

    /// Whether each unit must have a value of each indicator.
    const IS_WHOLE: bool = false;

    /// Whether [`MatrixMethod::against`] is defined.
    const TAKES_REFERENCE: bool = false;

    fn bind(constants: &Constants) -> Result<Self>;

    /// A score per row of a matrix, its units compared with those of a reference set instead of
    /// with each other.
    fn against(
        &self,
        _matrix: &Matrix,
        _reference: &Matrix,
    ) -> std::result::Result<Vec<Option<f64>>, String> {
        Err("units must be compared with each other, found a method that does not".to_owned())
    }

    /// The answer for the matrices of all layers, which have the same rows and columns. What is wrong
    /// with one of them is wrong with [`MatrixMethod::answer`] of it as well.
    fn of_layers(&self, layers: &[Matrix]) -> std::result::Result<Answer, String> {
        match layers {
            [only] => self.answer(only),
            _ => Err("there must be one matrix, found a method that does not join several".into()),
        }
    }

    /// How many records an answer has at most: one for each combination of its keys.
    fn records(rows: usize, columns: usize) -> usize {
        let Shape::List(fields) = Self::SHAPE else { return 0 };
        let factors = fields.iter().map(|field| match field {
            Field::Unit(_) => rows,
            Field::Indicator(_) => columns,
            Field::Number(_) => 1,
        });
        factors.fold(1, usize::saturating_mul)
    }

    /// The answer; `Err` says what must be and what was.
    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String>;

    /// Where a matrix is at fault that has no answer, if the method knows.
    fn fault(&self, matrix: &Matrix) -> Option<Fault> {
        let part = Self::PART?;
        (0..matrix.columns()).find_map(|column| {
            let message = part(matrix.column(column)).err()?;
            Some(Fault { message, row: None, column: Some(column) })
        })
    }

    /// What is said of two rows with the same keys, in one layer if there are layers.
    fn twice(unit: &str, indicator: &str, _layer: Option<&str>) -> String {
        format!(
            "a unit must have one value of an indicator, found two of '{indicator}' for '{unit}' \
             (group by period as well)"
        )
    }
}

/// The type of an answer.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// One number.
    Number,
    /// A list of STRUCTs of these fields.
    List(&'static [Field]),
}

/// A field of the STRUCTs of a list, with its name.
#[derive(Debug, Clone, Copy)]
pub enum Field {
    /// A unit: the key of a row of the matrix.
    Unit(&'static str),
    /// An indicator: the key of a column of the matrix.
    Indicator(&'static str),
    /// A number.
    Number(&'static str),
}

/// An answer, of the declared shape.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// For [`Shape::Number`]; NULL if there is none.
    Number(Option<f64>),
    /// For [`Shape::List`].
    List(Vec<Record>),
}

/// One STRUCT: positions of rows and columns for its key fields, numbers for the others, each in
/// the order of the shape.
pub type Record = (Vec<usize>, Vec<Option<f64>>);

/// The aggregate function of a method.
pub fn udaf<M: MatrixMethod>() -> AggregateUDF {
    function::<M>(true)
}

/// The same where its states cannot leave the memory.
pub fn in_memory<M: MatrixMethod>() -> AggregateUDF {
    function::<M>(false)
}

fn function<M: MatrixMethod>(can_leave: bool) -> AggregateUDF {
    AggregateUDF::from(Function::<M> {
        signature: types::signature(M::PAGE.parameters),
        documentation: LazyLock::new(|| M::PAGE.documentation()),
        can_leave,
        method: PhantomData,
    })
}

struct Function<M> {
    signature: Signature,
    documentation: LazyLock<Documentation>,
    /// Whether states may be written down: not in [`super::holding`], where only a spill would.
    can_leave: bool,
    method: PhantomData<fn() -> M>,
}

identity!(Function<M: MatrixMethod>, can_leave);

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

    fn cells(&self, args: &AccumulatorArgs<'_>) -> Result<Cells<M>> {
        if args.is_distinct {
            return plan_err!("{}: DISTINCT is not supported", M::PAGE.name);
        }
        let method = M::bind(&Constants::of(M::PAGE.name, M::PAGE.parameters, args.exprs))?;
        let keys = |i: usize| Interner::new(args.expr_fields[i].data_type());
        let (unit, indicator) = (keys(0)?, keys(1)?);
        if M::ONE_KEY && unit.data_type() != indicator.data_type() {
            let (a, b) = (M::PAGE.parameters[0].name, M::PAGE.parameters[1].name);
            return plan_err!(
                "{}: {a} and {b} must be of one type, found {} and {}",
                M::PAGE.name,
                sql_name(unit.data_type()),
                sql_name(indicator.data_type())
            );
        }
        let weight = M::PAGE.parameters.iter().position(|p| p.role == Role::Weight);
        let weight = weight.filter(|&i| i < args.exprs.len());
        let layer = match layer_of::<M>(args.expr_fields) {
            Some(i) => Some((i, keys(i)?)),
            None => None,
        };
        let (groups, can_leave) = (Vec::new(), self.can_leave);
        Ok(Cells { method, unit, indicator, weight, layer, groups, held: 0, largest: 0, can_leave })
    }
}

/// Position of the layer among the arguments, if it is given.
fn layer_of<M: MatrixMethod>(fields: &[FieldRef]) -> Option<usize> {
    M::LAYER.filter(|&i| fields.get(i).is_some_and(|field| *field.data_type() != DataType::Null))
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
        Ok(types::coerce(M::PAGE.parameters, types))
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match types {
            [unit, indicator, ..] => Ok(Self::result_type(plain(unit), plain(indicator))),
            _ => plan_err!("{}: must have 3 arguments, found {}", M::PAGE.name, types.len()),
        }
    }

    fn return_field(&self, fields: &[FieldRef]) -> Result<FieldRef> {
        types::check(M::PAGE.name, M::PAGE.parameters, fields)?;
        let types: Vec<_> = fields.iter().map(|field| field.data_type().clone()).collect();
        Ok(Arc::new(ArrowField::new(M::PAGE.name, self.return_type(&types)?, true)))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let list = |name, data_type: &DataType| {
            let list = DataType::new_list(data_type.clone(), true);
            Arc::new(ArrowField::new(format_state_name(args.name, name), list, true))
        };
        let key = |i: usize| plain(args.input_fields[i].data_type());
        let last = match layer_of::<M>(args.input_fields) {
            Some(i) => list("layers", key(i)),
            None => list("weights", &DataType::Float64),
        };
        Ok(vec![
            list("units", key(0)),
            list("indicators", key(1)),
            list("values", &DataType::Float64),
            last,
        ])
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(SingleGroup(self.cells(&args)?)))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(self.cells(&args)?))
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Sliding::new(
            M::PAGE.name,
            SingleGroup(self.cells(&args)?),
            |SingleGroup(cells)| {
                cells.groups.clear();
                (cells.held, cells.largest) = (0, 0);
            },
        )))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// A cell: which unit, which indicator, its value (NaN: missing) and what stands in its last column.
#[derive(Debug, Clone, Copy)]
struct Cell {
    unit: u32,
    indicator: u32,
    value: f64,
    last: Last,
}

/// The last column of a cell, in eight bytes, as there are many: the weight of its indicator, or the
/// number of its layer where there are layers, whose indicators count for 1.
#[derive(Debug, Clone, Copy)]
struct Last(u64);

impl Last {
    fn of_weight(weight: f64) -> Self {
        Self(weight.to_bits())
    }

    fn of_layer(layer: u32) -> Self {
        Self(layer.into())
    }

    fn weight(self) -> f64 {
        f64::from_bits(self.0)
    }

    fn layer(self) -> u32 {
        self.0 as u32
    }
}

/// The last column of cells.
enum LastColumn {
    /// No column: each indicator counts for 1.
    None,
    Weights(Float64Array),
    Layers(Vec<u32>),
}

/// The cells of each group.
struct Cells<M> {
    method: M,
    unit: Interner,
    indicator: Interner,
    /// Position of the weight among the arguments, if it is given.
    weight: Option<usize>,
    /// Position of the layer among the arguments with its keys, if it is given.
    layer: Option<(usize, Interner)>,
    groups: Vec<Vec<Cell>>,
    /// Bytes of all cells.
    held: usize,
    /// The number of cells of the largest group.
    largest: usize,
    can_leave: bool,
}

impl<M: MatrixMethod> Cells<M> {
    const NAME: &'static str = M::PAGE.name;

    /// The codes of both keys; a NULL key is an error.
    fn numbered(&mut self, units: &ArrayRef, indicators: &ArrayRef) -> Result<[Vec<u32>; 2]> {
        for (column, parameter) in [units, indicators].into_iter().zip(M::PAGE.parameters) {
            if column.logical_null_count() > 0 {
                return exec_err!("{}: {} must not be NULL", Self::NAME, parameter.name);
            }
        }
        let (mut of_unit, mut of_indicator) = (Vec::new(), Vec::new());
        self.unit.codes(units, &mut of_unit)?;
        let keys = if M::ONE_KEY { &mut self.unit } else { &mut self.indicator };
        keys.codes(indicators, &mut of_indicator)?;
        Ok([of_unit, of_indicator])
    }

    fn read(&mut self, arguments: &[ArrayRef]) -> Result<Vec<Cell>> {
        let [units, indicators] = self.numbered(&arguments[0], &arguments[1])?;
        let values = doubles(&arguments[2])?;
        let last = self.layer.as_ref().map(|(i, _)| *i).or(self.weight);
        let last = match last {
            Some(i) => self.last(&arguments[i])?,
            None => LastColumn::None,
        };
        let cell = |row: usize| {
            let cell = Self::cell((units[row], indicators[row]), &values, &last, row);
            cell.or_else(|message| {
                let key = |i: usize| {
                    format!("{} '{}'", M::PAGE.parameters[i].name, text(&arguments[i], row))
                };
                exec_err!("{}: {message} ({}, {})", Self::NAME, key(0), key(1))
            })
        };
        (0..values.len()).map(cell).collect()
    }

    /// The weights of cells, or the numbers of their layers.
    fn last(&mut self, column: &ArrayRef) -> Result<LastColumn> {
        let Some((i, keys)) = &mut self.layer else {
            return Ok(LastColumn::Weights(doubles(column)?));
        };
        if column.logical_null_count() > 0 {
            let name = M::PAGE.parameters[*i].name;
            return exec_err!("{}: {name} must not be NULL", Self::NAME);
        }
        let mut codes = Vec::new();
        keys.codes(column, &mut codes)?;
        Ok(LastColumn::Layers(codes))
    }

    /// The cell of a row; `Err` says what must be and what was.
    fn cell(
        (unit, indicator): (u32, u32),
        values: &Float64Array,
        last: &LastColumn,
        row: usize,
    ) -> std::result::Result<Cell, String> {
        let value = values.is_valid(row).then(|| values.value(row));
        if let Some(value) = value.filter(|value| !value.is_finite()) {
            return Err(format!("{} must be finite, got {value}", M::PAGE.parameters[2].name));
        }
        let last = match last {
            LastColumn::None => Last::of_weight(1.0),
            LastColumn::Layers(layers) => Last::of_layer(layers[row]),
            LastColumn::Weights(weights) if weights.is_null(row) => {
                return Err("weight must not be NULL".to_owned());
            }
            LastColumn::Weights(weights) => {
                let weight = weights.value(row);
                if !(weight.is_finite() && weight >= 0.0) {
                    return Err(format!("weight must be finite and >= 0, got {weight}"));
                }
                Last::of_weight(weight)
            }
        };
        Ok(Cell { unit, indicator, value: value.unwrap_or(f64::NAN), last })
    }

    fn push(&mut self, group: usize, cell: Cell) {
        let cells = &mut self.groups[group];
        let before = cells.capacity();
        push(cells, cell);
        self.held += (cells.capacity() - before) * size_of::<Cell>();
        self.largest = self.largest.max(cells.len());
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<Vec<Cell>> {
        let taken = emit_to.take_needed(&mut self.groups);
        let bytes: usize = taken.iter().map(|cells| cells.capacity() * size_of::<Cell>()).sum();
        self.held -= bytes.min(self.held);
        taken
    }

    fn keys(&self) -> Result<[ArrayRef; 2]> {
        let units = self.unit.values()?;
        let indicators = if M::ONE_KEY { Arc::clone(&units) } else { self.indicator.values()? };
        Ok([units, indicators])
    }

    fn written(&self, groups: &[Vec<Cell>]) -> Result<Vec<ArrayRef>> {
        let [units, indicators] = self.keys()?;
        let cells = || groups.iter().flatten();
        let key = |keys: &ArrayRef, number: fn(&Cell) -> u32| {
            take(keys, &cells().map(number).collect::<UInt32Array>(), None)
        };
        let values: Float64Array =
            cells().map(|cell| Some(cell.value).filter(|value| !value.is_nan())).collect();
        let last: ArrayRef = match &self.layer {
            Some((_, layers)) => {
                let codes = UInt32Array::from_iter_values(cells().map(|cell| cell.last.layer()));
                take(&layers.values()?, &codes, None)?
            }
            None => {
                Arc::new(Float64Array::from_iter_values(cells().map(|cell| cell.last.weight())))
            }
        };
        let list = |values: ArrayRef| -> ArrayRef {
            let offsets = OffsetBuffer::from_lengths(groups.iter().map(Vec::len));
            let field = ArrowField::new_list_field(values.data_type().clone(), true);
            Arc::new(ListArray::new(Arc::new(field), offsets, values, None))
        };
        Ok(vec![
            list(key(&units, |cell| cell.unit)?),
            list(key(&indicators, |cell| cell.indicator)?),
            list(Arc::new(values)),
            list(last),
        ])
    }

    fn merge(&mut self, states: &[ArrayRef], group_of: impl Fn(usize) -> usize) -> Result<()> {
        let lists: Vec<_> = states.iter().map(|state| state.as_list::<i32>()).collect();
        for row in 0..lists[0].len() {
            let [units, indicators] = self.numbered(&lists[0].value(row), &lists[1].value(row))?;
            let values = lists[2].value(row);
            let values = values.as_primitive::<Float64Type>();
            let last = self.last(&lists[3].value(row))?;
            for i in 0..values.len() {
                let keys = (units[i], indicators[i]);
                match Self::cell(keys, values, &last, i) {
                    Ok(cell) => self.push(group_of(row), cell),
                    Err(message) => return exec_err!("{}: {message}", Self::NAME),
                }
            }
        }
        Ok(())
    }

    fn answers(&self, groups: &[Vec<Cell>]) -> Result<ArrayRef> {
        let [units, indicators] = self.keys()?;
        let places = |keys: &ArrayRef| Ok::<_, DataFusionError>(places(&ascending(keys)?));
        let unit_places = places(&units)?;
        let indicator_places = if M::ONE_KEY { unit_places.clone() } else { places(&indicators)? };
        let layers = match &self.layer {
            Some((_, layers)) => {
                let keys = layers.values()?;
                let order = places(&keys)?;
                Some((keys, order))
            }
            None => None,
        };
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
            let keys = [(rows.as_slice(), &units), (columns.as_slice(), &indicators)];
            let answer = match &layers {
                Some((layers, places)) => self.of_layers(cells, keys, layers, places)?,
                None => {
                    let matrix = matrix::<M>(cells, keys, None)?;
                    let answer = self.method.answer(&matrix);
                    answer.map_err(|message| self.placed(&message, &matrix, keys, None))
                }
            };
            match answer {
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

    /// The answer of one group whose cells lie in layers; what is wrong in one of them names it.
    fn of_layers(
        &self,
        cells: &[Cell],
        keys: Keys<'_>,
        layer_keys: &ArrayRef,
        places: &[u32],
    ) -> Result<std::result::Result<Answer, String>> {
        let name = M::LAYER.map_or("layer", |i| M::PAGE.parameters[i].name);
        let layer_of = |cells: &[Cell]| {
            format!("{name} '{}'", text(layer_keys, cells[0].last.layer() as usize))
        };
        let mut cells = cells.to_vec();
        cells.sort_by_key(|cell| places[cell.last.layer() as usize]);
        let by_layer = || cells.chunk_by(|a, b| a.last.layer() == b.last.layer());
        let matrix = |cells| matrix::<M>(cells, keys, Some(&layer_of(cells)));
        let matrices = by_layer().map(matrix).collect::<Result<Vec<_>>>()?;
        if matrices.is_empty() {
            return Ok(Ok(Answer::List(Vec::new())));
        }
        let answer = self.method.of_layers(&matrices);
        if answer.is_err() {
            for (of_layer, matrix) in by_layer().zip(&matrices) {
                let Err(message) = self.method.answer(matrix) else { continue };
                return Ok(Err(self.placed(&message, matrix, keys, Some(layer_of(of_layer)))));
            }
        }
        Ok(answer)
    }

    /// What is wrong with a matrix, with its place, as far as the method knows it.
    fn placed(
        &self,
        message: &str,
        matrix: &Matrix,
        [rows, columns]: Keys<'_>,
        layer: Option<String>,
    ) -> String {
        let fault = named_cell::<M>(message, matrix).or_else(|| self.method.fault(matrix));
        let (row, column) = fault.map_or((None, None), |fault| (fault.row, fault.column));
        let key = |at: Option<usize>, parameter: usize, (of, keys): (&[u32], &ArrayRef)| {
            let key = text(keys, of[at?] as usize);
            Some(format!("{} '{key}'", M::PAGE.parameters[parameter].name))
        };
        let place = [key(row, 0, rows), key(column, 1, columns), layer];
        let place: Vec<String> = place.into_iter().flatten().collect();
        if place.is_empty() { message.to_owned() } else { with_place(message, &place.join(", ")) }
    }

    /// Bytes held, and those that it takes to answer: the keys and their order, the matrix of one
    /// group at a time, and the records.
    fn bytes(&self) -> usize {
        /// In the matrix, whether it was seen, and as a method keeps it for itself, ranked say.
        const CELL: usize = 4 * size_of::<f64>();
        /// A record with its two lists, and each of its fields, the second time in a column.
        const RECORD: usize = 96;
        const FIELD: usize = 64;
        let keys = if M::ONE_KEY { [&self.unit; 2] } else { [&self.unit, &self.indicator] };
        let most = if M::ONE_KEY { 2 * self.largest } else { self.largest };
        let [rows, columns] = keys.map(|keys| keys.len().min(most));
        let fields = match M::SHAPE {
            Shape::Number => 1,
            Shape::List(fields) => fields.len(),
        };
        let records = M::records(rows, columns);
        let matrix = rows.saturating_mul(columns).saturating_mul(CELL);
        let of_group = records.saturating_mul(RECORD + fields * FIELD);
        let of_all = records.saturating_mul(self.groups.len() * fields * FIELD);
        let answer = matrix.saturating_add(of_group).saturating_add(of_all);
        let layer = self.layer.as_ref().map_or(0, |(_, keys)| keys.size());
        let keys = 2 * (self.unit.size() + self.indicator.size() + layer);
        let groups = self.groups.capacity() * size_of::<Vec<Cell>>();
        answer.saturating_add(self.held + groups + keys)
    }
}

/// The cell whose value a message is about, if it is the only one with that value.
fn named_cell<M: MatrixMethod>(message: &str, matrix: &Matrix) -> Option<Fault> {
    let (must, got) = message.split_once(", got ")?;
    must.strip_prefix(M::PAGE.parameters[2].name)?.strip_prefix(" must ")?;
    let value: f64 = got.split(' ').next()?.parse().ok()?;
    let cells = (0..matrix.rows()).flat_map(|i| (0..matrix.columns()).map(move |j| (i, j)));
    let mut found = cells.filter(|&(row, column)| matrix.get(row, column) == Some(value));
    match (found.next(), found.next()) {
        (Some((row, column)), None) => Some(Fault::at(row, column, message)),
        _ => None,
    }
}

/// The keys of the rows and of the columns of a matrix, in order, each by its number among all.
type Keys<'a> = [(&'a [u32], &'a ArrayRef); 2];

/// The cells of one group, or of a layer of it, as a matrix whose rows and columns are these keys.
fn matrix<M: MatrixMethod>(
    cells: &[Cell],
    [(rows, units), (columns, indicators)]: Keys<'_>,
    layer: Option<&str>,
) -> Result<Matrix> {
    let name = M::PAGE.name;
    let place = |keys: &[u32]| {
        let mut places = vec![0_usize; keys.iter().max().map_or(0, |&key| key as usize + 1)];
        keys.iter().enumerate().for_each(|(place, &key)| places[key as usize] = place);
        places
    };
    let (row_of, column_of) = (place(rows), place(columns));
    let mut values = Vec::new();
    let size = rows.len().saturating_mul(columns.len());
    if values.try_reserve_exact(size).is_err() {
        return resources_err!(
            "{name}: a matrix must fit into memory, found {} rows and {} columns ({MORE_MEMORY})",
            rows.len(),
            columns.len()
        );
    }
    let mut matrix = Matrix::from_cells(rows.len(), columns.len(), values);
    let mut seen = vec![false; size];
    let mut weights: Vec<Option<f64>> = vec![None; columns.len()];
    for cell in cells {
        let (row, column) = (row_of[cell.unit as usize], column_of[cell.indicator as usize]);
        let indicator = || text(indicators, cell.indicator as usize);
        if std::mem::replace(&mut seen[column * rows.len() + row], true) {
            let message = M::twice(&text(units, cell.unit as usize), &indicator(), layer);
            return exec_err!("{name}: {message}");
        }
        matrix.set(row, column, cell.value);
        let weight = if layer.is_some() { 1.0 } else { cell.last.weight() };
        match weights[column].replace(weight) {
            Some(other) if other != weight => {
                return exec_err!(
                    "{name}: an indicator must have one weight, found {other} and {weight} of '{}'",
                    indicator()
                );
            }
            _ => matrix.set_weight(column, weight),
        }
    }
    let is_missing = |&(row, column): &(usize, usize)| matrix.get(row, column).is_none();
    let mut all = (0..rows.len()).flat_map(|row| (0..columns.len()).map(move |j| (row, j)));
    if M::IS_WHOLE
        && let Some((row, column)) = all.find(is_missing)
    {
        let [of_unit, of_indicator, of_value, ..] = M::PAGE.parameters else { return Ok(matrix) };
        return exec_err!(
            "{name}: each {} must have {} of each {}, found none of '{}' by '{}'",
            of_unit.name,
            of_value.name,
            of_indicator.name,
            text(indicators, columns[column] as usize),
            text(units, rows[row] as usize)
        );
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
        if !self.can_leave {
            return cannot_leave(Self::NAME);
        }
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
        let weights = match (&self.layer, self.weight) {
            (Some((layer, keys)), _) => cast(&values[*layer], keys.data_type())?,
            (None, Some(weight)) => cast(&values[weight], &DataType::Float64)?,
            (None, None) => Arc::new(Float64Array::from(vec![1.0; rows])),
        };
        let columns = [
            cast(&values[0], self.unit.data_type())?,
            cast(&values[1], self.indicator.data_type())?,
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
struct SingleGroup<M>(Cells<M>);

impl<M: MatrixMethod> Debug for SingleGroup<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(M::PAGE.name)
    }
}

impl<M: MatrixMethod> Accumulator for SingleGroup<M> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, |values| values.len());
        GroupsAccumulator::update_batch(&mut self.0, values, &vec![0; rows], None, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.0.groups.resize(1, Vec::new());
        ScalarValue::try_from_array(&self.0.answers(&self.0.groups)?, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.0.groups.resize(1, Vec::new());
        let states = self.0.written(&self.0.groups)?;
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

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::Int64Array;

    use super::*;
    use crate::functions::statistics::cronbach::Cronbach;

    #[test]
    fn a_matrix_beyond_all_memory_is_an_error() {
        let keys: Vec<u32> = (0..5_000_000).collect();
        let none: ArrayRef = Arc::new(Int64Array::from(Vec::<i64>::new()));
        let error = matrix::<Cronbach>(&[], [(&keys, &none); 2], None).unwrap_err();
        let words = "stat_cronbach: a matrix must fit into memory, found 5000000 rows";
        assert!(error.to_string().contains(words), "{error}");
    }
}
