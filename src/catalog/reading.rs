//! How files are to be read, where the one who asks knows more than the files say.

use datafusion::arrow::datatypes::DataType;

use super::looks;

/// How files are to be read.
pub struct Reading<'a> {
    /// The type that a column of text must have, by its name in the file.
    pub wanted: &'a (dyn Fn(&str) -> Option<DataType> + Send + Sync),
    /// What means a missing value in files of text.
    pub missing: Missing,
}

impl Default for Reading<'_> {
    fn default() -> Self {
        Self { wanted: &|_| None, missing: Missing::default() }
    }
}

/// Words that mean a missing value; an empty cell always does.
#[derive(Debug, Clone, Default)]
pub struct Missing {
    words: Vec<String>,
    numbers: Vec<f64>,
}

impl Missing {
    /// The words, blanks around them left out; one that is a number means all its spellings.
    pub fn new(words: &[String]) -> Self {
        let words: Vec<_> = words.iter().map(|word| word.trim().to_owned()).collect();
        let numbers = words.iter().filter(|word| looks::is_number(word));
        let numbers = numbers.filter_map(|word| word.parse().ok()).collect();
        Self { words, numbers }
    }

    /// Whether a cell means a missing value.
    pub(super) fn is(&self, cell: &str) -> bool {
        cell.is_empty()
            || self.words.iter().any(|word| word == cell)
            || (!self.numbers.is_empty()
                && looks::is_number(cell)
                && cell.parse().is_ok_and(|number: f64| self.numbers.contains(&number)))
    }
}
