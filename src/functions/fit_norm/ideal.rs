//! `norm_ideal(value, fit, lower, upper)`: closeness to an ideal interval.

use super::minmax::SCALE as FIT;
use super::parameters::{LOWEST, SCALE, VALUE, check_scores};
use crate::engine::normalise::{Normalisation, Score};
use crate::kernel::scale;
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};

page! {
    pub static PAGE = Page {
        name: norm_ideal,
        family: Normalisation,
        syntax: [
            "norm_ideal(value, fit, lower, upper, scale => 1, lowest => 0)",
            "norm_ideal(value, lower, upper, scale => 1, lowest => 0) OVER (PARTITION BY indicator)",
        ],
        summary: "Ideal interval: scale (1) within it, less with the distance from it on either side.",
        formula: "lowest + (scale - lowest) (1 - d(x) / M), d(x) = max(lower - x, x - upper, 0), M \
                  = max(lower - min, max - upper)",
        parameters: &[VALUE, FIT, LOWER, UPPER, SCALE, LOWEST],
        over_parameters: Some(&[VALUE, LOWER, UPPER, SCALE, LOWEST]),
        returns: "DOUBLE between lowest and scale (below lowest for a value farther from the \
                  interval than all of the reference set); NULL for a NULL value, a NULL fit, or a \
                  value outside the interval if all of the reference set lies within.",
        notes: "For an ideal point give it as lower and upper. A unit of distance costs the same on \
                both sides: only the farthest value of the reference set scores lowest. There is no \
                direction: nearer is better; in a framework it must be 1 or NULL. lower and upper \
                may be columns of a framework. If all of the reference set lies within the \
                interval, all of it scores scale. The scale is learned by fit_minmax. With OVER \
                (...) the window is the reference set, and FILTER (WHERE ...) restricts it.",
        errors: "A value that is NaN or infinite; a bound that is NULL; lower above upper; scale not \
                 above 0; lowest not below scale.",
        example: "SELECT value, norm_ideal(value, lower => 4, upper => 5) OVER ()\n\
                  FROM (VALUES (2), (4.5), (NULL), (9)) AS t(value)",
        example_result: ["2.0 0.5", "4.5 1.0", "NULL NULL", "9.0 0.0"],
        reference: "Guo Yajun (2007), Comprehensive Evaluation: Theory, Methods and Applications (in \
                    Chinese), Science Press: indicators of the interval type.",
    };
}

const LOWER: Parameter = Parameter {
    name: "lower",
    role: Role::LowerGoalpost,
    kind: Kind::Number,
    meaning: "lower end of the ideal interval, in the unit of measurement of the value; finite",
    null: Null::Error,
    default: DefaultValue::Required,
};

const UPPER: Parameter = Parameter {
    name: "upper",
    role: Role::UpperGoalpost,
    kind: Kind::Number,
    meaning: "upper end of the ideal interval, in the unit of measurement of the value; finite, not \
              below lower, equal to it for a point",
    null: Null::Error,
    default: DefaultValue::Required,
};

/// Applies range and interval.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "norm_ideal_fitted";

    type Given = [f64; 6];

    #[inline]
    fn score(x: f64, &[min, max, lower, upper, scale, lowest]: &[f64; 6], _: &[f64]) -> Score {
        check_scores(lowest, scale)?;
        if lower > upper {
            return Err(format!("lower must not be above upper, got {lower} and {upper}"));
        }
        if min > max {
            return Err(format!("fit must have min <= max, got {min} and {max}"));
        }
        let share = scale::ideal(x, (min, max), (lower, upper));
        Ok(share.map(|share| scale::on_scale(share, (lowest, scale))))
    }
}
