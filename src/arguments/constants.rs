//! The constants of a call: what each argument was given as, else its default, read by its kind.
//!
//! One reader for all ways to give a constant: as an argument of a function of SQL, within the text
//! of a method (`'minmax(1, 100)'`), and by name to a table function.

use std::ops::RangeInclusive;
use std::sync::Arc;

use datafusion::arrow::array::Array;
use datafusion::arrow::datatypes::{DataType, IntervalUnit, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{Result, ScalarValue, plan_datafusion_err, plan_err};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_plan::PhysicalExpr;

use crate::kernel::{CalendarTime, Lag};
use crate::page::{Kind, Parameter};
use crate::types::{doubles, sql_name};

/// The constants of a call, by parameter.
#[derive(Debug, Clone)]
pub struct Constants {
    function: &'static str,
    given: Vec<(&'static Parameter, Given)>,
}

/// How an argument was given.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// Not at all.
    Absent,
    Constant(ScalarValue),
    /// As something that differs from row to row: its text.
    Column(String),
}

impl Constants {
    pub fn new(function: &'static str, given: Vec<(&'static Parameter, Given)>) -> Self {
        Self { function, given }
    }

    /// Of the arguments of a function of SQL, in the order of its parameters.
    pub fn of(
        function: &'static str,
        parameters: &'static [Parameter],
        arguments: &[Arc<dyn PhysicalExpr>],
    ) -> Self {
        let nothing = RecordBatch::new_empty(Arc::new(Schema::empty()));
        let given = |argument: &Arc<dyn PhysicalExpr>| match argument.evaluate(&nothing) {
            Ok(ColumnarValue::Scalar(constant)) => Given::Constant(constant),
            _ => Given::Column(argument.to_string()),
        };
        let given = |(i, parameter)| (parameter, arguments.get(i).map_or(Given::Absent, given));
        Self { function, given: parameters.iter().enumerate().map(given).collect() }
    }

    /// Of one constant per parameter; none: it was not given, or is a column.
    pub fn of_values(
        function: &'static str,
        parameters: &'static [Parameter],
        values: &[Option<ScalarValue>],
    ) -> Self {
        let given = |value: &Option<ScalarValue>| match value {
            Some(value) => Given::Constant(value.clone()),
            None => Given::Absent,
        };
        Self { function, given: parameters.iter().zip(values.iter().map(given)).collect() }
    }

    /// Whether an argument was given as anything but a NULL for all rows.
    pub fn is_given(&self, name: &str) -> bool {
        let is_something = |given: &Given| match given {
            Given::Absent => false,
            Given::Constant(value) => !value.is_null(),
            Given::Column(_) => true,
        };
        self.given.iter().any(|(p, given)| p.name == name && is_something(given))
    }

    /// Nothing but its default for an argument that has no use here, as `without` says: a call may
    /// spell the default out.
    pub fn refuse(&self, name: &str, without: &str) -> Result<()> {
        let Some((parameter, Given::Constant(value))) =
            self.given.iter().find(|(p, _)| p.name == name)
        else {
            return Ok(());
        };
        let default = parameter.default.constant().unwrap_or(ScalarValue::Null);
        let default = typed(self.function, parameter, &default)?;
        if value.is_null() || typed(self.function, parameter, value)? == default {
            return Ok(());
        }
        plan_err!("{}: {name} must not be given {without}, got {value}", self.function)
    }

    /// Gives an argument that was not.
    pub fn fill(&mut self, name: &str, value: ScalarValue) {
        if let Some((_, given)) = self.given.iter_mut().find(|(p, _)| p.name == name)
            && *given == Given::Absent
        {
            *given = Given::Constant(value);
        }
    }

    /// All parameters, in their order.
    pub fn parameters(&self) -> impl Iterator<Item = &'static Parameter> + '_ {
        self.given.iter().map(|(parameter, _)| *parameter)
    }

    /// The parameters that were given.
    pub fn given(&self) -> impl Iterator<Item = (&'static Parameter, &ScalarValue)> {
        self.given.iter().filter_map(|(parameter, given)| match given {
            Given::Constant(value) => Some((*parameter, value)),
            Given::Absent | Given::Column(_) => None,
        })
    }

    fn slot(&self, name: &str) -> Result<&(&'static Parameter, Given)> {
        let slot = self.given.iter().find(|(parameter, _)| parameter.name == name);
        slot.ok_or_else(|| plan_datafusion_err!("{}: argument '{name}' not found", self.function))
    }

    /// What was given, else the default, of the type that its kind asks for; none for NULL.
    pub fn get(&self, name: &str) -> Result<Option<ScalarValue>> {
        let (parameter, given) = self.slot(name)?;
        let value = match given {
            Given::Absent => parameter.default.constant().unwrap_or(ScalarValue::Null),
            Given::Constant(value) => value.clone(),
            Given::Column(text) => {
                return plan_err!("{}: {name} must be a constant, found {text}", self.function);
            }
        };
        Ok(Some(typed(self.function, parameter, &value)?).filter(|value| !value.is_null()))
    }

    fn must<T>(&self, name: &str, value: Option<T>) -> Result<T> {
        match value {
            Some(value) => Ok(value),
            None => plan_err!("{}: {name} must not be NULL", self.function),
        }
    }

    /// A number, or none for NULL.
    pub fn optional(&self, name: &str) -> Result<Option<f64>> {
        match self.get(name)? {
            Some(ScalarValue::Float64(number)) => Ok(number),
            None => Ok(None),
            Some(other) => plan_err!("{}: {name} must be a number, got {other}", self.function),
        }
    }

    /// A distance in time; none for NULL.
    pub fn lag(&self, name: &str) -> Result<Option<Lag>> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        let number = match value {
            ScalarValue::Float64(number) => number.map(Lag::Steps),
            _ => None,
        };
        match number.or_else(|| time(&value).map(Lag::Calendar)) {
            Some(lag) => Ok(Some(lag)),
            None => plan_err!("{}: {name} must be a number, got {value}", self.function),
        }
    }

    /// A distance in time that must be there and lead back.
    pub fn positive_lag(&self, name: &str) -> Result<Lag> {
        let lag = self.must(name, self.lag(name)?)?;
        match lag.is_positive() {
            true => Ok(lag),
            false => plan_err!("{}: {name} must be > 0, got {lag}", self.function),
        }
    }

    /// A number that must be there.
    pub fn number(&self, name: &str) -> Result<f64> {
        self.must(name, self.optional(name)?)
    }

    /// A whole number within a range.
    pub fn whole(&self, name: &str, range: RangeInclusive<u64>) -> Result<u64> {
        let (x, low, high) = (self.number(name)?, *range.start(), *range.end());
        if x.fract() != 0.0 || x < low as f64 || x > high as f64 {
            return plan_err!(
                "{}: {name} must be a whole number from {low} to {high}, got {x}",
                self.function
            );
        }
        Ok(x as u64)
    }

    /// True or false.
    pub fn switch(&self, name: &str) -> Result<bool> {
        match self.must(name, self.get(name)?)? {
            ScalarValue::Boolean(Some(switch)) => Ok(switch),
            other => plan_err!("{}: {name} must be true or false, got {other}", self.function),
        }
    }

    /// Numbers of a list; none where it is NULL.
    pub fn numbers(&self, name: &str) -> Result<Option<Vec<f64>>> {
        match self.get(name)? {
            None => Ok(None),
            Some(list) => numbers(self.function, name, &list).map(Some),
        }
    }

    /// Position of the chosen word among those of the parameter.
    pub fn choice(&self, name: &str) -> Result<usize> {
        let word = self.must(name, self.get(name)?)?;
        choice(self.function, self.slot(name)?.0, &word)
    }

    /// A text; none for NULL.
    pub fn text(&self, name: &str) -> Result<Option<String>> {
        match self.get(name)? {
            None => Ok(None),
            Some(value) => match value.try_as_str().flatten() {
                Some(text) => Ok(Some(text.to_owned())),
                None => plan_err!("{}: {name} must be a text, got {value}", self.function),
            },
        }
    }

    /// Texts of a list; a single text is a list of one, NULL an empty one.
    pub fn texts(&self, name: &str) -> Result<Vec<String>> {
        let Some(value) = self.get(name)? else { return Ok(Vec::new()) };
        if let Some(text) = value.try_as_str().flatten() {
            return Ok(vec![text.to_owned()]);
        }
        let texts = match &value {
            ScalarValue::List(list) => {
                let items = list.value(0);
                let text = |i| match ScalarValue::try_from_array(&items, i) {
                    Ok(item) => item.try_as_str().flatten().map(str::to_owned),
                    Err(_) => None,
                };
                (0..items.len()).map(text).collect::<Option<Vec<_>>>()
            }
            _ => None,
        };
        match texts {
            Some(texts) => Ok(texts),
            None => plan_err!("{}: {name} must be a list of texts, got {value}", self.function),
        }
    }
}

/// A constant of the type that the kind of its parameter asks for. NULL is of every type.
pub fn typed(function: &str, parameter: &Parameter, value: &ScalarValue) -> Result<ScalarValue> {
    if value.is_null() {
        return Ok(ScalarValue::Null);
    }
    let name = parameter.name;
    let wrong = |must_be: &str| plan_err!("{function}: {name} must be {must_be}, got {value}");
    match parameter.kind {
        Kind::Lag if !value.data_type().is_numeric() => match time(value) {
            Some(_) => Ok(value.clone()),
            None => wrong("a number, an INTERVAL or a text such as '1 year'"),
        },
        Kind::Number | Kind::Constant | Kind::Lag => {
            let is_number = value.data_type().is_numeric();
            match value.cast_to(&DataType::Float64) {
                Ok(ScalarValue::Float64(Some(x))) if is_number && !x.is_finite() => wrong("finite"),
                Ok(number) if is_number => Ok(number),
                _ => wrong("a number"),
            }
        }
        Kind::Constants => {
            // One number is a list of one.
            let list = match value.data_type().is_numeric() {
                true => value.cast_to(&DataType::Float64).map(|number| {
                    ScalarValue::List(ScalarValue::new_list_nullable(&[number], &DataType::Float64))
                }),
                false => value.cast_to(&DataType::new_list(DataType::Float64, true)),
            };
            match list {
                Ok(list) if value.data_type().is_list() || value.data_type().is_numeric() => {
                    numbers(function, name, &list)?;
                    Ok(list)
                }
                _ => wrong("a list of numbers"),
            }
        }
        Kind::Choice(_) => choice(function, parameter, value).map(|_| value.clone()),
        Kind::Boolean | Kind::Switch => match value {
            ScalarValue::Boolean(_) => Ok(value.clone()),
            _ => wrong("true or false"),
        },
        _ => Ok(value.clone()),
    }
}

/// Time of the calendar: an INTERVAL, or a text such as `1 year`.
fn time(value: &ScalarValue) -> Option<CalendarTime> {
    const NANOSECONDS_OF_A_DAY: f64 = 86_400e9;
    if let Some(text) = value.try_as_str() {
        return text.and_then(CalendarTime::parse);
    }
    if !matches!(value.data_type(), DataType::Interval(_)) {
        return None;
    }
    match value.cast_to(&DataType::Interval(IntervalUnit::MonthDayNano)) {
        Ok(ScalarValue::IntervalMonthDayNano(Some(interval))) => Some(CalendarTime {
            months: interval.months,
            days: f64::from(interval.days) + interval.nanoseconds as f64 / NANOSECONDS_OF_A_DAY,
        }),
        _ => None,
    }
}

/// The finite numbers of a constant list.
pub fn numbers(function: &str, name: &str, list: &ScalarValue) -> Result<Vec<f64>> {
    let ScalarValue::List(list) = list else {
        let found = sql_name(&list.data_type());
        return plan_err!("{function}: {name} must be a list of numbers, found {found}");
    };
    if list.is_null(0) {
        return plan_err!("{function}: {name} must not be NULL");
    }
    let numbers = doubles(&list.value(0))?;
    match numbers.iter().find(|number| !number.is_some_and(f64::is_finite)) {
        None => Ok(numbers.values().to_vec()),
        Some(other) => {
            let found = other.map_or("NULL".into(), |number| number.to_string());
            plan_err!("{function}: {name} must hold finite numbers, got {found}")
        }
    }
}

/// Position of a word among those that its parameter lets choose from.
pub fn choice(function: &str, parameter: &Parameter, word: &ScalarValue) -> Result<usize> {
    let words = match parameter.kind {
        Kind::Choice(words) => words,
        _ => &[],
    };
    let given = word.try_as_str().flatten();
    match given.and_then(|given| words.iter().position(|known| known.eq_ignore_ascii_case(given))) {
        Some(position) => Ok(position),
        None => plan_err!(
            "{function}: {} must be one of {}, got {word}",
            parameter.name,
            words.join(", ")
        ),
    }
}
