//! Rows of a framework out of record batches.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArray};
use datafusion::arrow::compute::{can_cast_types, cast};
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};

use super::faults::Faults;
use super::row::Row;
use crate::columns::Columns;
use crate::types::{doubles, plain, sql_name};

/// Columns of text; integers serve as well.
const TEXTS: [&str; 9] = [
    "code",
    "parent",
    "label",
    "normalisation",
    "aggregation",
    "coverage_by",
    "rounding",
    "transform",
    "denominator",
];
/// Columns of numbers.
const NUMBERS: [&str; 9] = [
    "weight",
    "direction",
    "lower",
    "upper",
    "target",
    "min_coverage",
    "decimals",
    "denominator_scale",
    "min_children",
];
/// The column of base periods, of any type.
const BASE: &str = "base";
/// Names that decide no number: what is near them is a column of the user's own.
const NAMES: [&str; 1] = ["label"];
/// Other words of the field for what a column is.
const SYNONYMS: [(&str, &str); 16] = [
    ("transformation", "transform"),
    ("polarity", "direction"),
    ("sign", "direction"),
    ("w", "weight"),
    ("wt", "weight"),
    ("wgt", "weight"),
    ("lower_bound", "lower"),
    ("lower_goalpost", "lower"),
    ("lower_limit", "lower"),
    ("upper_bound", "upper"),
    ("upper_goalpost", "upper"),
    ("upper_limit", "upper"),
    ("base_period", "base"),
    ("base_year", "base"),
    ("norm", "normalisation"),
    ("agg", "aggregation"),
];

/// The columns that a framework table may have.
pub fn columns() -> impl Iterator<Item = &'static str> {
    TEXTS.into_iter().chain(NUMBERS).chain([BASE])
}

/// Checks the columns of a framework table by name and type. Case is ignored; a column that is there
/// twice, or is near the name of one that is missing, is a fault; others are the user's own.
///
/// # Errors
/// Planning: all that is wrong with the columns.
pub fn check_schema(schema: &Schema) -> Result<()> {
    let given = Columns::of(schema);
    let mut faults = Vec::new();
    let mut fault = |what: String| faults.push(format!("framework: {what}"));
    for name in columns() {
        let position = match given.find(name) {
            Ok(Some(position)) => position,
            Ok(None) if name == "code" => {
                fault(format!("must have a column 'code', found {}", given.list_quoted()));
                continue;
            }
            Ok(None) => continue,
            Err(twice) => {
                fault(twice);
                continue;
            }
        };
        let type_given = schema.field(position).data_type();
        let wanted = if TEXTS.contains(&name) && !is_text(type_given) {
            "text"
        } else if NUMBERS.contains(&name) && !is_number(type_given) {
            "a number"
        } else {
            continue;
        };
        fault(format!("column '{name}' must be {wanted}, found {}", sql_name(type_given)));
    }
    let decide: Vec<&str> = columns().filter(|name| !NAMES.contains(name)).collect();
    given.slips(&decide, &SYNONYMS).into_iter().for_each(fault);
    if faults.is_empty() { Ok(()) } else { plan_err!("{}", Faults(faults)) }
}

fn is_text(data_type: &DataType) -> bool {
    let kind = plain(data_type);
    (kind.is_string() || kind.is_integer() || kind.is_null())
        && can_cast_types(data_type, &DataType::Utf8)
}

fn is_number(data_type: &DataType) -> bool {
    let kind = plain(data_type);
    (kind.is_numeric() || kind.is_null()) && can_cast_types(data_type, &DataType::Float64)
}

/// Rows of a framework table, columns by name.
///
/// # Errors
/// As [`check_schema`]; a column that is not in a batch.
pub fn rows(schema: &Schema, batches: &[RecordBatch]) -> Result<Vec<Row>> {
    check_schema(schema)?;
    let mut rows = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for batch in batches {
        read(schema, batch, &mut rows)?;
    }
    Ok(rows)
}

fn read(schema: &Schema, batch: &RecordBatch, rows: &mut Vec<Row>) -> Result<()> {
    // By position: batches may carry other names and types than the plan that makes them says.
    let columns = Columns::of(schema);
    let column = |name: &str| -> Result<Option<&ArrayRef>> {
        match columns.find(name).map(|position| position.map(|i| batch.columns().get(i))) {
            Ok(None) => Ok(None),
            Ok(Some(Some(column))) => Ok(Some(column)),
            Ok(Some(None)) => {
                exec_err!("framework: column '{name}' must be in every batch, found one without it")
            }
            Err(twice) => exec_err!("framework: {twice}"),
        }
    };
    let text = |name: &str| -> Result<Option<StringArray>> {
        let Some(column) = column(name)? else { return Ok(None) };
        Ok(Some(cast(column, &DataType::Utf8)?.as_string::<i32>().clone()))
    };
    let number =
        |name: &str| -> Result<Option<Float64Array>> { column(name)?.map(doubles).transpose() };
    let [
        code,
        parent,
        label,
        normalisation,
        aggregation,
        coverage_by,
        rounding,
        transform,
        denominator,
    ] = TEXTS.map(text);
    let [weight, direction, lower, upper, target, min_coverage, decimals, scale, min_children] =
        NUMBERS.map(number);
    let (code, parent, label) = (code?, parent?, label?);
    let (normalisation, aggregation, coverage_by) = (normalisation?, aggregation?, coverage_by?);
    let (weight, direction, lower, upper) = (weight?, direction?, lower?, upper?);
    let (target, min_coverage, base) = (target?, min_coverage?, column(BASE)?);
    let (decimals, rounding, min_children) = (decimals?, rounding?, min_children?);
    let (transform, denominator, scale) = (transform?, denominator?, scale?);
    for i in 0..batch.num_rows() {
        rows.push(Row {
            code: text_at(code.as_ref(), i),
            parent: text_at(parent.as_ref(), i),
            weight: number_at(weight.as_ref(), i),
            direction: number_at(direction.as_ref(), i),
            label: text_at(label.as_ref(), i),
            lower: number_at(lower.as_ref(), i),
            upper: number_at(upper.as_ref(), i),
            target: number_at(target.as_ref(), i),
            base: base.map(|base| period_at(base, i)).transpose()?.flatten(),
            denominator: text_at(denominator.as_ref(), i),
            denominator_scale: number_at(scale.as_ref(), i),
            transform: text_at(transform.as_ref(), i),
            normalisation: text_at(normalisation.as_ref(), i),
            aggregation: text_at(aggregation.as_ref(), i),
            decimals: number_at(decimals.as_ref(), i),
            rounding: text_at(rounding.as_ref(), i),
            min_coverage: number_at(min_coverage.as_ref(), i),
            min_children: number_at(min_children.as_ref(), i),
            coverage_by: text_at(coverage_by.as_ref(), i),
        });
    }
    Ok(())
}

fn text_at(column: Option<&StringArray>, row: usize) -> Option<String> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row).to_owned())
}

fn number_at(column: Option<&Float64Array>, row: usize) -> Option<f64> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row))
}

fn period_at(column: &ArrayRef, row: usize) -> Result<Option<ScalarValue>> {
    let period = match ScalarValue::try_from_array(column, row)? {
        ScalarValue::Dictionary(_, value) => *value,
        other => other,
    };
    Ok((!period.is_null()).then_some(period))
}
