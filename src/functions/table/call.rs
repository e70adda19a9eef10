//! A method as a framework or a call names it: `minmax(lower => 1, upper => 100)`.
//!
//! It is the function of that name without its prefix. What the index itself provides (values,
//! periods, directions, weights) is left out; the rest is written as in SQL.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result, ScalarValue, plan_datafusion_err, plan_err};
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use crate::functions::page::{Kind, Page, Parameter};

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

    /// The functions that can stand for this step.
    fn pages(self) -> impl Iterator<Item = &'static Page> {
        // A test of a treatment, the source of an imputation, and weights that do not come from
        // the scores of siblings are no steps.
        const NO_STEP: &[&str] =
            &["treat_passes", "impute_last_period", "weight_ahp", "weight_bod"];
        crate::functions::pages().filter(move |page| {
            page.name.starts_with(self.prefix()) && !NO_STEP.contains(&page.name)
        })
    }
}

/// A method and the arguments it was given.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    pub page: &'static Page,
    /// One per parameter of the function as the index calls it; none where nothing was said.
    pub given: Vec<Option<ScalarValue>>,
    /// As it was written.
    pub text: String,
}

/// Parameters that the index provides.
const PROVIDED: &[&str] =
    &["value", "score", "unit", "indicator", "period", "direction", "weight", "min_coverage"];

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
        let short = |page: &Page| page.name.trim_start_matches(step.prefix()).to_owned();
        let Some(page) = step.pages().find(|page| page.name == name || short(page) == name) else {
            let mut known: Vec<String> = step.pages().map(short).collect();
            if step != Step::Aggregation {
                known.push("none".to_owned());
            }
            let hint = near(&name, known.iter().map(String::as_str))
                .map_or_else(String::new, |near| format!("; did you mean '{near}'?"));
            return plan_err!("{option} must be one of {}, got '{name}'{hint}", known.join(", "));
        };
        let mut call = Self {
            page,
            given: vec![None; page.parameters_of(true).len()],
            text: text.trim().to_owned(),
        };
        let mut by_position = call.own().map(|(i, _)| i).collect::<Vec<_>>().into_iter();
        for argument in arguments {
            let (slot, value) = match argument {
                FunctionArg::Named { name, arg, .. } => {
                    by_position = Vec::new().into_iter();
                    (call.slot(&name.value)?, arg)
                }
                FunctionArg::ExprNamed { name: Expr::Identifier(name), arg, .. } => {
                    by_position = Vec::new().into_iter();
                    (call.slot(&name.value)?, arg)
                }
                FunctionArg::Unnamed(arg) => match by_position.next() {
                    Some(slot) => (slot, arg),
                    None => {
                        return plan_err!("{option} '{text}': arguments must be {}", call.names());
                    }
                },
                other => {
                    return plan_err!(
                        "{option} '{text}': an argument must be a constant, got {other}"
                    );
                }
            };
            let FunctionArgExpr::Expr(value) = value else {
                return plan_err!("{option} '{text}': an argument must be a constant, got {value}");
            };
            call.set(slot, constant(&value)?)?;
        }
        Ok(Some(call))
    }

    /// What the method can be told: positions and parameters.
    fn own(&self) -> impl Iterator<Item = (usize, &'static Parameter)> + use<> {
        let parameters = self.page.parameters_of(true);
        parameters.iter().enumerate().filter(|(_, p)| !PROVIDED.contains(&p.name))
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.own().map(|(_, parameter)| parameter.name).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }

    fn slot(&self, name: &str) -> Result<usize> {
        match self.own().find(|(_, parameter)| parameter.name.eq_ignore_ascii_case(name)) {
            Some((slot, _)) => Ok(slot),
            None => plan_err!(
                "{}: there is no argument '{name}' here; the arguments are {}",
                self.page.name,
                self.names()
            ),
        }
    }

    /// Whether the method has this argument.
    pub(super) fn takes(&self, name: &str) -> bool {
        self.own().any(|(_, parameter)| parameter.name == name)
    }

    /// Whether the index calls the method with this.
    pub(super) fn sees(&self, name: &str) -> bool {
        self.page.parameters_of(true).iter().any(|parameter| parameter.name == name)
    }

    /// What an argument was set to.
    pub(super) fn get(&self, name: &str) -> Option<&ScalarValue> {
        let (slot, _) = self.own().find(|(_, parameter)| parameter.name == name)?;
        self.given[slot].as_ref()
    }

    /// Sets an argument that has not been given yet.
    pub(super) fn set_default(&mut self, name: &str, value: ScalarValue) -> Result<()> {
        let slot = self.slot(name)?;
        if self.given[slot].is_none() {
            self.set(slot, value)?;
        }
        Ok(())
    }

    /// Sets an argument, whatever it was.
    pub(super) fn replace(&mut self, name: &str, value: ScalarValue) -> Result<()> {
        let slot = self.slot(name)?;
        self.given[slot] = None;
        self.set(slot, value)
    }

    fn set(&mut self, slot: usize, value: ScalarValue) -> Result<()> {
        let parameter = &self.page.parameters_of(true)[slot];
        let (name, function) = (parameter.name, self.page.name);
        if self.given[slot].is_some() {
            return plan_err!("{function}: {name} is given twice");
        }
        let wrong = |must_be: &str| plan_err!("{function}: {name} must be {must_be}, got {value}");
        let value = match parameter.kind {
            Kind::Number | Kind::Constant => match value.cast_to(&DataType::Float64) {
                Ok(number) if value.data_type().is_numeric() || value.is_null() => number,
                _ => return wrong("a number"),
            },
            Kind::Constants => match value.cast_to(&DataType::new_list(DataType::Float64, true)) {
                Ok(list) if value.data_type().is_list() => list,
                _ => return wrong("a list of numbers"),
            },
            Kind::Choice(words) => match value.try_as_str().flatten() {
                Some(word) if words.iter().any(|known| known.eq_ignore_ascii_case(word)) => value,
                _ => return wrong(&format!("one of {}", words.join(", "))),
            },
            Kind::Boolean | Kind::Switch => match value {
                ScalarValue::Boolean(Some(_)) => value,
                _ => return wrong("true or false"),
            },
            _ => value,
        };
        self.given[slot] = Some(value);
        Ok(())
    }

    /// The arguments that must be given and were not.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        let is_missing = |(slot, parameter): &(usize, &Parameter)| {
            parameter.default.is_none() && self.given[*slot].is_none()
        };
        self.own().filter(is_missing).map(|(_, parameter)| parameter.name).collect()
    }

    /// The constants of the call, one per parameter: its default where nothing was said, NULL where
    /// the index provides a column.
    pub(super) fn constants(&self) -> Result<Vec<ScalarValue>> {
        let parameters = self.page.parameters_of(true);
        let constant = |(given, parameter): (&Option<ScalarValue>, &Parameter)| match given {
            Some(value) => Ok(value.clone()),
            None => default(parameter),
        };
        self.given.iter().zip(parameters).map(constant).collect()
    }
}

/// The constant that a parameter has by default; NULL if it has none.
pub(super) fn default(parameter: &Parameter) -> Result<ScalarValue> {
    let Some(text) = parameter.default else { return Ok(ScalarValue::Null) };
    let mut parser = Parser::new(&GenericDialect {}).try_with_sql(text)?;
    let value = constant(&parser.parse_expr()?)?;
    match parameter.kind {
        Kind::Number | Kind::Constant => value.cast_to(&DataType::Float64),
        Kind::Constants if !value.is_null() => {
            value.cast_to(&DataType::new_list(DataType::Float64, true))
        }
        _ => Ok(value),
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

/// The value of a constant expression.
pub(super) fn constant(expr: &Expr) -> Result<ScalarValue> {
    let not_constant = || plan_datafusion_err!("'{expr}' must be a constant");
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

/// The known word that is nearest to another, if one is near.
pub(super) fn near<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| (strsim::normalized_damerau_levenshtein(word, known), known))
        .filter(|(likeness, _)| *likeness > 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
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
