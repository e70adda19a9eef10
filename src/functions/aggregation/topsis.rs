//! `agg_topsis(unit, indicator, score, weight)`: closeness to the best of all.

use datafusion::common::Result;

use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::functions::parameters::{INDICATOR, INDICATOR_WEIGHT, SCORE, SETTING, UNIT, by_unit};
use crate::kernel::{Matrix, closeness};
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: agg_topsis,
        family: Aggregation,
        syntax: ["agg_topsis(unit, indicator, score, weight => 1, normalise => false)"],
        summary: "TOPSIS: relative closeness of a unit to the best values of all indicators, as against the worst values.",
        formula: "d+_i = sqrt(sum_j (w_j (max_j - x_ij))^2), d-_i = sqrt(sum_j (w_j (x_ij - min_j))^2); score = d- / \
                  (d+ + d-)",
        parameters: &[UNIT, INDICATOR, SCORE, INDICATOR_WEIGHT, NORMALISE],
        returns: "LIST of STRUCT(unit, score DOUBLE), in the order of the units; 0 (worst in everything) to 1 \
                  (best in everything); NULL for a unit without scores, or where no indicator varies; \
                  NULL without rows.",
        notes: "Compensability: partial. Scores are assumed to be normalised; normalise => true \
                first divides each indicator by its Euclidean length, as Hwang and Yoon do with \
                raw values. High must be good in every indicator, as there is no direction: enter \
                a raw cost as -x, or normalise with norm_vector(value, direction => -1) OVER \
                (PARTITION BY indicator) and keep normalise => false; both reproduce the example \
                of Hwang and Yoon. A cost entered as it is would be treated as a benefit. Best and \
                worst are those of the units of the group (in composite_index: of the reference \
                set, without the units below min_coverage; with a period as reference, a score \
                beyond its best or worst counts as the best or the worst, and an indicator that \
                does not vary in it takes no part), so scores of different \
                groups are not comparable. Missing scores are excluded from both distances.",
        errors: "A score that is NaN or infinite; a weight that is NULL, negative or not finite, or that \
                 is not the same in all rows of an indicator; a NULL unit or indicator; two rows of \
                 one unit and indicator; DISTINCT.",
        example: "SELECT c.unit, round(c.score, 4) AS score\n\
                  FROM (SELECT unnest(agg_topsis(unit, indicator, score, weight)) AS c\n\
                        FROM (VALUES ('a', 'homes', 3, 1), ('b', 'homes', 2, 1), ('c', 'homes', 1, 1),\n\
                                     ('a', 'jobs', 2, 2), ('b', 'jobs', 4, 2), ('c', 'jobs', 2, 2))\n\
                             AS t(unit, indicator, score, weight))",
        example_result: ["a 0.3333", "b 0.8048", "c 0.0"],
        reference: "Hwang and Yoon (1981), Multiple Attribute Decision Making.",
    };
}

const NORMALISE: Parameter = Parameter {
    name: "normalise",
    kind: Kind::Switch,
    meaning: "whether each indicator is first divided by its Euclidean length",
    default: DefaultValue::Switch(false),
    ..SETTING
};

/// Distances to the ideal.
#[derive(Debug)]
pub struct Topsis {
    normalise: bool,
}

impl MatrixMethod for Topsis {
    const PAGE: &'static Page = &PAGE;
    const SHAPE: Shape = Shape::List(&[Field::Unit("unit"), Field::Number("score")]);

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self { normalise: constants.switch(NORMALISE.name)? })
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        Ok(by_unit(closeness(matrix, matrix, self.normalise)))
    }

    const TAKES_REFERENCE: bool = true;

    fn against(
        &self,
        matrix: &Matrix,
        reference: &Matrix,
    ) -> std::result::Result<Vec<Option<f64>>, String> {
        Ok(closeness(matrix, reference, self.normalise))
    }
}
