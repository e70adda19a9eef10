//! The arguments that functions share. A family whose wording must differ derives its own from
//! these.

use datafusion::common::{Result, plan_err};

use crate::arguments::constants::Constants;
use crate::engine::matrix::Answer;
use crate::page::{DefaultValue, Kind, Null, Parameter, Role};

pub const VALUE: Parameter = Parameter {
    name: "value",
    role: Role::Value,
    kind: Kind::Number,
    meaning: "value of the indicator, in its unit of measurement; finite",
    null: Null::Means("row is excluded"),
    default: DefaultValue::Required,
};

pub const SCORE: Parameter = Parameter {
    name: "score",
    meaning: "normalised score, high is good; finite",
    null: Null::Means("missing: excluded"),
    ..VALUE
};

pub const UNIT: Parameter = Parameter {
    name: "unit",
    role: Role::Unit,
    kind: Kind::Key,
    meaning: "unit that is compared: a region, a country, a STRUCT of region and year",
    null: Null::Error,
    default: DefaultValue::Required,
};

pub const INDICATOR: Parameter = Parameter {
    name: "indicator",
    role: Role::Indicator,
    meaning: "indicator of the score; one row per unit and indicator",
    ..UNIT
};

/// The period of a value, where the distance between two periods counts.
pub const PERIOD: Parameter = Parameter {
    name: "period",
    role: Role::Period,
    kind: Kind::Any,
    meaning: "period of the value: a number such as a year, a DATE or a TIMESTAMP, measured in \
              days, or text of one kind: 2023, 2023-S1, 2023-Q1, 2023-07, 2023-W05, 2023-07-15; \
              unique within a partition",
    ..UNIT
};

/// The period of a value, where all that counts is whether it is the base period.
pub const PERIOD_OR_BASE: Parameter = Parameter {
    meaning: "period of the value: a year, a date, a text",
    null: Null::Means("not the base period"),
    ..PERIOD
};

pub const BASE: Parameter = Parameter {
    name: "base",
    role: Role::BasePeriod,
    kind: Kind::Base,
    meaning: "what becomes 100: a period; a span of which the mean does (2015, or '2015-Q1', where \
              periods are shorter); or 'first', the first period with a value",
    ..PERIOD
};

pub const DIRECTION: Parameter = Parameter {
    name: "direction",
    role: Role::Direction,
    kind: Kind::Number,
    meaning: "1: higher is better; -1: lower is better, the scale is inverted",
    null: Null::Error,
    default: DefaultValue::Number(1.0),
};

/// The weight of a row.
pub const WEIGHT: Parameter = Parameter {
    name: "weight",
    role: Role::Weight,
    kind: Kind::Number,
    meaning: "relative importance, rescaled to sum to 1 over the rows with a score; finite, >= 0; \
              rows of weight 0 are excluded before their score is checked",
    null: Null::Means("error if its score is not NULL or min_coverage is above 0"),
    default: DefaultValue::Number(1.0),
};

/// The weight of a column, for the functions of a matrix.
pub const INDICATOR_WEIGHT: Parameter = Parameter {
    meaning: "relative importance of the indicator, the same in all its rows; finite, >= 0; \
              indicators of weight 0 are excluded",
    null: Null::Error,
    ..WEIGHT
};

/// How far back a function looks.
pub const LAG: Parameter = Parameter {
    name: "lag",
    kind: Kind::Lag,
    meaning: "distance to the earlier period: a number in units of the period (days for a DATE, \
              quarters for 2023-Q1), or calendar time such as '1 year'; > 0",
    default: DefaultValue::Number(1.0),
    ..SETTING
};

/// What becomes of a change from a value that is not above 0.
pub const FROM_NEGATIVE: Parameter = Parameter {
    name: "from_negative",
    kind: Kind::Choice(&["error", "null", "absolute"]),
    meaning: "where the divisor is 0 or negative: an error, NULL, or a change in percent of its \
              absolute value (of 0 an error as well)",
    default: DefaultValue::Word("error"),
    ..SETTING
};

/// What [`FROM_NEGATIVE`] says, in the order of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FromNegative {
    Error,
    Null,
    Absolute,
}

impl FromNegative {
    /// What a call says.
    pub fn of(constants: &Constants) -> Result<Self> {
        Ok([Self::Error, Self::Null, Self::Absolute][constants.choice(FROM_NEGATIVE.name)?])
    }

    /// What may be asked for in the place of an error.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Absolute => " (from_negative => 'null')",
            _ => " (from_negative => 'null' or 'absolute')",
        }
    }
}

/// The scale of a normalisation; which one, its own page says.
pub const FIT: Parameter = Parameter {
    name: "fit",
    role: Role::Fit,
    kind: Kind::Fit(&[]),
    meaning: "scale learned from a reference set",
    null: Null::Means("the score is NULL"),
    default: DefaultValue::Required,
};

/// Whatever else says how a function works.
pub const SETTING: Parameter = Parameter {
    name: "",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "",
    null: Null::Error,
    default: DefaultValue::Required,
};

/// How many indicators predict another.
pub const PREDICTORS: Parameter = Parameter {
    name: "predictors",
    meaning: "so many of the other indicators predict an indicator, those with the largest absolute \
              correlation (of two the same, the first)",
    null: Null::Means("all other indicators"),
    default: DefaultValue::Null,
    ..SETTING
};

/// As many as it says; none for all others.
pub fn predictors(name: &str, constants: &Constants) -> Result<Option<usize>> {
    match constants.optional(PREDICTORS.name)? {
        None => Ok(None),
        Some(number) if number >= 1.0 && number.fract() == 0.0 => Ok(Some(number as usize)),
        Some(other) => plan_err!("{name}: predictors must be a whole number from 1, got {other}"),
    }
}

/// A score per unit, in the order of the units.
pub fn by_unit(scores: Vec<Option<f64>>) -> Answer {
    Answer::List(scores.into_iter().enumerate().map(|(i, score)| (vec![i], vec![score])).collect())
}
