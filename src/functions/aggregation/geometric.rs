//! `agg_geometric(score, weight)`: weighted geometric mean of scores.

use datafusion::common::Result;

use super::parameters::{COVERAGE_BY, MIN_COVERAGE, SCORE};
use super::weighted_mean::Aggregation;
use crate::arguments::constants::Constants;
use crate::functions::parameters::{SETTING, WEIGHT};
use crate::kernel::{self, ZeroScore};
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: agg_geometric,
        family: Aggregation,
        syntax: ["agg_geometric(score, weight => 1, min_coverage => 0, coverage_by => 'weight', zero => 'error')"],
        summary: "Weighted geometric mean of scores.",
        formula: "exp(Σ w ln x / Σ w); zero => 'shift': exp(Σ w ln(x + 1) / Σ w) - 1",
        parameters: &[SCORE_OF_GEOMETRIC, WEIGHT, MIN_COVERAGE, COVERAGE_BY, ZERO],
        returns: "DOUBLE, on the scale of the scores; NULL if no row has a score and a weight \
                  above 0, or if less than min_coverage of the weight (or number) has a score.",
        notes: "Compensability: partial; the lower a score, the more it lowers the mean. A score \
                of 0 is an error unless zero says what it means: 'zero' makes the mean 0, whatever \
                the other scores; 'missing' leaves the score out with its weight; 'shift' moves all \
                scores up by 1 and the mean down, also where none is 0. Better: normalise to a \
                range above 0: lower and upper of norm_minmax; lowest and scale of norm_goalposts, \
                norm_scaled, norm_distance_target.",
        errors: "A score that is NaN, infinite, negative or, unless zero says otherwise, 0 (unless its weight is 0); a weight that is NaN, infinite or negative; DISTINCT.",
        example: "SELECT round(agg_geometric(score, weight), 9)\n\
                  FROM (VALUES (8, 3), (1, 1), (NULL, 1)) AS t(score, weight)",
        example_result: ["4.75682846"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6.",
    };
}

const SCORE_OF_GEOMETRIC: Parameter = Parameter {
    meaning: "normalised score; finite, above 0, or 0 if zero says what that means",
    ..SCORE
};

const ZERO: Parameter = Parameter {
    name: "zero",
    kind: Kind::Choice(ZeroScore::WORDS),
    meaning: "what a score of 0 means: an error, a mean of 0 (zero), a missing score (missing), or \
              scores that are moved up by 1 (shift)",
    default: DefaultValue::Word("error"),
    ..SETTING
};

pub struct Geometric;

impl Aggregation for Geometric {
    type Mean = kernel::Geometric;
    const PAGE: &'static Page = &PAGE;

    fn mean(constants: &Constants) -> Result<kernel::Geometric> {
        Ok(kernel::Geometric { zero: ZeroScore::ALL[constants.choice(ZERO.name)?] })
    }

    fn power(mean: &Self::Mean) -> Option<f64> {
        (mean.zero == ZeroScore::Error).then_some(0.0)
    }
}
