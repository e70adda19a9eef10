//! What a call may look like: how many arguments, of which types, and how they become numbers.

use datafusion::arrow::array::{Array, AsArray, Float64Array, ListArray};
use datafusion::arrow::datatypes::{DataType, FieldRef, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, Signature, Volatility};

use super::assign::arguments;
use crate::page::{Kind, Parameter};
use crate::types::{doubles, plain, sql_name};

/// Any types, to be judged by [`check`], under the names of the parameters.
pub fn signature(parameters: &[Parameter]) -> Signature {
    let names = parameters.iter().map(|parameter| parameter.name.to_owned()).collect();
    Signature::user_defined(Volatility::Immutable)
        .with_parameter_names(names)
        .unwrap_or_else(|_| Signature::user_defined(Volatility::Immutable))
}

/// The types the engine shall cast the arguments to. What does not fit stays as it is: [`check`]
/// says so in one line, where the engine would print its candidate signatures.
pub fn coerce(parameters: &[Parameter], types: &[DataType]) -> Vec<DataType> {
    let mut coerced: Vec<DataType> = Vec::with_capacity(types.len());
    for (i, given) in types.iter().enumerate() {
        let wanted = match parameters.get(i).map(|parameter| parameter.kind) {
            Some(Kind::Number | Kind::Constant | Kind::Lag) if is_number(given) => {
                DataType::Float64
            }
            Some(Kind::Boolean | Kind::Switch) if *given == DataType::Null => DataType::Boolean,
            Some(Kind::Constants) if given.is_list() || given.is_null() => {
                DataType::new_list(DataType::Float64, true)
            }
            Some(Kind::Any) => plain(given).clone(),
            Some(Kind::Base) if names_span(&coerced[i - 1], plain(given)) => plain(given).clone(),
            Some(Kind::SameAsPrevious | Kind::Base) => {
                let common = comparable(&coerced[i - 1], plain(given));
                coerced[i - 1].clone_from(&common.0);
                common.1
            }
            _ => given.clone(),
        };
        coerced.push(wanted);
    }
    coerced
}

/// The types in which two things are compared without loss: 2014.5 is not the year 2014.
fn comparable(first: &DataType, second: &DataType) -> (DataType, DataType) {
    let same = |data_type: &DataType| (data_type.clone(), data_type.clone());
    match (first, second) {
        (DataType::Null, other) | (other, DataType::Null) => same(other),
        (a, b) if a == b => same(a),
        (a, b) if a.is_integer() && b.is_integer() => same(&DataType::Int64),
        (a, b) if a.is_numeric() && b.is_numeric() => same(&DataType::Float64),
        (a, b) if a.is_string() && b.is_string() => same(a),
        (a, b) if a.is_temporal() && (b.is_temporal() || b.is_string()) => same(a),
        (a, b) => (a.clone(), b.clone()),
    }
}

/// Whether a base is read, not compared: a word, or a year, month or day of periods that may be shorter.
pub fn names_span(periods: &DataType, base: &DataType) -> bool {
    let (periods, base) = (plain(periods), plain(base));
    let has_spans = match periods {
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => true,
        _ => periods.is_string(),
    };
    match (periods, base) {
        (DataType::Timestamp(..), DataType::Date32 | DataType::Date64) => true,
        (periods, base) if base.is_string() => has_spans || periods.is_numeric(),
        (_, base) => base.is_integer() && has_spans,
    }
}

/// Number and types of the arguments of `name`, or one error that says which is wrong.
pub fn check(name: &str, parameters: &[Parameter], fields: &[FieldRef]) -> Result<()> {
    if let Some(missing) = parameters.iter().skip(fields.len()).find(|p| p.is_required()) {
        let hint = match missing.kind {
            Kind::Fit(_) | Kind::FitList(_) => " (a fitted scale, or OVER (...) to fit in place)",
            _ => "",
        };
        return plan_err!("{name}: argument '{}' must be given, found none{hint}", missing.name);
    }
    if fields.len() > parameters.len() {
        return plan_err!(
            "{name}: must have at most {}, found {}",
            arguments(parameters.len()),
            fields.len()
        );
    }
    for (i, (parameter, field)) in parameters.iter().zip(fields).enumerate() {
        let (given, wanted) = (field.data_type(), parameter.name);
        match parameter.kind {
            Kind::Number | Kind::Constant if !is_number(given) => {
                return plan_err!("{name}: {wanted} must be a number, found {}", sql_name(given));
            }
            Kind::Lag if !is_number(given) && !is_time(given) => {
                return plan_err!(
                    "{name}: {wanted} must be a number, an INTERVAL or a text such as '1 year', found \
                     {}",
                    sql_name(given)
                );
            }
            Kind::Boolean | Kind::Switch if *given != DataType::Boolean => {
                return plan_err!("{name}: {wanted} must be BOOLEAN, found {}", sql_name(given));
            }
            Kind::Base if names_span(fields[i - 1].data_type(), given) => {}
            Kind::SameAsPrevious | Kind::Base
                if given != plain(fields[i - 1].data_type()) || given.is_nested() =>
            {
                return plan_err!(
                    "{name}: {wanted} must be of the type of {}, {}, found {}",
                    parameters[i - 1].name,
                    sql_name(fields[i - 1].data_type()),
                    sql_name(given)
                );
            }
            Kind::Constants if !matches!(given, DataType::List(_)) => {
                return plan_err!(
                    "{name}: {wanted} must be a list of numbers, found {}",
                    sql_name(given)
                );
            }
            Kind::Choice(words) if !plain(given).is_string() => {
                return plan_err!(
                    "{name}: {wanted} must be one of {}, found {}",
                    words.join(", "),
                    sql_name(given)
                );
            }
            Kind::FitList(field) if !is_fit_list(given, field) => {
                return plan_err!(
                    "{name}: {wanted} must be a STRUCT with the field {field}, a list of DOUBLE, found \
                     {} (or add OVER (...) to fit in place)",
                    sql_name(given)
                );
            }
            Kind::Fit(names) if !is_fit(given, names) => {
                return plan_err!(
                    "{name}: {wanted} must be a STRUCT with the fields {}, found {} (or add OVER (...) \
                     to fit in place)",
                    names.join(", "),
                    sql_name(given)
                );
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_number(data_type: &DataType) -> bool {
    let data_type = plain(data_type);
    data_type.is_numeric() || *data_type == DataType::Null
}

fn is_time(data_type: &DataType) -> bool {
    plain(data_type).is_string() || matches!(data_type, DataType::Interval(_))
}

fn is_fit(data_type: &DataType, names: &[&str]) -> bool {
    match data_type {
        DataType::Null => true,
        DataType::Struct(fields) => names
            .iter()
            .all(|name| fields.find(name).is_some_and(|(_, field)| is_number(field.data_type()))),
        _ => false,
    }
}

fn is_fit_list(data_type: &DataType, name: &str) -> bool {
    match data_type {
        DataType::Null => true,
        DataType::Struct(fields) => fields.find(name).is_some_and(|(_, field)| {
            matches!(field.data_type(), DataType::List(item) if *item.data_type() == DataType::Float64)
        }),
        _ => false,
    }
}

/// Numbers of one argument: a column, or one for all rows.
pub enum Numbers {
    Column(Float64Array),
    Constant(Option<f64>),
}

impl Numbers {
    pub fn new(value: &ColumnarValue) -> Result<Self> {
        Ok(match value {
            ColumnarValue::Array(array) => Self::Column(doubles(array)?),
            ColumnarValue::Scalar(scalar) => {
                let cast = scalar.cast_to(&DataType::Float64)?;
                match cast {
                    ScalarValue::Float64(number) => Self::Constant(number),
                    other => return exec_err!("an argument must be a number, found {other}"),
                }
            }
        })
    }

    #[inline]
    pub fn get(&self, row: usize) -> Option<f64> {
        match self {
            Self::Column(column) => column.is_valid(row).then(|| column.value(row)),
            Self::Constant(number) => *number,
        }
    }
}

/// A sorted list of numbers per row, or one for all rows.
pub enum SortedList {
    Column(ListArray),
    Constant(Option<Vec<f64>>),
}

impl SortedList {
    /// The list of a row, for as long as `f` runs; none where there is no list.
    #[inline]
    pub fn with<R>(&self, row: usize, f: impl FnOnce(&[f64]) -> R) -> Option<R> {
        match self {
            Self::Column(lists) if lists.is_valid(row) => {
                let (offsets, values) = (lists.value_offsets(), lists.values());
                let numbers = values.as_primitive::<Float64Type>().values();
                Some(f(&numbers[offsets[row] as usize..offsets[row + 1] as usize]))
            }
            Self::Column(_) => None,
            Self::Constant(list) => list.as_deref().map(f),
        }
    }
}
