//! Sentences with figures in them: `{@code} has a correlation of {correlation:2} with {@parent}`.
//!
//! `{name}` is the cell of a column, `{@name}` that of a code with its label, `{name:2}` a number to two decimals,
//! `{name%}` a share in percent. A cell that is a list is written as its first entries and how many follow. Of
//! `{name, words}` the words follow the cell, after a semicolon; both are left out where there is none.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, plan_err};

use super::template::{Part, parts};
use crate::words::unsigned_zero;

/// Entries of a list that are named.
const NAMED: usize = 8;

/// What is known beside the row.
#[derive(Debug)]
pub struct Words<'a> {
    /// Labels of codes.
    pub labels: &'a BTreeMap<String, String>,
    /// The period that is ranked, as it is written in a sentence: ` in 2022`.
    pub in_period: &'a str,
    /// What the rows of a correlation are: `units and periods`.
    pub rows: &'a str,
    /// The threshold of the rule.
    pub threshold: Option<f64>,
    /// Whether a code that has a label is named by its label alone.
    pub is_short: bool,
}

impl Words<'_> {
    /// A code with its label.
    fn of(&self, code: &str) -> String {
        match self.labels.get(code) {
            Some(label) if self.is_short => label.clone(),
            Some(label) if label != code => format!("{label} ({code})"),
            _ => code.to_owned(),
        }
    }
}

/// A sentence filled from a row.
///
/// # Errors
///
/// A column that is not there, a cell that is no number where one must be.
pub fn sentence(
    template: &str,
    rows: &RecordBatch,
    row: usize,
    words: &Words<'_>,
) -> Result<String> {
    let mut text = String::new();
    for part in parts(template) {
        match part {
            Part::Text(part) => text.push_str(part),
            Part::Hole(hole, "") => text.push_str(&filling(hole, rows, row, words)?),
            Part::Hole(hole, said) => match filling(hole, rows, row, words)?.as_str() {
                "" => {}
                cell => text.extend(["; ", cell, " ", said]),
            },
        }
    }
    Ok(text)
}

fn filling(hole: &str, rows: &RecordBatch, row: usize, words: &Words<'_>) -> Result<String> {
    match hole {
        "in_period" => return Ok(words.in_period.to_owned()),
        "rows" => return Ok(words.rows.to_owned()),
        "threshold" => return Ok(words.threshold.map(|x| x.to_string()).unwrap_or_default()),
        "threshold%" => return Ok(words.threshold.map(percent).unwrap_or_default()),
        _ => {}
    }
    let column = |name: &str| match rows.column_by_name(name) {
        Some(column) => Ok(column),
        None => plan_err!("the sentence must name columns of the rule, found {name}"),
    };
    if let Some(name) = hole.strip_prefix('@') {
        return shown(column(name)?, row, |text| words.of(text));
    }
    if let Some(name) = hole.strip_suffix('%') {
        return Ok(number(column(name)?, row)?.map(percent).unwrap_or_default());
    }
    if let Some((name, decimals)) = hole.split_once(':') {
        let decimals: usize = decimals.parse().unwrap_or_default();
        let number = number(column(name)?, row)?;
        return Ok(number.map(|number| rounded(number, decimals)).unwrap_or_default());
    }
    shown(column(hole)?, row, str::to_owned)
}

/// A number to so many decimals, without a sign where nothing is left of it.
fn rounded(number: f64, decimals: usize) -> String {
    unsigned_zero(&format!("{number:.decimals$}")).to_owned()
}

fn percent(share: f64) -> String {
    format!("{} %", rounded(100.0 * share, 0))
}

fn number(column: &ArrayRef, row: usize) -> Result<Option<f64>> {
    let number = cast(&column.slice(row, 1), &DataType::Float64)?;
    let number = number.as_primitive::<Float64Type>();
    Ok(number.is_valid(0).then(|| number.value(0)))
}

/// A cell as text; of a list the first entries.
fn shown(column: &ArrayRef, row: usize, each: impl Fn(&str) -> String) -> Result<String> {
    if column.is_null(row) {
        return Ok(String::new());
    }
    let Some(list) = column.as_list_opt::<i32>() else {
        return Ok(each(&array_value_to_string(column, row)?));
    };
    let entries = list.value(row);
    let named =
        (0..entries.len().min(NAMED)).map(|at| Ok(each(&array_value_to_string(&entries, at)?)));
    let named = named.collect::<Result<Vec<_>>>()?.join(", ");
    Ok(match entries.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{Float64Array, Int64Array, ListArray, StringArray};
    use datafusion::arrow::datatypes::Int64Type;

    use super::*;

    #[test]
    fn cells_are_written() {
        let many = ListArray::from_iter_primitive::<Int64Type, _, _>([Some((1..=10).map(Some))]);
        let rows = RecordBatch::try_from_iter([
            ("code", Arc::new(StringArray::from(vec!["pm25"])) as ArrayRef),
            ("r", Arc::new(Float64Array::from(vec![-0.004]))),
            ("share", Arc::new(Float64Array::from(vec![0.657]))),
            ("n", Arc::new(Int64Array::from(vec![3]))),
            ("many", Arc::new(many)),
            ("none", Arc::new(StringArray::from(vec![None::<&str>]))),
        ])
        .unwrap();
        let labels = BTreeMap::from([("pm25".to_owned(), "Fine dust".to_owned())]);
        let words = Words {
            labels: &labels,
            in_period: " in 2022",
            rows: "units",
            threshold: Some(0.3),
            is_short: false,
        };
        let template =
            "{@code} {code} {r:2} {r:3} {share%} {n}{in_period} {threshold} {threshold%}: {many}";
        let text = sentence(template, &rows, 0, &words).unwrap();
        let wanted = "Fine dust (pm25) pm25 0.00 -0.004 66 % 3 in 2022 0.3 30 %: 1, 2, 3, 4, 5, 6, 7, 8 and 2 more";
        assert_eq!(text, wanted);
        let short = Words { is_short: true, ..words };
        assert_eq!(sentence("{@code} {code}", &rows, 0, &short).unwrap(), "Fine dust pm25");
        let text = sentence("{r:2}{@code, fits least}{none, fits}.", &rows, 0, &words).unwrap();
        assert_eq!(text, "0.00; Fine dust (pm25) fits least.");
        assert!(sentence("{other}", &rows, 0, &words).is_err());
    }
}
