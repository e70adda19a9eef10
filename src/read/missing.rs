//! Words that mean a missing value.

use super::number::{Number, Spelling, Spellings, plain};

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
        let numbers = words.iter().filter_map(|word| number(word)).collect();
        Self { words, numbers }
    }

    /// The words as they were given.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The numbers among them.
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }

    /// With further words.
    #[must_use]
    pub fn and(&self, words: &[&str]) -> Self {
        let others = words.iter().map(|word| (*word).to_owned());
        Self::new(&self.words.iter().cloned().chain(others).collect::<Vec<_>>())
    }

    /// Whether a cell without blanks around it means a missing value.
    #[inline]
    pub fn is(&self, cell: &str) -> bool {
        cell.is_empty() || (!self.words.is_empty() && self.is_word(cell))
    }

    fn is_word(&self, cell: &str) -> bool {
        self.words.iter().any(|word| word == cell)
            || (!self.numbers.is_empty()
                && number(cell).is_some_and(|number| self.numbers.contains(&number)))
    }
}

/// A plain number; codes with zeros before them are none.
fn number(text: &str) -> Option<f64> {
    let number = Number::of(text)?;
    let is_plain = !number.is_padded && !number.fits.and(Spellings::PLAIN).is_none();
    let text = if is_plain { plain(text, Spelling::default())? } else { return None };
    text.parse().ok()
}
