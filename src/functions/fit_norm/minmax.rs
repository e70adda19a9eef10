//! `fit_minmax(value)` and `norm_minmax(value, fit)`: the range of a reference set to a range of
//! choice.

use super::learned::Learned;
use super::parameters::VALUE;
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::{DIRECTION, FIT};
use crate::kernel::{Extent, scale};
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};

page! {
    pub static FIT_PAGE = Page {
        name: fit_minmax,
        family: Fit,
        syntax: ["fit_minmax(value)"],
        summary: "Learns the smallest and the largest value of a reference set.",
        formula: "min = min(x), max = max(x)",
        parameters: &[VALUE],
        returns: "STRUCT(min DOUBLE, max DOUBLE, n BIGINT): minimum and maximum in the unit of \
                  measurement of the value, and the number of values; NULL if the reference set \
                  has none. It can be stored in a table and applied later.",
        notes: "The result is the same for any partitioning of the data, in groups, with filters \
                and over windows (sliding frames included).",
        errors: "A value that is NaN or infinite; DISTINCT.",
        example: "SELECT fit_minmax(value) FROM (VALUES (2), (5), (NULL), (8)) AS t(value)",
        example_result: ["{min: 2.0, max: 8.0, n: 3}"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5.",
    };
}

page! {
    pub static NORM_PAGE = Page {
        name: norm_minmax,
        family: Normalisation,
        syntax: [
            "norm_minmax(value, fit, lower => 0, upper => 1, direction => 1)",
            "norm_minmax(value, lower => 0, upper => 1, direction => 1) OVER (PARTITION BY indicator)",
        ],
        summary: "Min-max normalisation: rescales the range of the reference set to lower..upper.",
        formula: "lower + (upper - lower) (x - min) / (max - min); direction -1: (max - x) instead \
                  of (x - min)",
        parameters: &[VALUE, SCALE, LOWER, UPPER, DIRECTION],
        over_parameters: Some(&[VALUE, LOWER, UPPER, DIRECTION]),
        returns: "DOUBLE between lower and upper (beyond them for a value outside the reference \
                  set); NULL for a NULL value, a NULL fit, or a reference set of equal values.",
        notes: "For a geometric mean choose a range above 0, such as lower => 1, upper => 100. \
                With OVER (...) the window is the reference set, and FILTER (WHERE ...) restricts \
                it.",
        errors: "A value that is NaN or infinite; direction other than 1 or -1; lower not below \
                 upper.",
        example: "SELECT value, norm_minmax(value, lower => 1, upper => 100, direction => -1) OVER ()\n\
                  FROM (VALUES (2), (5), (NULL), (8)) AS t(value)",
        example_result: ["2 100.0", "5 50.5", "NULL NULL", "8 1.0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5.",
    };
}

pub const SCALE: Parameter =
    Parameter { kind: Kind::Fit(&["min", "max"]), meaning: "scale learned by fit_minmax", ..FIT };

const LOWER: Parameter = Parameter {
    name: "lower",
    role: Role::LowerScore,
    kind: Kind::Number,
    meaning: "score of the worst value of the reference set; finite",
    null: Null::Error,
    default: DefaultValue::Number(0.0),
};

const UPPER: Parameter = Parameter {
    name: "upper",
    role: Role::UpperScore,
    kind: Kind::Number,
    meaning: "score of the best value of the reference set; finite, above lower",
    null: Null::Error,
    default: DefaultValue::Number(1.0),
};

/// Learns the range.
#[derive(Debug)]
pub struct Fit;

impl Learned for Fit {
    type State = Extent;

    const PAGE: &'static Page = &FIT_PAGE;
    const NUMBERS: &'static [&'static str] = &["min", "max"];
    const TOO_LARGE: &'static str = "value exceeds the range of DOUBLE";

    #[inline]
    fn update(state: &mut Extent, x: f64) -> Result<(), String> {
        state.update(x);
        Ok(())
    }

    fn n(state: &Extent) -> f64 {
        state.n()
    }

    fn numbers(state: &Extent) -> Option<Vec<Option<f64>>> {
        let (min, max) = state.range()?;
        Some(vec![Some(min), Some(max)])
    }
}

/// Applies the range.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &NORM_PAGE;
    const FITTED: &'static str = "norm_minmax_fitted";

    type Given = [f64; 5];

    #[inline]
    fn score(x: f64, &[min, max, lower, upper, direction]: &[f64; 5], _: &[f64]) -> Score {
        if lower >= upper {
            return Err(format!("lower must be below upper, got {lower} and {upper}"));
        }
        if min > max {
            return Err(format!("fit must have min <= max, got {min} and {max}"));
        }
        Ok(scale::minmax(x, (min, max), (lower, upper), direction))
    }
}
