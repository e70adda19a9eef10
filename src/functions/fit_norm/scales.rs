//! Fitted scales as columns of STRUCTs.

use datafusion::arrow::array::{
    ArrayRef, Float64Array, Float64Builder, Int64Array, ListBuilder, StructArray,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use std::sync::Arc;

/// The type of a scale: numbers, and how many values it was learned from.
pub fn scale_type(names: &[&str]) -> DataType {
    let number = |name: &&str| Field::new(*name, DataType::Float64, true);
    let mut fields: Vec<_> = names.iter().map(number).collect();
    fields.push(Field::new("n", DataType::Int64, true));
    DataType::Struct(Fields::from(fields))
}

/// Scales as a column: NULL where there is none.
pub fn scales<T: AsRef<[Option<f64>]>>(
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
pub fn list_scale_type(name: &str) -> DataType {
    DataType::Struct(Fields::from(vec![
        Field::new(name, DataType::new_list(DataType::Float64, true), true),
        Field::new("n", DataType::Int64, true),
    ]))
}

/// Sorted lists of so many values in all as a column of scales: NULL where a list is empty.
pub fn list_scales<T: AsRef<[f64]>>(
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
