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

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, Float64Array, Float64Builder, Int64Array, ListBuilder, StructArray,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, exec_err};

use super::engine::Registry;
use super::engine::aggregate::udaf;
use super::engine::arguments::doubles;
use super::engine::normalise::Over;
use super::engine::partition::udwf;
use super::page::{Kind, Parameter};

/// Every fit and every normalisation.
pub(super) fn register(registry: &mut Registry) {
    registry.aggregate::<minmax::Fit>();
    registry.aggregate::<zscore::Fit>();
    registry.aggregate::<base::Fit>();
    registry.aggregate::<distance_reference::Fit>();
    registry.aggregate::<rank::Fit>();
    registry.aggregate::<cyclical::Fit>();
    registry.aggregate::<robust::Fit>();
    registry.aggregate::<vector::Fit>();
    registry.aggregate::<sum::Fit>();
    registry.normalisation::<minmax::Norm>(Over::Fit(udaf::<minmax::Fit>(), 0));
    registry.normalisation::<zscore::Norm>(Over::Fit(udaf::<zscore::Fit>(), 0));
    registry.normalisation::<base::Norm>(Over::Fit(udaf::<base::Fit>(), 2));
    registry.normalisation::<goalposts::Norm>(Over::Scalar);
    registry.normalisation::<scaled::Norm>(Over::Scalar);
    registry.normalisation::<distance_max::Norm>(Over::Fit(udaf::<minmax::Fit>(), 0));
    registry
        .normalisation::<distance_reference::Norm>(Over::Fit(udaf::<distance_reference::Fit>(), 2));
    registry.normalisation::<distance_target::Norm>(Over::Fit(udaf::<minmax::Fit>(), 0));
    registry.normalisation::<fraction_max::Norm>(Over::Fit(udaf::<minmax::Fit>(), 0));
    ranked::<rank::Rank>(registry);
    ranked::<borda::Borda>(registry);
    ranked::<percentile_rank::PercentileRank>(registry);
    registry.normalisation::<categorical::Norm>(Over::Whole(Box::new(udwf::<
        categorical::OfPartition,
    >())));
    registry.normalisation::<above_mean::Norm>(Over::Fit(udaf::<zscore::Fit>(), 0));
    registry.normalisation::<cyclical::Norm>(Over::Fit(udaf::<cyclical::Fit>(), 0));
    registry.normalisation::<robust::Norm>(Over::Fit(udaf::<robust::Fit>(), 0));
    registry.normalisation::<logistic::Norm>(Over::Fit(udaf::<zscore::Fit>(), 0));
    registry.normalisation::<vector::Norm>(Over::Fit(udaf::<vector::Fit>(), 0));
    registry.normalisation::<sum::Norm>(Over::Fit(udaf::<sum::Fit>(), 0));
    registry
        .normalisation::<relative::Norm>(Over::Whole(Box::new(udwf::<relative::OfPartition>())));
}

fn ranked<R: rank::Ranked>(registry: &mut Registry) {
    registry.normalisation::<rank::Norm<R>>(Over::Whole(Box::new(udwf::<rank::OfPartition<R>>())));
}

const VALUE: Parameter = Parameter {
    name: "value",
    kind: Kind::Number,
    meaning: "value of the indicator, in its unit of measure; finite",
    null: "no score; takes no part in a fit",
    default: None,
};

const DIRECTION: Parameter = Parameter {
    name: "direction",
    kind: Kind::Number,
    meaning: "1: more is better; -1: less is better, the scale is turned round",
    null: "error",
    default: Some("1"),
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
fn scales<const N: usize>(
    names: &[&str; N],
    scales: impl Iterator<Item = Option<([Option<f64>; N], f64)>>,
) -> ArrayRef {
    let scales: Vec<_> = scales.collect();
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(N + 1);
    for i in 0..N {
        let number = scales.iter().map(|scale| scale.and_then(|(numbers, _)| numbers[i]));
        columns.push(Arc::new(number.collect::<Float64Array>()));
    }
    let counts = scales.iter().map(|scale| scale.map(|(_, n)| n as i64));
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

/// Sorted lists as a column of scales: NULL where a list is empty.
fn list_scales(name: &str, sorted: impl Iterator<Item = Vec<f64>>) -> ArrayRef {
    let mut lists = ListBuilder::new(Float64Builder::new());
    let mut counts = Vec::new();
    for list in sorted {
        lists.values().append_slice(&list);
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
