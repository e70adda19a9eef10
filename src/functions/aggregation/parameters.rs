//! The arguments that aggregations share.

use crate::functions::parameters;
use crate::kernel::CoverageBy;
use crate::page::{DefaultValue, Kind, Null, Parameter, Role};

pub const SCORE: Parameter = Parameter {
    meaning: "normalised score; finite",
    null: Null::Means("row is excluded with its weight"),
    ..parameters::SCORE
};

/// As [`SCORE`], for the means that need logarithms or reciprocals.
pub const POSITIVE_SCORE: Parameter =
    Parameter { meaning: "normalised score; finite, above 0", ..SCORE };

pub const MIN_COVERAGE: Parameter = Parameter {
    name: "min_coverage",
    role: Role::MinCoverage,
    kind: Kind::Constant,
    meaning: "share of the weight (or of the number: coverage_by) that must have a score, 0 to 1; \
              below it the result is NULL",
    null: Null::Error,
    default: DefaultValue::Number(0.0),
};

pub const COVERAGE_BY: Parameter = Parameter {
    name: "coverage_by",
    role: Role::CoverageBy,
    kind: Kind::Choice(CoverageBy::WORDS),
    meaning: "whether min_coverage is a share of the weight or of the number of rows (count); rows \
              of weight 0 are excluded from both",
    null: Null::Error,
    default: DefaultValue::Word("weight"),
};
