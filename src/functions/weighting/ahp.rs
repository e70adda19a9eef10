//! `weight_ahp(indicator, against, ratio)`: weights from pairwise judgements.

use datafusion::common::Result;

use crate::functions::engine::constants::Constants;
use crate::functions::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::functions::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};
use crate::kernel::{Matrix, priorities};

page! {
    /// What `weight_ahp` is and does.
    pub static PAGE = Page {
        name: "weight_ahp",
        family: Weighting,
        syntax: ["weight_ahp(indicator, against, ratio)"],
        summary: "Analytic hierarchy process: weights from judgements of pairs of indicators.",
        formula: "A w = lambda_max w, w summing to 1; consistency_ratio = (lambda_max - n) / (n - 1) \
                  over that of random judgements of n indicators",
        parameters: [INDICATOR, AGAINST, RATIO],
        over_parameters: None,
        returns: "LIST of STRUCT(indicator, weight DOUBLE, lambda_max DOUBLE, consistency_ratio \
                  DOUBLE), in the order of the indicators; the weights sum to 1; lambda_max and \
                  consistency_ratio are the same in each; consistency_ratio is NULL beyond 15 \
                  indicators; NULL without rows.",
        notes: "One row per pair is enough: the reciprocal is filled in, and an indicator against \
                itself is 1. Of two rows of a pair the second may be rounded: 3 with 0.33, 6 with 0.17, 7 with \
                0.14, 9 with 0.11. The ratio is then sqrt(there / back), between the two, and its \
                reciprocal exact. A consistency ratio above 0.1 asks for better judgements (Saaty). Random \
                consistency for 1 to 15 indicators: 0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, \
                1.49, 1.51, 1.48, 1.56, 1.57, 1.59.",
        errors: "A ratio that is not above 0 or not finite; a pair without a ratio; two ratios of a \
                 pair whose product is not 1 to within 0.01, unless the smaller is the other's inverse rounded to \
                 hundredths; a ratio other than 1 of an indicator to \
                 itself; two rows of one pair in the same order; a NULL indicator; DISTINCT.",
        example: "SELECT w.indicator, round(w.weight, 4) AS weight, round(w.consistency_ratio, 4) AS cr\n\
                  FROM (SELECT unnest(weight_ahp(indicator, against, ratio)) AS w\n\
                        FROM (VALUES ('homes', 'jobs', 2), ('homes', 'air', 4), ('jobs', 'air', 2))\n\
                             AS t(indicator, against, ratio))",
        example_result: ["air 0.1429 0.0", "homes 0.5714 0.0", "jobs 0.2857 0.0"],
        reference: "Saaty (1980), The Analytic Hierarchy Process; Saaty (1990), How to make a decision: \
                    the analytic hierarchy process, European Journal of Operational Research 48; \
                    OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6.",
    };
}

const INDICATOR: Parameter = Parameter {
    name: "indicator",
    role: Role::Indicator,
    kind: Kind::Key,
    meaning: "indicator or pillar that is judged",
    null: Null::Error,
    default: DefaultValue::Required,
};

const AGAINST: Parameter = Parameter {
    name: "against",
    role: Role::Setting,
    kind: Kind::Key,
    meaning: "indicator it is compared with; of the same type",
    ..INDICATOR
};

const RATIO: Parameter = Parameter {
    name: "ratio",
    role: Role::Setting,
    kind: Kind::Number,
    meaning: "how many times as important as the other; finite, above 0, in Saaty's scale 1/9 to 9",
    null: Null::Means("as if the row were not there"),
    default: DefaultValue::Required,
};

/// Pairwise judgements.
#[derive(Debug)]
pub(super) struct Ahp;

impl MatrixMethod for Ahp {
    const PAGE: &'static Page = &PAGE;
    const SHAPE: Shape = Shape::List(&[
        Field::Indicator("indicator"),
        Field::Number("weight"),
        Field::Number("lambda_max"),
        Field::Number("consistency_ratio"),
    ]);
    const ONE_KEY: bool = true;

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        let Some(found) = priorities(matrix)? else { return Ok(Answer::List(Vec::new())) };
        let record = |(j, &weight)| {
            (vec![j], vec![Some(weight), Some(found.lambda_max), found.consistency_ratio])
        };
        Ok(Answer::List(found.weights.iter().enumerate().map(record).collect()))
    }
}
