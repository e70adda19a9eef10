//! What can be chosen about a kind of picture: `form = dots`, `threshold = 0.01`.

use std::fmt::{self, Display};

use datafusion::common::{Result, plan_datafusion_err};

use crate::hint::did_you_mean;

/// Something that can be chosen about pictures of a kind.
#[derive(Debug)]
pub struct Setting {
    /// Its word, unlike those of the roles of the kind.
    pub name: &'static str,
    /// What it decides.
    pub meaning: &'static str,
    /// What it may be.
    pub takes: Values,
    /// What it is where nothing is said, as it would be written.
    pub default: &'static str,
}

/// What a setting may be.
#[derive(Debug, Clone, Copy)]
pub enum Values {
    /// One of some words.
    Words(&'static [&'static str]),
    /// A number between two, which it may be itself.
    Number(f64, f64),
}

/// What a setting is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// The word.
    Word(&'static str),
    /// The number.
    Number(f64),
}

impl Setting {
    /// What was written for it.
    ///
    /// # Errors
    ///
    /// It cannot be that.
    pub fn read(&self, text: &str) -> Result<Value> {
        let text = text.trim();
        let read = match self.takes {
            Values::Words(words) => words
                .iter()
                .find(|word| word.eq_ignore_ascii_case(text))
                .map(|word| Value::Word(word)),
            Values::Number(least, most) => {
                let number = text.parse().ok().filter(|number| (least..=most).contains(number));
                number.map(Value::Number)
            }
        };
        read.ok_or_else(|| {
            let meant = match self.takes {
                Values::Words(words) => did_you_mean(text, words.iter().copied()),
                Values::Number(..) => String::new(),
            };
            plan_datafusion_err!("plot: {} must be {}, got '{text}'{meant}", self.name, self.takes)
        })
    }
}

impl Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => write!(f, "one of {}", words.join(", ")),
            Self::Number(least, most) => write!(f, "a number from {least} to {most}"),
        }
    }
}
