//! What a kind draws: the columns in their roles, and its settings.

use datafusion::common::{Result, plan_err};

use super::look::Look;
use super::measure::{Measure, Name};
use super::rows::Rows;
use super::setting::Value;

/// The rows, with the columns of each role in the order of the kind's roles.
#[derive(Debug)]
pub struct Chart<'a> {
    /// The result.
    pub rows: &'a Rows,
    /// The columns of each role of the kind.
    pub columns: Vec<Vec<usize>>,
    /// The settings of the kind, in their order.
    pub settings: Vec<Value>,
    /// The unit of measurement that was stated.
    pub unit: Option<&'a str>,
    /// Colours and sizes.
    pub look: &'a Look,
}

impl Chart<'_> {
    /// The column of a role, if it has one.
    pub fn column(&self, role: usize) -> Option<usize> {
        self.columns.get(role).and_then(|columns| columns.first()).copied()
    }

    /// The numbers of a role, `None` where no column has it.
    pub fn numbers(&self, role: usize) -> Result<Option<Vec<Option<f64>>>> {
        self.column(role).map(|column| self.rows.numbers(column)).transpose()
    }

    /// The texts of a role.
    pub fn texts(&self, role: usize) -> Result<Option<Vec<Option<String>>>> {
        self.column(role).map(|column| self.rows.texts(column)).transpose()
    }

    /// The word of a setting; empty for one that takes a number.
    pub fn word(&self, setting: usize) -> &'static str {
        match self.settings.get(setting) {
            Some(Value::Word(word)) => word,
            _ => "",
        }
    }

    /// The number of a setting; none for one that takes a word, or where it has no number.
    pub fn figure(&self, setting: usize) -> Option<f64> {
        match self.settings.get(setting) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// What an axis counts: the unit of measurement that was stated, or the name of its column, if it has one only;
    /// the numbers on it say by what they are divided.
    pub fn measure(&self, role: usize, numbers: impl IntoIterator<Item = f64>) -> Measure {
        let numbers = numbers.into_iter();
        match self.unit {
            Some(unit) => Measure::new(Name::Unit(unit), numbers),
            None => Measure::new(Name::Column(&self.heading(role)), numbers),
        }
    }

    /// The name of the column of a role in words, if it has one only.
    pub fn heading(&self, role: usize) -> String {
        let is_one = self.columns.get(role).is_some_and(|columns| columns.len() == 1);
        let column = self.column(role).filter(|_| is_one);
        column.map(|column| self.rows.name(column).replace('_', " ")).unwrap_or_default()
    }

    /// An error where more is to be drawn than can be read.
    pub fn at_most(&self, what: &str, most: usize, found: usize) -> Result<()> {
        match found > most {
            true => plan_err!(
                "plot: at most {most} {what} can be read in one picture, found {found} (fewer with WHERE or LIMIT)"
            ),
            false => Ok(()),
        }
    }
}
