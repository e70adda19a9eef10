//! A method as a framework or a call names it: `minmax(lower => 1, upper => 100)`.
//!
//! It is the function of that name without its prefix. What the index itself provides (values,
//! periods, directions, weights) is left out; the rest is written as in SQL.

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{DataFusionError, Result, ScalarValue, plan_datafusion_err, plan_err};
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use crate::functions::assign::assign;
use crate::functions::engine::constants::{Constants, typed};
use crate::functions::page::{Page, Parameter, Role};
use crate::functions::registry;
use crate::hint;

/// A step of the index, which decides what family of functions is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Imputation,
    Treatment,
    Normalisation,
    Weighting,
    Aggregation,
}

impl Step {
    /// Its name as an option.
    pub(super) fn option(self) -> &'static str {
        match self {
            Self::Imputation => "imputation",
            Self::Treatment => "treatment",
            Self::Normalisation => "normalisation",
            Self::Weighting => "weighting",
            Self::Aggregation => "aggregation",
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Imputation => "impute_",
            Self::Treatment => "treat_",
            Self::Normalisation => "norm_",
            Self::Weighting => "weight_",
            Self::Aggregation => "agg_",
        }
    }

    /// The functions that can stand for this step, as they are registered for it.
    fn pages(self) -> Vec<&'static Page> {
        let registry = registry();
        match self {
            Self::Imputation => registry.imputations.clone(),
            Self::Treatment => registry.treatments.clone(),
            Self::Normalisation => registry.normalisations.iter().map(|entry| entry.page).collect(),
            Self::Weighting => registry.weighers.iter().map(|weigher| weigher.page).collect(),
            Self::Aggregation => registry.aggregators.iter().map(|known| known.page).collect(),
        }
    }
}

/// A method and the arguments it was given.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    pub page: &'static Page,
    /// One per parameter of the function as the index calls it; none where nothing was said.
    given: Vec<Option<ScalarValue>>,
    /// As it was written.
    pub text: String,
}

impl Call {
    /// Reads a method of a step. None for `'none'`.
    pub(super) fn parse(step: Step, text: &str) -> Result<Option<Self>> {
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
        let pages = step.pages();
        let short = |page: &Page| page.name.trim_start_matches(step.prefix()).to_owned();
        let Some(page) = pages.iter().find(|page| page.name == name || short(page) == name) else {
            let mut known: Vec<String> = pages.iter().map(|page| short(page)).collect();
            if step != Step::Aggregation {
                known.push("none".to_owned());
            }
            let hint = hint::did_you_mean(&name, known.iter().map(String::as_str));
            return plan_err!("{option} must be one of {}, got '{name}'{hint}", known.join(", "));
        };
        let mut call = Self {
            page,
            given: vec![None; page.parameters_of(true).len()],
            text: text.trim().to_owned(),
        };
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

    /// What the method can be told: positions and parameters.
    fn own(&self) -> impl Iterator<Item = (usize, &'static Parameter)> + use<> {
        let parameters = self.page.parameters_of(true);
        parameters.iter().enumerate().filter(|(_, parameter)| !parameter.role.is_provided())
    }

    /// The argument that has this role.
    pub(super) fn argument(&self, role: Role) -> Option<&'static Parameter> {
        self.own().map(|(_, parameter)| parameter).find(|parameter| parameter.role == role)
    }

    /// Whether the method has this argument.
    pub(super) fn takes(&self, role: Role) -> bool {
        self.argument(role).is_some()
    }

    /// Whether the index calls the method with this.
    pub(super) fn sees(&self, role: Role) -> bool {
        self.page.parameters_of(true).iter().any(|parameter| parameter.role == role)
    }

    /// What an argument was set to.
    pub(super) fn get(&self, role: Role) -> Option<&ScalarValue> {
        let (slot, _) = self.own().find(|(_, parameter)| parameter.role == role)?;
        self.given[slot].as_ref()
    }

    /// Whether the argument was set, and to NULL no more than to anything else.
    fn set(&mut self, role: Role, name: &str, value: ScalarValue) -> Result<()> {
        let slot =
            self.own().find(|(_, parameter)| parameter.role == role && parameter.name == name);
        let Some((slot, parameter)) = slot else {
            return plan_err!("{}: argument '{name}' not found", self.page.name);
        };
        self.given[slot] = Some(typed(self.page.name, parameter, &value)?);
        Ok(())
    }

    /// Sets the argument of a role, whatever it was.
    pub(super) fn replace(&mut self, role: Role, value: ScalarValue) -> Result<()> {
        match self.argument(role) {
            Some(parameter) => self.set(role, parameter.name, value),
            None => {
                plan_err!("{}: an argument of this role must be known, found none", self.page.name)
            }
        }
    }

    /// The arguments that must be given and were not.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        let is_missing = |(slot, parameter): &(usize, &Parameter)| {
            parameter.is_required() && self.given[*slot].is_none()
        };
        self.own().filter(is_missing).map(|(_, parameter)| parameter.name).collect()
    }

    /// The constants of the call.
    pub(super) fn constants(&self) -> Constants {
        Constants::of_values(self.page.name, self.page.parameters_of(true), &self.given)
    }
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
pub(super) fn constant(expr: &Expr) -> Result<ScalarValue> {
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
        Expr::UnaryOp { op: UnaryOperator::Plus, expr } | Expr::Nested(expr) => constant(expr)?,
        Expr::Array(array) => {
            let values = array.elem.iter().map(constant).collect::<Result<Vec<_>>>()?;
            let all_text = values.iter().all(|value| value.data_type().is_string());
            let wanted = if all_text { DataType::Utf8 } else { DataType::Float64 };
            let cast = |value: &ScalarValue| value.cast_to(&wanted).map_err(|_| not_constant());
            let values = values.iter().map(cast).collect::<Result<Vec<_>>>()?;
            ScalarValue::List(ScalarValue::new_list_nullable(&values, &wanted))
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

/// An error with the place it happened at.
pub(super) fn at(place: &str, error: DataFusionError) -> DataFusionError {
    let execution = matches!(error.find_root(), DataFusionError::Execution(_));
    match error {
        error @ DataFusionError::ResourcesExhausted(_) => error,
        error => {
            let text = format!("{place}: {}", crate::error::describe(&error));
            if execution { DataFusionError::Execution(text) } else { DataFusionError::Plan(text) }
        }
    }
}
