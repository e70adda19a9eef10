//! Normalisation to a common scale: what is learned from a reference set (`fit_*`) and how it is
//! applied (`norm_*`). A method's fit and norm share a page of code.

pub mod above_mean;
pub mod base;
pub mod borda;
pub mod categorical;
pub mod cyclical;
pub mod distance_max;
pub mod distance_reference;
pub mod distance_target;
pub mod fraction_max;
pub mod goalposts;
pub mod logistic;
pub mod minmax;
pub mod percentile_rank;
pub mod rank;
pub mod relative;
pub mod robust;
pub mod scaled;
pub mod sum;
pub mod vector;
pub mod zscore;

use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, Float64Array, Float64Builder, Int64Array, ListBuilder, StructArray,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, exec_err};

use super::engine::Registry;
use super::engine::aggregate::Method;
use super::engine::arguments::doubles;
use super::engine::constants::Constants;
use super::engine::normalise::Over;
use super::page::{DefaultValue, Kind, Null, Page, Parameter, Role};
use crate::kernel::State;

/// Every fit and every normalisation.
pub(super) fn register(registry: &mut Registry) {
    registry.aggregate::<By<minmax::Fit>>();
    registry.aggregate::<By<zscore::Fit>>();
    registry.aggregate::<base::Fit>();
    registry.aggregate::<distance_reference::Fit>();
    registry.aggregate::<rank::Fit>();
    registry.aggregate::<By<cyclical::Fit>>();
    registry.aggregate::<By<robust::Fit>>();
    registry.aggregate::<By<vector::Fit>>();
    registry.aggregate::<By<sum::Fit>>();
    registry.normalisation::<minmax::Norm>(Over::fit::<By<minmax::Fit>>(0));
    registry.normalisation::<zscore::Norm>(Over::fit::<By<zscore::Fit>>(0));
    registry.normalisation::<base::Norm>(Over::fit::<base::Fit>(2));
    registry.normalisation::<goalposts::Norm>(Over::Scalar);
    registry.normalisation::<scaled::Norm>(Over::Scalar);
    registry.normalisation::<distance_max::Norm>(Over::fit::<By<minmax::Fit>>(0));
    registry.normalisation::<distance_reference::Norm>(Over::fit::<distance_reference::Fit>(2));
    registry.normalisation::<distance_target::Norm>(Over::fit::<By<minmax::Fit>>(0));
    registry.normalisation::<fraction_max::Norm>(Over::fit::<By<minmax::Fit>>(0));
    ranked::<rank::Rank>(registry);
    ranked::<borda::Borda>(registry);
    ranked::<percentile_rank::PercentileRank>(registry);
    registry.normalisation::<categorical::Norm>(Over::whole_or_fit::<
        categorical::OfPartition,
        rank::Fit,
    >());
    registry.normalisation::<above_mean::Norm>(Over::fit::<By<zscore::Fit>>(0));
    registry.normalisation::<cyclical::Norm>(Over::fit::<By<cyclical::Fit>>(0));
    registry.normalisation::<robust::Norm>(Over::fit::<By<robust::Fit>>(0));
    registry.normalisation::<logistic::Norm>(Over::fit::<By<zscore::Fit>>(0));
    registry.normalisation::<vector::Norm>(Over::fit::<By<vector::Fit>>(0));
    registry.normalisation::<sum::Norm>(Over::fit::<By<sum::Fit>>(0));
    registry.normalisation::<relative::Norm>(Over::whole::<relative::OfPartition>());
}

fn ranked<R: rank::Ranked>(registry: &mut Registry) {
    registry
        .normalisation::<rank::Norm<R>>(Over::whole_or_fit::<rank::OfPartition<R>, rank::Fit>());
}

const VALUE: Parameter = Parameter {
    name: "value",
    role: Role::Value,
    kind: Kind::Number,
    meaning: "value of the indicator, in its unit of measurement; finite",
    null: Null::Means("excluded from the fit; its score is NULL"),
    default: DefaultValue::Required,
};

const DIRECTION: Parameter = Parameter {
    name: "direction",
    role: Role::Direction,
    kind: Kind::Number,
    meaning: "1: higher is better; -1: lower is better, the scale is inverted",
    null: Null::Error,
    default: DefaultValue::Number(1.0),
};

fn check_value(name: &str, x: f64) -> Result<()> {
    if x.is_finite() {
        return Ok(());
    }
    exec_err!("{name}: value must be finite, got {x}")
}

fn check_direction(direction: f64) -> Result<(), String> {
    if direction == 1.0 || direction == -1.0 {
        return Ok(());
    }
    Err(format!("direction must be 1 or -1, got {direction}"))
}

/// A scale that is learned from nothing but the values of a reference set.
pub(super) trait Learned: Send + Sync + Sized + 'static {
    type State: State;

    const PAGE: &'static Page;
    /// Names of the numbers of the scale.
    const NUMBERS: &'static [&'static str];
    /// What must be, where a number of the scale is beyond DOUBLE.
    const TOO_LARGE: &'static str;

    /// Takes in a finite value; `Err` says what must be and what was.
    fn update(state: &mut Self::State, x: f64) -> Result<(), String>;

    /// How many values were seen.
    fn n(state: &Self::State) -> f64;

    /// The numbers of the scale; none of no values.
    fn numbers(state: &Self::State) -> Option<Vec<Option<f64>>>;
}

/// The fit of a [`Learned`] scale.
pub(super) struct By<L>(PhantomData<fn() -> L>);

impl<L: Learned> std::fmt::Debug for By<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(L::PAGE.name)
    }
}

impl<L: Learned> Method for By<L> {
    type State = L::State;
    type Columns = Float64Array;

    const PAGE: &'static Page = L::PAGE;

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self(PhantomData))
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        doubles(&arguments[0])
    }

    #[inline]
    fn update(&self, state: &mut L::State, values: &Float64Array, row: usize) -> Result<()> {
        if values.is_null(row) {
            return Ok(());
        }
        check_value(L::PAGE.name, values.value(row))?;
        match L::update(state, values.value(row)) {
            Ok(()) => Ok(()),
            Err(message) => exec_err!("{}: {message}", L::PAGE.name),
        }
    }

    fn update_all(&self, state: &mut L::State, values: &Float64Array, rows: usize) -> Result<()> {
        for (row, &x) in values.values().iter().take(rows).enumerate() {
            let is_done = values.is_valid(row) && x.is_finite() && L::update(state, x).is_ok();
            if !is_done {
                self.update(state, values, row)?; // says what is wrong, if it is not just missing
            }
        }
        Ok(())
    }

    fn result_type() -> DataType {
        scale_type(L::NUMBERS)
    }

    fn finish(&self, states: &[L::State]) -> Result<ArrayRef> {
        let fits = states.iter().map(|state| {
            let numbers = L::numbers(state);
            if numbers.iter().flatten().flatten().any(|number| !number.is_finite()) {
                return exec_err!("{}: {}", L::PAGE.name, L::TOO_LARGE);
            }
            Ok(numbers.map(|numbers| (numbers, L::n(state))))
        });
        let fits: Result<Vec<_>> = fits.collect();
        Ok(scales(L::NUMBERS, fits?.into_iter()))
    }
}

/// Values of whole partitions and their directions, for functions that do without a fit.
pub(crate) struct Directed {
    values: Float64Array,
    /// None where all values have direction 1.
    directions: Option<Float64Array>,
}

impl Directed {
    /// The value is the first of the arguments; the direction, if it was given, that at `position`.
    fn new(arguments: &[ArrayRef], position: usize) -> Result<Self> {
        let directions = arguments.get(position).map(doubles).transpose()?;
        Ok(Self { values: doubles(&arguments[0])?, directions })
    }

    /// Value and direction of a row; none where the value is missing. -0 is taken as 0, so that
    /// the two tie.
    #[inline]
    fn get(&self, name: &str, row: usize) -> Result<Option<(f64, f64)>> {
        if self.values.is_null(row) {
            return Ok(None);
        }
        check_value(name, self.values.value(row))?;
        let direction = match &self.directions {
            None => 1.0,
            Some(directions) if directions.is_null(row) => {
                return exec_err!("{name}: direction must not be NULL");
            }
            Some(directions) => directions.value(row),
        };
        match check_direction(direction) {
            Ok(()) => Ok(Some((self.values.value(row) + 0.0, direction))),
            Err(message) => exec_err!("{name}: {message}"),
        }
    }
}

/// The type of a scale: numbers, and how many values it was learned from.
fn scale_type(names: &[&str]) -> DataType {
    let number = |name: &&str| Field::new(*name, DataType::Float64, true);
    let mut fields: Vec<_> = names.iter().map(number).collect();
    fields.push(Field::new("n", DataType::Int64, true));
    DataType::Struct(Fields::from(fields))
}

/// Scales as a column: NULL where there is none.
fn scales<T: AsRef<[Option<f64>]>>(
    names: &[&str],
    scales: impl Iterator<Item = Option<(T, f64)>>,
) -> ArrayRef {
    let scales: Vec<_> = scales.collect();
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(names.len() + 1);
    for i in 0..names.len() {
        let number =
            scales.iter().map(|scale| scale.as_ref().and_then(|(numbers, _)| numbers.as_ref()[i]));
        columns.push(Arc::new(number.collect::<Float64Array>()));
    }
    let counts = scales.iter().map(|scale| scale.as_ref().map(|(_, n)| *n as i64));
    columns.push(Arc::new(counts.collect::<Int64Array>()));
    let DataType::Struct(fields) = scale_type(names) else { unreachable!("a scale is a STRUCT") };
    let nulls: NullBuffer = scales.iter().map(Option::is_some).collect();
    Arc::new(StructArray::new(fields, columns, Some(nulls)))
}

/// The type of a scale that is a sorted list of values.
fn list_scale_type(name: &str) -> DataType {
    DataType::Struct(Fields::from(vec![
        Field::new(name, DataType::new_list(DataType::Float64, true), true),
        Field::new("n", DataType::Int64, true),
    ]))
}

/// Sorted lists of so many values in all as a column of scales: NULL where a list is empty.
fn list_scales<T: AsRef<[f64]>>(
    name: &str,
    values: usize,
    sorted: impl Iterator<Item = T>,
) -> ArrayRef {
    let mut lists = ListBuilder::new(Float64Builder::with_capacity(values));
    let mut counts = Vec::new();
    for list in sorted {
        let list = list.as_ref();
        lists.values().append_slice(list);
        lists.append(!list.is_empty());
        counts.push((!list.is_empty()).then_some(list.len() as i64));
    }
    let nulls: NullBuffer = counts.iter().map(Option::is_some).collect();
    let columns: Vec<ArrayRef> = vec![Arc::new(lists.finish()), Arc::new(Int64Array::from(counts))];
    let DataType::Struct(fields) = list_scale_type(name) else {
        unreachable!("a scale is a STRUCT")
    };
    Arc::new(StructArray::new(fields, columns, Some(nulls)))
}
