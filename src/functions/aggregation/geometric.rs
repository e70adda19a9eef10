//! `agg_geometric(score, weight)`: weighted geometric mean of scores.

use datafusion::common::{Result, plan_err};

use super::parameters::{COVERAGE_BY, MIN_COVERAGE, SCORE};
use super::weighted_mean::Aggregation;
use crate::arguments::constants::Constants;
use crate::functions::parameters::{SETTING, WEIGHT};
use crate::kernel::{self, ZeroScore};
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: agg_geometric,
        family: Aggregation,
        syntax: ["agg_geometric(score, weight => 1, min_coverage => 0, coverage_by => 'weight', zero => 'error', shift => 1, inverted => NULL)"],
        summary: "Weighted geometric mean of scores.",
        formula: "exp(Σ w ln x / Σ w); zero => 'shift': G = exp(Σ w ln(x + shift) / Σ w) - shift; inverted => t: t - G(t - x)",
        parameters: &[SCORE_OF_GEOMETRIC, WEIGHT, MIN_COVERAGE, COVERAGE_BY, ZERO, SHIFT, INVERTED],
        returns: "DOUBLE, on the scale of the scores; NULL if no row has a score and a weight \
                  above 0, or if less than min_coverage of the weight (or number) has a score.",
        notes: "Compensability: partial; the lower a score, the more it lowers the mean. A score \
                of 0 is an error unless zero says what it means: 'zero' makes the mean 0, whatever \
                the other scores; 'missing' leaves the score out with its weight; 'shift' moves all \
                scores up by shift and the mean down, also where none is 0. Better: normalise to a \
                range above 0: lower and upper of norm_minmax; lowest and scale of norm_goalposts, \
                norm_scaled, norm_distance_target. With inverted the distances to the top of the scale are averaged, so \
                that a high score counts for more than a low one; scores have no lower end then, and 0 and \
                below are taken. INFORM's hazards are \
                agg_geometric(score, inverted => 10, zero => 'shift', shift => 10.0 / 9), which is \
                its mean of 1 + 0.9 (10 - x).",
        errors: "A score (of a weight above 0) that is NaN, infinite, negative or, unless zero says otherwise, 0; with inverted, one that is NaN, infinite, above inverted or, unless zero says otherwise, equal to it; zero => 'zero' with inverted; shift not above 0, or given without zero => 'shift'; a weight that is NaN, infinite or negative; DISTINCT.",
        example: "SELECT round(agg_geometric(score, weight), 9)\n\
                  FROM (VALUES (8, 3), (1, 1), (NULL, 1)) AS t(score, weight)",
        example_result: ["4.75682846"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6.",
    };
}

const SCORE_OF_GEOMETRIC: Parameter = Parameter {
    meaning: "normalised score; finite, above 0, or 0 if zero says what that means; with inverted below it, \
              or equal to it if zero says so",
    ..SCORE
};

const ZERO: Parameter = Parameter {
    name: "zero",
    kind: Kind::Choice(ZeroScore::WORDS),
    meaning: "what a score of 0 (with inverted: one equal to it) means: an error, a mean of 0 (zero), a missing score (missing), or \
              scores that are moved up (shift)",
    default: DefaultValue::Word("error"),
    ..SETTING
};

const SHIFT: Parameter = Parameter {
    name: "shift",
    kind: Kind::Constant,
    meaning: "how far zero => 'shift' moves scores up, on their scale; finite, above 0",
    default: DefaultValue::Number(1.0),
    ..SETTING
};

const INVERTED: Parameter = Parameter {
    name: "inverted",
    kind: Kind::Constant,
    meaning: "top of the scale, if the distances to it are averaged; finite",
    null: Null::Means("the scores themselves are averaged"),
    default: DefaultValue::Null,
    ..SETTING
};

pub struct Geometric;

impl Aggregation for Geometric {
    type Mean = kernel::Geometric;
    const PAGE: &'static Page = &PAGE;

    fn mean(constants: &Constants) -> Result<kernel::Geometric> {
        let zero = ZeroScore::ALL[constants.choice(ZERO.name)?];
        let shift = constants.number(SHIFT.name)?;
        if shift <= 0.0 {
            return plan_err!("{}: shift must be > 0, got {shift}", PAGE.name);
        }
        if zero != ZeroScore::Shift {
            constants.refuse(SHIFT.name, "without zero => 'shift'")?;
        }
        let inverted = constants.optional(INVERTED.name)?;
        if let (Some(top), ZeroScore::MeanOfZero) = (inverted, zero) {
            return plan_err!(
                "{}: zero must be 'error', 'missing' or 'shift' with inverted, got 'zero' and {top}",
                PAGE.name
            );
        }
        Ok(kernel::Geometric { zero, shift, inverted })
    }

    fn power(mean: &Self::Mean) -> Option<f64> {
        (mean.zero == ZeroScore::Error && mean.inverted.is_none()).then_some(0.0)
    }
}
