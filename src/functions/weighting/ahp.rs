//! `weight_ahp(indicator, against, ratio)`: weights from pairwise judgements.

use datafusion::common::Result;

use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::functions::parameters;
use crate::kernel::{Fault, Matrix, Priorities, joined_priorities, priorities};
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};

page! {
    pub static PAGE = Page {
        name: weight_ahp,
        family: Weighting,
        syntax: ["weight_ahp(indicator, against, ratio, judge => NULL)"],
        summary: "Analytic hierarchy process: weights from pairwise judgements of indicators, by \
                  one judge or several.",
        formula: "A w = lambda_max w, w summing to 1; consistency_ratio = (lambda_max - n) / (n - 1) \
                  over that of random judgements of n indicators; of several judges \
                  a_ij is the geometric mean of their ratios",
        parameters: &[INDICATOR, AGAINST, RATIO, JUDGE],
        returns: "LIST of STRUCT(indicator, weight DOUBLE, lambda_max DOUBLE, consistency_ratio \
                  DOUBLE, max_consistency_ratio DOUBLE, disagreement DOUBLE), in the order of the \
                  indicators; the weights sum to 1; lambda_max and the consistency ratios are the \
                  same in each; consistency_ratio is that of the joined judgements, \
                  max_consistency_ratio that of the least consistent judge, disagreement the \
                  standard deviation (n - 1) of the judges' weights, NULL with one judge; \
                  consistency ratios are NULL beyond 15 indicators; NULL without rows.",
        notes: "One row per pair is sufficient: the reciprocal is filled in, and an indicator \
                against itself is 1. If both rows of a pair are given, they may be rounded: the \
                product of the two ratios may differ from 1 by 0.01, and a smaller ratio of two \
                decimals may be the rounded reciprocal of the larger (3 with 0.33, 6 with 0.17, 7 \
                with 0.14, 8 with 0.13). The pair then has the ratio sqrt(there / back) and its \
                exact reciprocal, so that lambda_max is never below n. A consistency ratio above \
                0.1 calls for a revision of the judgements (Saaty). \
                Judgements of several judges are joined pair by pair by the geometric mean, \
                the only mean that keeps them reciprocal (Aczél and Saaty 1983); each judge \
                must have judged all pairs. The joined judgements hide an inconsistent judge: \
                see max_consistency_ratio, and GROUP BY judge for the weights and the \
                consistency ratio of each. Random consistency for 1 to 15 \
                indicators: 0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, \
                1.56, 1.57, 1.59.",
        errors: "A ratio that is not above 0 or not finite; a pair without a ratio; two ratios of \
                 a pair that are not reciprocal within the rounding described; a ratio other than \
                 1 of an indicator to itself; two rows of one pair (and judge) in the same order; \
                 a NULL indicator or judge; DISTINCT.",
        example: "SELECT w.indicator, round(w.weight, 4) AS weight, round(w.consistency_ratio, 4) AS cr\n\
                  FROM (SELECT unnest(weight_ahp(indicator, against, ratio)) AS w\n\
                        FROM (VALUES ('homes', 'jobs', 2), ('homes', 'air', 4), ('jobs', 'air', 2))\n\
                             AS t(indicator, against, ratio))",
        example_result: ["air 0.1429 0.0", "homes 0.5714 0.0", "jobs 0.2857 0.0"],
        reference: "Saaty (1980), The Analytic Hierarchy Process; Saaty (1990), How to make a decision: \
                    the analytic hierarchy process, European Journal of Operational Research 48; Aczél and \
                    Saaty (1983), Procedures for synthesizing ratio judgements, Journal of Mathematical \
                    Psychology 27; \
                    OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6.",
    };
}

const INDICATOR: Parameter =
    Parameter { meaning: "indicator or pillar being judged", ..parameters::INDICATOR };

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
    meaning: "how many times as important as the other; finite, above 0, on Saaty's scale 1/9 to 9",
    null: Null::Means("as if the row did not exist"),
    default: DefaultValue::Required,
};

const JUDGE: Parameter = Parameter {
    name: "judge",
    role: Role::Setting,
    kind: Kind::Any,
    meaning: "who judges; a column",
    null: Null::Error,
    default: DefaultValue::Null,
};

/// Pairwise judgements.
#[derive(Debug)]
pub struct Ahp;

impl MatrixMethod for Ahp {
    const PAGE: &'static Page = &PAGE;
    const SHAPE: Shape = Shape::List(&[
        Field::Indicator("indicator"),
        Field::Number("weight"),
        Field::Number("lambda_max"),
        Field::Number("consistency_ratio"),
        Field::Number("max_consistency_ratio"),
        Field::Number("disagreement"),
    ]);
    const ONE_KEY: bool = true;
    const LAYER: Option<usize> = Some(3);

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        let Some(found) = priorities(matrix)? else { return Ok(Answer::List(Vec::new())) };
        let largest = found.consistency_ratio;
        Ok(records(&found, largest, None))
    }

    fn fault(&self, matrix: &Matrix) -> Option<Fault> {
        priorities(matrix).err()
    }

    fn twice(indicator: &str, against: &str, judge: Option<&str>) -> String {
        let place = judge.unwrap_or("of several judges: judge => j");
        format!(
            "a pair of indicators must have one ratio, found two of '{indicator}' to '{against}' \
             ({place})"
        )
    }

    fn of_layers(&self, judges: &[Matrix]) -> std::result::Result<Answer, String> {
        let Some(found) = joined_priorities(judges)? else { return Ok(Answer::List(Vec::new())) };
        Ok(records(&found.priorities, found.largest_ratio, found.disagreement.as_deref()))
    }
}

fn records(found: &Priorities, largest: Option<f64>, disagreement: Option<&[f64]>) -> Answer {
    let record = |(j, &weight): (usize, &f64)| {
        let disagreement = disagreement.map(|all| all[j]);
        let both = (Some(found.lambda_max), found.consistency_ratio);
        (vec![j], vec![Some(weight), both.0, both.1, largest, disagreement])
    };
    Answer::List(found.weights.iter().enumerate().map(record).collect())
}
