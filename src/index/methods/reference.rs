//! Reference sets as a call names them.

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::ScalarValue;

/// What a normalisation learns from.
#[derive(Debug, Clone, PartialEq)]
pub enum ReferenceSet {
    /// All units and periods of an indicator.
    All,
    /// The units of the same period.
    Period,
    /// The units of these periods, or of those in the spans that are named.
    At(Vec<ScalarValue>),
}

impl ReferenceSet {
    pub fn new(value: ScalarValue) -> Self {
        match value.try_as_str().flatten() {
            Some(word) if word.eq_ignore_ascii_case("all") => Self::All,
            Some(word) if word.eq_ignore_ascii_case("period") => Self::Period,
            _ => Self::At(match &value {
                ScalarValue::List(list) => {
                    list.iter().flatten().flat_map(|periods| elements(&periods)).collect()
                }
                _ => vec![value],
            }),
        }
    }

    /// In words.
    pub fn describe(&self) -> String {
        match self {
            Self::All => "all periods".to_owned(),
            Self::Period => "each period".to_owned(),
            Self::At(periods) if periods.len() == 1 => format!("period {}", self.text()),
            Self::At(_) => format!("periods {}", self.text()),
        }
    }

    /// As it is written in a call.
    pub fn text(&self) -> String {
        match self {
            Self::All => "'all'".to_owned(),
            Self::Period => "'period'".to_owned(),
            Self::At(periods) => {
                periods.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

/// The elements of a list, each by itself; a list of numbers has them as DOUBLE.
fn elements(list: &ArrayRef) -> Vec<ScalarValue> {
    let element = |i: usize| match ScalarValue::try_from_array(list, i).ok()? {
        ScalarValue::Float64(Some(x)) if x.fract() == 0.0 && x.abs() < 1e15 => {
            Some(ScalarValue::Int64(Some(x as i64)))
        }
        other => Some(other),
    };
    (0..list.len()).filter_map(element).collect()
}
