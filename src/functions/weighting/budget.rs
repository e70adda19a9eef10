//! `weight_budget(expert, indicator, points)`: weights from the points of experts.

use datafusion::common::Result;

use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::functions::parameters::{self, SETTING};
use crate::kernel::{Allocation, ExpertMean, Fault, Matrix, budget};
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: weight_budget,
        family: Weighting,
        syntax: ["weight_budget(expert, indicator, points, mean => 'arithmetic')"],
        summary: "Budget allocation: weights from the points that experts distribute over the \
                  indicators.",
        formula: "s_ej = points_ej / sum_k points_ek; w_j the mean of s_ej over the experts, made to \
                  sum to 1; disagreement_j the standard deviation of s_ej (n - 1)",
        parameters: &[EXPERT, INDICATOR, POINTS, MEAN],
        returns: "LIST of STRUCT(indicator, weight DOUBLE, disagreement DOUBLE), in the order of the \
                  indicators; the weights sum to 1; disagreement is NULL with one expert; NULL \
                  without rows.",
        notes: "The points of an expert are shares of what that expert gave: it does not matter \
                whether all experts have 100 points. Each expert must say something of each \
                indicator: 0 points where it is not to count. With the geometric mean an indicator \
                to which one expert gives 0 has weight 0. The handbook advises to have no more than \
                10 to 12 indicators judged at a time: use GROUP BY for the parts of a framework. \
                Give the weights to a framework as its column weight.",
        errors: "An expert who gives no points, not even 0, to an indicator; points that are \
                 negative, NaN or infinite; an expert who gives 0 to each; with the geometric mean, \
                 no indicator with points of every expert; a NULL expert or indicator; two rows of \
                 one expert and indicator; DISTINCT.",
        example: "SELECT w.indicator, round(w.weight, 4) AS weight, round(w.disagreement, 4) AS disagreement\n\
                  FROM (SELECT unnest(weight_budget(expert, indicator, points)) AS w\n\
                        FROM (VALUES ('ann', 'homes', 60), ('ann', 'jobs', 40), ('bob', 'homes', 2), ('bob', 'jobs', 8))\n\
                             AS t(expert, indicator, points))",
        example_result: ["homes 0.4 0.2828", "jobs 0.6 0.2828"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6 (budget \
                    allocation process).",
    };
}

const EXPERT: Parameter =
    Parameter { name: "expert", meaning: "who gives the points", ..parameters::UNIT };

const INDICATOR: Parameter = Parameter {
    meaning: "indicator or pillar that is given points; one row per expert and indicator",
    ..parameters::INDICATOR
};

const POINTS: Parameter = Parameter {
    name: "points",
    kind: Kind::Number,
    meaning: "points of the expert for the indicator; finite, >= 0",
    null: Null::Means("as if the row did not exist: an error"),
    default: DefaultValue::Required,
    ..SETTING
};

const MEAN: Parameter = Parameter {
    name: "mean",
    kind: Kind::Choice(&["arithmetic", "geometric"]),
    meaning: "mean of the shares of the experts",
    default: DefaultValue::Word("arithmetic"),
    ..SETTING
};

/// Budget allocation.
#[derive(Debug)]
pub struct Budget(ExpertMean);

impl MatrixMethod for Budget {
    const PAGE: &'static Page = &PAGE;
    const SHAPE: Shape = Shape::List(&[
        Field::Indicator("indicator"),
        Field::Number("weight"),
        Field::Number("disagreement"),
    ]);
    const IS_WHOLE: bool = true;

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self(match constants.choice(MEAN.name)? {
            0 => ExpertMean::Arithmetic,
            _ => ExpertMean::Geometric,
        }))
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        let found = budget(matrix, self.0)?.into_iter().enumerate();
        let record =
            |(j, of): (usize, Allocation)| (vec![j], vec![Some(of.weight), of.disagreement]);
        Ok(Answer::List(found.map(record).collect()))
    }

    fn fault(&self, matrix: &Matrix) -> Option<Fault> {
        budget(matrix, self.0).err()
    }

    fn twice(expert: &str, indicator: &str, _: Option<&str>) -> String {
        format!(
            "an expert must give points to an indicator once, found two rows of '{expert}' for \
             '{indicator}'"
        )
    }
}
