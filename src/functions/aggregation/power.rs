//! `agg_power(score, weight, p)`: weighted power mean of scores.

use datafusion::common::{Result, plan_err};

use super::parameters::{COVERAGE_BY, MIN_COVERAGE, SCORE};
use super::weighted_mean::Aggregation;
use crate::arguments::constants::Constants;
use crate::functions::parameters::{SETTING, WEIGHT};
use crate::kernel;
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: agg_power,
        family: Aggregation,
        syntax: ["agg_power(score, weight => 1, p => 1, min_coverage => 0, coverage_by => 'weight')"],
        summary: "Weighted power mean (generalised mean) of scores.",
        formula: "(Σ w x^p / Σ w)^(1/p); p = 0: exp(Σ w ln x / Σ w), its limit",
        parameters: &[POWER_SCORE, WEIGHT, P, MIN_COVERAGE, COVERAGE_BY],
        returns: "DOUBLE, on the scale of the scores; NULL if no row has a score and a weight \
                  above 0, or if less than min_coverage of the weight (or number) has a score.",
        notes: "p = 1 is the arithmetic, 0 the geometric, -1 the harmonic, 2 the quadratic mean. \
                Compensability: full at p = 1, partial and decreasing below it; above 1 high \
                scores have more influence. Computed with logarithms, so that no power overflows.",
        errors: "A score that is NaN or infinite, negative for p > 0, or not above 0 for p <= 0 \
                 (unless its weight is 0); a weight that is NaN, infinite or negative; a p that is \
                 not finite or not a constant; DISTINCT.",
        example: "SELECT round(agg_power(score, p => 2), 9)\n\
                  FROM (VALUES (1), (7), (NULL)) AS t(score)",
        example_result: ["5.0"],
        reference: "Hardy, Littlewood and Polya (1934), Inequalities, chapter 2. The handbook \
                    (OECD/JRC 2008), step 6, has p = 1 and p = 0 only.",
    };
}

const POWER_SCORE: Parameter = Parameter {
    meaning: "normalised score; finite, >= 0 for p > 0 and above 0 for p <= 0",
    ..SCORE
};

const P: Parameter = Parameter {
    name: "p",
    kind: Kind::Constant,
    meaning: "the power; finite",
    default: DefaultValue::Number(1.0),
    ..SETTING
};

pub struct Power;

impl Aggregation for Power {
    type Mean = kernel::PowerMean;
    const PAGE: &'static Page = &PAGE;

    fn mean(constants: &Constants) -> Result<kernel::PowerMean> {
        let p = constants.number(P.name)?;
        if !p.is_finite() {
            return plan_err!("{}: p must be finite, got {p}", PAGE.name);
        }
        Ok(kernel::PowerMean { p })
    }

    fn power(mean: &Self::Mean) -> Option<f64> {
        Some(mean.p)
    }
}
