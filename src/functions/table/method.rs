//! The text of a method: `minmax(lower => 1, upper => 100)`, written as in SQL, without the prefix.

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, ScalarValue, plan_datafusion_err, plan_err};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use crate::arguments::assign::assign;
use crate::engine::registry::Registry;
use crate::framework::Row;
use crate::hint;
use crate::index::methods::bound::fault;
use crate::index::methods::call::{MethodCall, Step};
use crate::index::methods::rows::{RowMethod, RowMethods};
use crate::page::{Page, Parameter};

/// Reads a method of a step. None for `'none'`.
pub fn parse(registry: &Registry, step: Step, text: &str) -> Result<Option<MethodCall>> {
    let option = step.option();
    let (name, arguments) = read(text).map_err(|_| {
        plan_datafusion_err!(
            "{option} must be the name of a method, with arguments in parentheses or without, \
             got '{text}'"
        )
    })?;
    let name = name.to_lowercase();
    if name == "none" && arguments.is_empty() && step != Step::Aggregation {
        return Ok(None);
    }
    let pages = pages(registry, step);
    let short = |page: &Page| page.name.trim_start_matches(step.prefix()).to_owned();
    let Some(page) = pages.iter().find(|page| page.name == name || short(page) == name) else {
        let mut known: Vec<String> = pages.iter().map(|page| short(page)).collect();
        if step != Step::Aggregation {
            known.push("none".to_owned());
        }
        let hint = hint::did_you_mean(&name, known.iter().map(String::as_str));
        return plan_err!("{option} must be one of {}, got '{name}'{hint}", known.join(", "));
    };
    let mut call = MethodCall::new(page, text);
    let own: Vec<&Parameter> = call.own().map(|(_, parameter)| parameter).collect();
    for (parameter, value) in assign(page.name, &own, &own, arguments)? {
        let not_constant = |found: &str| {
            plan_datafusion_err!(
                "{}: {} must be a constant, got {found}",
                page.name,
                parameter.name
            )
        };
        let FunctionArgExpr::Expr(value) = value else {
            return Err(not_constant(&value.to_string()));
        };
        let value = word_or_constant(&value).map_err(|_| not_constant(&value.to_string()))?;
        call.set(parameter.role, parameter.name, value)?;
    }
    Ok(Some(call))
}

/// The functions that can be methods of the step that has this prefix, and whether 'none' can.
pub fn of_prefix(registry: &Registry, prefix: &str) -> (Vec<&'static Page>, bool) {
    const STEPS: [Step; 6] = [
        Step::Imputation,
        Step::Treatment,
        Step::Transformation,
        Step::Normalisation,
        Step::Weighting,
        Step::Aggregation,
    ];
    let step = STEPS.into_iter().find(|step| step.prefix() == prefix);
    let pages = step.map(|step| pages(registry, step)).unwrap_or_default();
    (pages, step != Some(Step::Aggregation))
}

/// The functions that can stand for a step, as they are registered for it.
fn pages(registry: &Registry, step: Step) -> Vec<&'static Page> {
    match step {
        Step::Imputation => registry.imputations.clone(),
        Step::Treatment => registry.treatments.clone(),
        Step::Normalisation => registry.normalisations.iter().map(|entry| entry.page).collect(),
        Step::Transformation => registry.transformations.iter().map(|known| known.page).collect(),
        Step::Weighting => registry.weighers.iter().map(|weigher| weigher.page).collect(),
        Step::Aggregation => registry.aggregators.iter().map(|known| known.page).collect(),
    }
}

/// The methods that the rows of a framework name, and a fault for each text that names none.
pub fn of_rows(registry: &Registry, rows: &[Row]) -> (RowMethods, Vec<String>) {
    let (mut methods, mut faults) = (RowMethods::default(), Vec::new());
    for row in rows {
        let code = row.code.as_deref().unwrap_or_default();
        let mut read = |step: Step, text: &Option<String>| {
            let method = text.as_deref().map(|text| parse(registry, step, text)).transpose();
            method.unwrap_or_else(|error| {
                faults.push(fault(code, &error));
                None
            })
        };
        let normalisation = read(Step::Normalisation, &row.normalisation);
        let aggregation = read(Step::Aggregation, &row.aggregation).flatten();
        let transform = read(Step::Transformation, &row.transform).flatten();
        methods.insert(code, RowMethod { normalisation, aggregation, transform });
    }
    (methods, faults)
}

/// A name, and arguments in parentheses if there are any.
fn read(text: &str) -> Result<(String, Vec<FunctionArg>)> {
    let mut parser = Parser::new(&GenericDialect {}).try_with_sql(text)?;
    let expr = parser.parse_expr()?;
    parser.expect_token(&datafusion::sql::sqlparser::tokenizer::Token::EOF)?;
    match expr {
        Expr::Identifier(name) => Ok((name.value, Vec::new())),
        Expr::Function(function) if function.over.is_none() && function.filter.is_none() => {
            let is_plain = function.parameters == FunctionArguments::None
                && function.null_treatment.is_none()
                && function.within_group.is_empty();
            let arguments = match function.args {
                _ if !is_plain => return plan_err!("no method"),
                FunctionArguments::List(list)
                    if list.duplicate_treatment.is_some() || !list.clauses.is_empty() =>
                {
                    return plan_err!("no method");
                }
                FunctionArguments::List(list) => list.args,
                FunctionArguments::None => Vec::new(),
                FunctionArguments::Subquery(_) => return plan_err!("no subquery"),
            };
            Ok((function.name.to_string(), arguments))
        }
        // Words of SQL that are names of methods as well.
        Expr::Value(value) if matches!(value.value, Value::Null) => {
            plan_err!("NULL is no method")
        }
        other => Ok((other.to_string(), Vec::new())),
    }
}

/// A constant; a word stands for itself, as in `pca(form => loading)`.
fn word_or_constant(expr: &Expr) -> Result<ScalarValue> {
    match expr {
        Expr::Identifier(word) => Ok(ScalarValue::from(word.value.as_str())),
        expr => constant(expr),
    }
}

/// The value of a constant expression.
pub fn constant(expr: &Expr) -> Result<ScalarValue> {
    let not_constant = || plan_datafusion_err!("an argument must be a constant, found {expr}");
    Ok(match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => number(text).ok_or_else(not_constant)?,
            Value::SingleQuotedString(text) => ScalarValue::from(text.as_str()),
            Value::Boolean(truth) => ScalarValue::from(*truth),
            Value::Null => ScalarValue::Null,
            _ => return Err(not_constant()),
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match constant(expr)? {
            ScalarValue::Int64(Some(x)) => ScalarValue::from(-x),
            ScalarValue::Float64(Some(x)) => ScalarValue::from(-x),
            _ => return Err(not_constant()),
        },
        // A number that has no short decimal form, such as 10.0 / 9.
        Expr::BinaryOp { left, op: BinaryOperator::Divide, right } => {
            let number = |expr| constant(expr)?.cast_to(&DataType::Float64);
            match (number(left)?, number(right)?) {
                (ScalarValue::Float64(Some(x)), ScalarValue::Float64(Some(y))) if y != 0.0 => {
                    ScalarValue::from(x / y)
                }
                _ => return Err(not_constant()),
            }
        }
        Expr::UnaryOp { op: UnaryOperator::Plus, expr } | Expr::Nested(expr) => constant(expr)?,
        Expr::Array(array) => {
            let values = array.elem.iter().map(constant).collect::<Result<Vec<_>>>()?;
            let all_text = values.iter().all(|value| value.data_type().is_string());
            let wanted = if all_text { DataType::Utf8 } else { DataType::Float64 };
            let cast = |value: &ScalarValue| value.cast_to(&wanted).map_err(|_| not_constant());
            let values = values.iter().map(cast).collect::<Result<Vec<_>>>()?;
            ScalarValue::List(ScalarValue::new_list_nullable(&values, &wanted))
        }
        // INTERVAL '1 year': a text that is read as time of the calendar.
        Expr::Interval(interval) => {
            let count = constant(&interval.value)?;
            let unit = interval.leading_field.as_ref().map(|unit| format!(" {unit}"));
            ScalarValue::from(format!("{count}{}", unit.unwrap_or_default()))
        }
        // DATE '2024-01-01'
        Expr::TypedString(typed) => match &typed.value.value {
            Value::SingleQuotedString(text) => {
                let wanted = match typed.data_type {
                    datafusion::sql::sqlparser::ast::DataType::Date => DataType::Date32,
                    datafusion::sql::sqlparser::ast::DataType::Timestamp(..) => {
                        DataType::Timestamp(TimeUnit::Nanosecond, None)
                    }
                    _ => return Err(not_constant()),
                };
                ScalarValue::from(text.as_str()).cast_to(&wanted)?
            }
            _ => return Err(not_constant()),
        },
        _ => return Err(not_constant()),
    })
}

fn number(text: &str) -> Option<ScalarValue> {
    match text.parse::<i64>() {
        Ok(whole) => Some(ScalarValue::from(whole)),
        Err(_) => text.parse::<f64>().ok().filter(|x: &f64| x.is_finite()).map(ScalarValue::from),
    }
}
