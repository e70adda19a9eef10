//! How much of what should be there must be there.

use std::fmt;

use super::{mergeable::State, sum::Sum};

/// What coverage is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CoverageBy {
    /// The weight of the children.
    #[default]
    Weight,
    /// Their number.
    Count,
}

impl CoverageBy {
    /// Each of them, in the order of [`CoverageBy::WORDS`].
    pub const ALL: [Self; 2] = [Self::Weight, Self::Count];
    /// The words for them.
    pub const WORDS: &'static [&'static str] = &["weight", "count"];

    /// The one that a word stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        let place = Self::WORDS.iter().position(|known| known.eq_ignore_ascii_case(word))?;
        Self::ALL.get(place).copied()
    }

    /// What a child of this weight counts.
    #[inline]
    pub fn measure(self, weight: f64) -> f64 {
        match self {
            Self::Weight => weight,
            Self::Count => 1.0,
        }
    }
}

/// The share of the children that must have a score.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Coverage {
    /// Between 0 and 1.
    pub min: f64,
    /// What it is a share of.
    pub by: CoverageBy,
}

/// A share such as 0.66666666666667 must meet a bar of 2/3 in spite of its last digits.
const SLACK: f64 = 1e-12;

impl Coverage {
    /// Whether what was observed is enough beside what is missing; not if there is nothing.
    pub fn is_met(self, observed: Sum, missing: Sum) -> bool {
        let mut all = observed;
        all.merge(&missing);
        if !observed.value().is_finite() {
            return true; // for the answer to be an error, not a missing one
        }
        all.value() > 0.0 && observed.value() / all.value() >= self.min - SLACK
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.by {
            CoverageBy::Weight => write!(f, "{}", self.min),
            CoverageBy::Count => write!(f, "{} by count", self.min),
        }
    }
}

/// By weight, for tests.
#[cfg(test)]
pub fn at_least(min: f64) -> Coverage {
    Coverage { min, by: CoverageBy::Weight }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_meet_their_bar_in_spite_of_rounding() {
        let sum = |parts: &[f64]| parts.iter().copied().collect::<Sum>();
        let coverage = at_least;
        assert!(coverage(0.8).is_met(sum(&[0.7, 0.1]), sum(&[0.2])));
        assert!(!coverage(0.81).is_met(sum(&[0.7, 0.1]), sum(&[0.2])));
        assert!(!coverage(0.0).is_met(sum(&[]), sum(&[])));
    }

    #[test]
    fn a_child_counts_its_weight_or_one() {
        assert_eq!(CoverageBy::Weight.measure(3.0), 3.0);
        assert_eq!(CoverageBy::Count.measure(3.0), 1.0);
    }

    #[test]
    fn words_there_and_back() {
        let of = |word| CoverageBy::of_word(word);
        assert_eq!(of("Count"), Some(CoverageBy::Count));
        assert_eq!((of("weight"), of("number")), (Some(CoverageBy::Weight), None));
        assert_eq!(at_least(0.5).to_string(), "0.5");
        assert_eq!(Coverage { min: 0.5, by: CoverageBy::Count }.to_string(), "0.5 by count");
    }
}
