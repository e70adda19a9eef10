//! Values of `$name` in a query.

use std::collections::BTreeMap;

use datafusion::sql::sqlparser::ast::Value;

/// Values of `$name` in a query.
#[derive(Debug, Clone, Default)]
pub struct Parameters(BTreeMap<String, Value>);

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
        self.0.insert(name.to_owned(), value);
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

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
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

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}
