//! Reference sets as a call names them.

use datafusion::common::ScalarValue;

/// What a normalisation learns from.
#[derive(Debug, Clone, PartialEq)]
pub enum ReferenceSet {
    /// All units and periods of an indicator.
    All,
    /// The units of the same period.
    Period,
    /// The units of this period.
    At(ScalarValue),
}

impl ReferenceSet {
    pub fn new(value: ScalarValue) -> Self {
        match value.try_as_str().flatten() {
            Some(word) if word.eq_ignore_ascii_case("all") => Self::All,
            Some(word) if word.eq_ignore_ascii_case("period") => Self::Period,
            _ => Self::At(value),
        }
    }

    /// In words.
    pub fn describe(&self) -> String {
        match self {
            Self::All => "all periods".to_owned(),
            Self::Period => "each period".to_owned(),
            Self::At(period) => format!("period {period}"),
        }
    }

    /// As it is written in a call.
    pub fn text(&self) -> String {
        match self {
            Self::All => "'all'".to_owned(),
            Self::Period => "'period'".to_owned(),
            Self::At(period) => period.to_string(),
        }
    }
}
