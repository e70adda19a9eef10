//! `weight_bod(unit, indicator, score)` and `agg_bod(unit, indicator, score)`: Benefit of the
//! Doubt, each unit under its most favourable weights.

use datafusion::common::{Result, plan_err};

use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::functions::parameters::{INDICATOR, SCORE, SETTING, UNIT};
use crate::kernel::{Limited, Limits, Matrix, benefit_of_the_doubt};
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static WEIGHTS_PAGE = Page {
        name: weight_bod,
        family: Weighting,
        syntax: ["weight_bod(unit, indicator, score, min_share => 0, max_share => 1, min_weight => 0, max_weight => 1)"],
        summary: "Benefit of the Doubt: the most favourable weights of each unit.",
        formula: "max_w sum_j w_j y_ij, subject to sum_j w_j y_kj <= 1 for every unit k, w_j >= 0, \
                  min_share <= w_j y_ij / sum_l w_l y_il <= max_share, or min_weight <= w_j / sum_l w_l <= \
                  max_weight",
        parameters: &[UNIT, INDICATOR, SCORE, MIN_SHARE, MAX_SHARE, MIN_WEIGHT, MAX_WEIGHT],
        returns: "LIST of STRUCT(unit, indicator, weight DOUBLE, share DOUBLE), in the order of \
                  the units and indicators; share is the contribution of the indicator to the \
                  score of the unit, and the shares of a unit sum to 1; weight and share are NULL \
                  if the score is missing or no weights satisfy the limits, share also if the unit \
                  scores 0; NULL without rows.",
        notes: "The weights of agg_bod: they differ between units and do not sum to 1. If several \
                sets of weights give a unit its maximum score, any of them may be returned. See \
                agg_bod for missing scores and limits.",
        errors: "A score below 0, NaN or infinite; a limit outside 0 to 1, or limits such \
                 that the shares or weights of all indicators cannot sum to 1; limits on both \
                 shares and weights; a NULL unit or indicator; two \
                 rows of one unit and indicator; DISTINCT.",
        example: "SELECT b.unit, b.indicator, round(b.weight, 4) AS weight, round(b.share, 4) AS share\n\
                  FROM (SELECT unnest(weight_bod(unit, indicator, score, min_share => 0.5)) AS b\n\
                        FROM (VALUES ('a', 'homes', 4), ('b', 'homes', 2), ('a', 'jobs', 1), ('b', 'jobs', 4))\n\
                             AS t(unit, indicator, score))",
        example_result: [
            "a homes 0.0556 0.5", "a jobs 0.2222 0.5", "b homes 0.2222 0.5", "b jobs 0.1111 0.5",
        ],
        reference: "Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), An introduction to \
                    'benefit of the doubt' composite indicators, Social Indicators Research 82; \
                    limits on shares: Cherchye et al. (2008), Creating composite indicators with \
                    DEA and robustness analysis: the case of the Technology Achievement Index, \
                    Journal of the Operational Research Society 59; limits on weights: OECD/JRC (2008), \
                    Handbook on Constructing Composite Indicators, step 6, table 19.",
    };
}

page! {
    pub static SCORES_PAGE = Page {
        name: agg_bod,
        family: Aggregation,
        syntax: ["agg_bod(unit, indicator, score, min_share => 0, max_share => 1, min_weight => 0, max_weight => 1)"],
        summary: "Benefit of the Doubt: the score of each unit under its most favourable weights.",
        formula: "max_w sum_j w_j y_ij, subject to sum_j w_j y_kj <= 1 for every unit k, w_j >= 0, \
                  min_share <= w_j y_ij / sum_l w_l y_il <= max_share, or min_weight <= w_j / sum_l w_l <= \
                  max_weight",
        parameters: &[UNIT, INDICATOR, SCORE, MIN_SHARE, MAX_SHARE, MIN_WEIGHT, MAX_WEIGHT],
        returns: "LIST of STRUCT(unit, score DOUBLE), in the order of the units; a score is \
                  between 0 and 1, and 1 for a unit that no other unit exceeds under its weights; \
                  NULL for a unit without scores or with too few for the limits; NULL without \
                  rows.",
        notes: "Compensability: full, under weights specific to each unit. Independent of the unit \
                of measurement of each indicator, but not of its zero. A missing score contributes \
                nothing: it has no weight for the unit itself, and counts as 0 in the programs of \
                the other units (Kuosmanen 2009). With min_share above 0 a unit with a score of 0 \
                has the result 0, since a score of 0 would need a positive share: normalise to \
                1..100. A share is the part of the score that an indicator contributes, whatever \
                its unit of measurement; min_weight and max_weight limit w_j / sum w instead, as \
                the handbook's table 19 does (0.10 to 0.15), which depends on the units of \
                measurement: bring the scores to one scale before. One linear program is solved per unit; units that another \
                equals or exceeds in all indicators are omitted from its constraints. The programs \
                are solved to 1e-8; if the scores of all units are nearly proportional (a mean a \
                thousand times the standard deviation), the result has that precision.",
        errors: "A score below 0, NaN or infinite; a limit outside 0 to 1, or limits such \
                 that the shares or weights of all indicators cannot sum to 1; limits on both \
                 shares and weights; a NULL unit or indicator; two \
                 rows of one unit and indicator; DISTINCT.",
        example: "SELECT b.unit, round(b.score, 4) AS score\n\
                  FROM (SELECT unnest(agg_bod(unit, indicator, score)) AS b\n\
                        FROM (VALUES ('a', 'homes', 4), ('b', 'homes', 1), ('c', 'homes', 2),\n\
                                     ('a', 'jobs', 1), ('b', 'jobs', 4), ('c', 'jobs', 2))\n\
                             AS t(unit, indicator, score))",
        example_result: ["a 1.0", "b 1.0", "c 0.8"],
        reference: "Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), An introduction to \
                    'benefit of the doubt' composite indicators, Social Indicators Research 82; \
                    limits on shares: Cherchye et al. (2008), Creating composite indicators with \
                    DEA and robustness analysis: the case of the Technology Achievement Index, \
                    Journal of the Operational Research Society 59; limits on weights: OECD/JRC (2008), \
                    Handbook on Constructing Composite Indicators, step 6, table 19; missing scores: Kuosmanen \
                    (2009), Data envelopment analysis with missing data, Journal of the \
                    Operational Research Society 60.",
    };
}

const MIN_SHARE: Parameter = Parameter {
    name: "min_share",
    kind: Kind::Constant,
    meaning: "minimum share of each indicator in the score of a unit, 0 to 1",
    default: DefaultValue::Number(0.0),
    ..SETTING
};

const MAX_SHARE: Parameter = Parameter {
    name: "max_share",
    kind: Kind::Constant,
    meaning: "maximum share of each indicator in the score of a unit, 0 to 1",
    default: DefaultValue::Number(1.0),
    ..SETTING
};

const MIN_WEIGHT: Parameter = Parameter {
    name: "min_weight",
    kind: Kind::Constant,
    meaning: "minimum part of each indicator in the sum of the weights of a unit, 0 to 1",
    default: DefaultValue::Number(0.0),
    ..SETTING
};

const MAX_WEIGHT: Parameter = Parameter {
    name: "max_weight",
    kind: Kind::Constant,
    meaning: "maximum part of each indicator in the sum of the weights of a unit, 0 to 1",
    default: DefaultValue::Number(1.0),
    ..SETTING
};

fn limits(name: &str, constants: &Constants) -> Result<Limits> {
    let pair = |on: Limited, [lower, upper]: [Parameter; 2]| {
        let limits =
            Limits { on, min: constants.number(lower.name)?, max: constants.number(upper.name)? };
        for (parameter, limit) in [(&lower, limits.min), (&upper, limits.max)] {
            if !(0.0..=1.0).contains(&limit) {
                return plan_err!(
                    "{name}: {} must be between 0 and 1, got {limit}",
                    parameter.name
                );
            }
        }
        if limits.min > limits.max {
            return plan_err!(
                "{name}: {} must be at most {}, got {} and {}",
                lower.name,
                upper.name,
                limits.min,
                limits.max
            );
        }
        Ok(limits)
    };
    let of_shares = pair(Limited::Share, [MIN_SHARE, MAX_SHARE])?;
    let of_weights = pair(Limited::Weight, [MIN_WEIGHT, MAX_WEIGHT])?;
    let limits_nothing = |limits: Limits| limits.min == 0.0 && limits.max == 1.0;
    match (limits_nothing(of_shares), limits_nothing(of_weights)) {
        (_, true) => Ok(of_shares),
        (true, false) => Ok(of_weights),
        (false, false) => plan_err!(
            "{name}: limits must be on shares or on weights, found both (min_share and max_share, \
             or min_weight and max_weight)"
        ),
    }
}

/// The weights.
#[derive(Debug)]
pub struct Weights(Limits);

impl MatrixMethod for Weights {
    const PAGE: &'static Page = &WEIGHTS_PAGE;
    const SHAPE: Shape = Shape::List(&[
        Field::Unit("unit"),
        Field::Indicator("indicator"),
        Field::Number("weight"),
        Field::Number("share"),
    ]);

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self(limits(WEIGHTS_PAGE.name, constants)?))
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        let mut records = Vec::with_capacity(matrix.rows() * matrix.columns());
        for (i, found) in benefit_of_the_doubt(matrix, self.0)?.into_iter().enumerate() {
            if let Some(weight) = found.weights.iter().flatten().find(|weight| !weight.is_finite())
            {
                return Err(format!("a weight must be within the range of DOUBLE, got {weight}"));
            }
            let both = found.weights.into_iter().zip(found.shares).enumerate();
            records.extend(both.map(|(j, (weight, share))| (vec![i, j], vec![weight, share])));
        }
        Ok(Answer::List(records))
    }
}

/// The scores.
#[derive(Debug)]
pub struct Scores(Limits);

impl MatrixMethod for Scores {
    const PAGE: &'static Page = &SCORES_PAGE;
    const SHAPE: Shape = Shape::List(&[Field::Unit("unit"), Field::Number("score")]);

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self(limits(SCORES_PAGE.name, constants)?))
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        let found = benefit_of_the_doubt(matrix, self.0)?.into_iter().enumerate();
        Ok(Answer::List(found.map(|(i, found)| (vec![i], vec![found.score])).collect()))
    }
}
