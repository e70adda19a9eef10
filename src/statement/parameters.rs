//! Values of `$name` in a query.

use std::collections::BTreeMap;

use datafusion::arrow::array::Array;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::sql::sqlparser::ast::{Expr, Value};

use super::condition::expression;
use super::grammar::Grammar;
use crate::types::sql_name;

/// Values of `$name` in a query.
#[derive(Debug, Clone, Default)]
pub struct Parameters(BTreeMap<String, Given>);

/// A value: as it was written, and as SQL has it.
#[derive(Debug, Clone)]
struct Given {
    text: String,
    value: Expr,
}

impl Parameters {
    /// Sets `name`: a number, `true`, `false` or `null` as such, anything else as text. Quotes
    /// make a text of anything: `'2024'`.
    pub fn set(&mut self, name: &str, text: &str) {
        let value = match text {
            "true" | "false" => Value::Boolean(text == "true"),
            "null" | "NULL" => Value::Null,
            number if is_number(number) => Value::Number(number.to_owned(), false),
            text => {
                let quoted = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
                Value::SingleQuotedString(quoted.unwrap_or(text).to_owned())
            }
        };
        let value = Expr::Value(value.into());
        self.0.insert(name.to_owned(), Given { text: text.to_owned(), value });
    }

    /// Sets `name` to a value of a type, which is called `type_name`.
    ///
    /// # Errors
    /// A value that has no text to be cast from.
    pub(crate) fn set_typed(
        &mut self,
        name: &str,
        value: &ScalarValue,
        type_name: &str,
    ) -> Result<()> {
        let text = match value.is_null() {
            true => format!("CAST(NULL AS {type_name})"),
            false => literal(value, Some(type_name))?
                .unwrap_or_else(|| format!("CAST([] AS {type_name})")),
        };
        let value = expression(&text, Grammar::default())?;
        self.0.insert(name.to_owned(), Given { text, value });
        Ok(())
    }

    /// These, and in their place those of others that have the same name.
    #[must_use]
    pub(crate) fn under(mut self, others: &Self) -> Self {
        self.0.extend(others.0.iter().map(|(name, given)| (name.clone(), given.clone())));
        self
    }

    /// Takes the value of `name` away. Whether it had one.
    pub(crate) fn unset(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some()
    }

    /// The names that have a value, without the `$`.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A value as SQL writes it.
    pub(crate) fn shown(&self, name: &str) -> Option<String> {
        self.get(name).map(ToString::to_string)
    }

    /// A value as it was given.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|given| given.text.as_str())
    }

    pub(super) fn get(&self, name: &str) -> Option<&Expr> {
        self.0.get(name).map(|given| &given.value)
    }
}

/// Names and values, as [`Parameters::set`] takes them.
impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut parameters = Self::default();
        for (name, value) in pairs {
            parameters.set(name.as_ref(), value.as_ref());
        }
        parameters
    }
}

/// A text as SQL quotes it.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A value of a type, which may be called `type_name`, as SQL writes it; none of an empty list.
fn literal(value: &ScalarValue, type_name: Option<&str>) -> Result<Option<String>> {
    Ok(Some(match value {
        ScalarValue::Int64(Some(number)) => number.to_string(),
        ScalarValue::Float64(Some(number)) if number.is_finite() => format!("{number:?}"),
        ScalarValue::Boolean(Some(is_true)) => is_true.to_string(),
        ScalarValue::Utf8(Some(text))
        | ScalarValue::Utf8View(Some(text))
        | ScalarValue::LargeUtf8(Some(text)) => quoted(text),
        ScalarValue::List(list) if !value.is_null() => {
            let elements = list.value(0);
            if elements.is_empty() {
                return Ok(None);
            }
            let mut texts = Vec::with_capacity(elements.len());
            for i in 0..elements.len() {
                let element = ScalarValue::try_from_array(&elements, i)?;
                texts.push(match element.is_null() {
                    true => "NULL".to_owned(),
                    false => literal(&element, None)?.unwrap_or_else(|| "[]".to_owned()),
                });
            }
            format!("[{}]", texts.join(", "))
        }
        other => {
            let data_type = other.data_type();
            let name = type_name.map_or_else(|| sql_name(&data_type), str::to_owned);
            if !(data_type.is_numeric() || data_type.is_temporal()) {
                return plan_err!("a parameter must be a number, text, date or list, found {name}");
            }
            let text = array_value_to_string(&other.to_array()?, 0)?;
            format!("CAST({} AS {name})", quoted(&text))
        }
    }))
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}
