//! What a call may look like: how many arguments, of which types, and how they become numbers.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, FieldRef, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::ColumnarValue;

use super::page::{Kind, Parameter};

/// The types the engine shall cast the arguments to. What does not fit stays as it is: [`check`]
/// says so in one line, where the engine would print its candidate signatures.
pub(super) fn coerce(parameters: &[Parameter], types: &[DataType]) -> Vec<DataType> {
    let mut coerced: Vec<DataType> = Vec::with_capacity(types.len());
    for (i, given) in types.iter().enumerate() {
        let wanted = match parameters.get(i).map(|parameter| parameter.kind) {
            Some(Kind::Number | Kind::Constant) if is_number(given) => DataType::Float64,
            Some(Kind::Boolean) if *given == DataType::Null => DataType::Boolean,
            Some(Kind::Any) => plain(given).clone(),
            Some(Kind::SameAsPrevious) => coerced[i - 1].clone(),
            _ => given.clone(),
        };
        coerced.push(wanted);
    }
    coerced
}

/// Number and types of the arguments of `name`, or one error that says which is wrong.
pub(super) fn check(name: &str, parameters: &[Parameter], fields: &[FieldRef]) -> Result<()> {
    if let Some(missing) = parameters.iter().skip(fields.len()).find(|p| p.default.is_none()) {
        let hint = match missing.kind {
            Kind::Fit(_) => " (a fitted scale), or OVER (...) to fit it in place",
            _ => "",
        };
        return plan_err!("{name}: argument '{}' is missing{hint}", missing.name);
    }
    if fields.len() > parameters.len() {
        return plan_err!(
            "{name}: at most {} arguments can be given, found {}",
            parameters.len(),
            fields.len()
        );
    }
    for (parameter, field) in parameters.iter().zip(fields) {
        let (given, wanted) = (field.data_type(), parameter.name);
        match parameter.kind {
            Kind::Number | Kind::Constant if !is_number(given) => {
                return plan_err!("{name}: {wanted} must be a number, found {}", sql_name(given));
            }
            Kind::Boolean if *given != DataType::Boolean => {
                return plan_err!("{name}: {wanted} must be BOOLEAN, found {}", sql_name(given));
            }
            Kind::Fit(names) if !is_fit(given, names) => {
                return plan_err!(
                    "{name}: {wanted} must be a STRUCT with the fields {} (or add OVER (...) to fit \
                     in place), found {}",
                    names.join(", "),
                    sql_name(given)
                );
            }
            _ => {}
        }
    }
    Ok(())
}

fn plain(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, values) => values,
        other => other,
    }
}

fn is_number(data_type: &DataType) -> bool {
    let data_type = plain(data_type);
    data_type.is_numeric() || *data_type == DataType::Null
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

/// The name of a type as SQL knows it.
fn sql_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "VARCHAR".into(),
        DataType::Dictionary(_, values) => sql_name(values),
        DataType::Boolean => "BOOLEAN".into(),
        DataType::Int64 => "BIGINT".into(),
        DataType::Int32 => "INTEGER".into(),
        DataType::Float64 => "DOUBLE".into(),
        DataType::Date32 | DataType::Date64 => "DATE".into(),
        DataType::Timestamp(..) => "TIMESTAMP".into(),
        DataType::Struct(_) => format!("{data_type}").to_uppercase(),
        other => format!("{other}"),
    }
}

/// Numbers of one argument: a column, or one for all rows.
pub(super) enum Numbers {
    Column(Float64Array),
    Constant(Option<f64>),
}

impl Numbers {
    pub(super) fn new(value: &ColumnarValue) -> Result<Self> {
        Ok(match value {
            ColumnarValue::Array(array) => Self::Column(doubles(array)?),
            ColumnarValue::Scalar(scalar) => {
                let cast = scalar.cast_to(&DataType::Float64)?;
                match cast {
                    ScalarValue::Float64(number) => Self::Constant(number),
                    other => return exec_err!("a number was expected, found {other}"),
                }
            }
        })
    }

    #[inline]
    pub(super) fn get(&self, row: usize) -> Option<f64> {
        match self {
            Self::Column(column) => column.is_valid(row).then(|| column.value(row)),
            Self::Constant(number) => *number,
        }
    }
}

/// An array as DOUBLE.
pub(super) fn doubles(array: &ArrayRef) -> Result<Float64Array> {
    Ok(match array.as_primitive_opt::<Float64Type>() {
        Some(doubles) => doubles.clone(),
        None => cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone(),
    })
}
