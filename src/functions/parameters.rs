//! The arguments that functions of a matrix of units and indicators share.

use crate::engine::matrix::Answer;
use crate::page::{DefaultValue, Kind, Null, Parameter, Role};

pub(crate) const UNIT: Parameter = Parameter {
    name: "unit",
    role: Role::Unit,
    kind: Kind::Key,
    meaning: "unit that is compared: a region, a country, a STRUCT of region and year",
    null: Null::Error,
    default: DefaultValue::Required,
};

pub(crate) const INDICATOR: Parameter = Parameter {
    name: "indicator",
    role: Role::Indicator,
    kind: Kind::Key,
    meaning: "indicator of the score; one row per unit and indicator",
    null: Null::Error,
    default: DefaultValue::Required,
};

pub(crate) const SCORE: Parameter = Parameter {
    name: "score",
    role: Role::Value,
    kind: Kind::Number,
    meaning: "normalised score, high is good; finite",
    null: Null::Means("missing: excluded"),
    default: DefaultValue::Required,
};

/// The weight of a column, for the functions that take one.
pub(crate) const INDICATOR_WEIGHT: Parameter = Parameter {
    name: "weight",
    role: Role::Weight,
    kind: Kind::Number,
    meaning: "relative importance of the indicator, the same in all its rows; finite, >= 0; \
              indicators of weight 0 are excluded",
    null: Null::Error,
    default: DefaultValue::Number(1.0),
};

/// A score per unit, in the order of the units.
pub(crate) fn by_unit(scores: Vec<Option<f64>>) -> Answer {
    Answer::List(scores.into_iter().enumerate().map(|(i, score)| (vec![i], vec![score])).collect())
}
