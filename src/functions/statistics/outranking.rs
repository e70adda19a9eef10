//! `stat_outranking(unit, indicator, score, weight)`: pairwise comparisons of units.

use datafusion::common::Result;

use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::functions::parameters::{INDICATOR, INDICATOR_WEIGHT, SCORE, UNIT};
use crate::kernel::{Matrix, Outranking};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: stat_outranking,
        family: Statistics,
        syntax: ["stat_outranking(unit, indicator, score, weight => 1)"],
        summary: "Outranking matrix: the share of the weight by which each unit is better than \
                  each other unit.",
        formula: "o_ij = (sum of w_k where x_ik > x_jk + half the sum of w_k where x_ik = x_jk) / sum of w_k, k \
                  over the indicators that both units have",
        parameters: &[UNIT, INDICATOR, SCORE, INDICATOR_WEIGHT],
        returns: "LIST of STRUCT(unit, against, value DOUBLE), one record per ordered pair of \
                  different units, in their order; value is between 0 and 1, o_ij + o_ji = 1; NULL \
                  for a pair with no common indicator; NULL without rows.",
        notes: "Compensability: none. Only the order of the scores matters. A pair of units is \
                compared over the indicators that both have, regardless of the order of the \
                rows. Weights that differ by less than 1e-12 of their sum are equal, so that 0.1 \
                + 0.2 against 0.3 is exactly 0.5 (COINr misses such ties). COINr's matrix has 0 \
                for a unit against itself; no such record is returned here. Time grows with the \
                square of the number of units.",
        errors: "A score that is NaN or infinite; a weight that is NULL, negative or not finite, or that \
                 is not the same in all rows of an indicator; a NULL unit or indicator; two rows of \
                 one unit and indicator; DISTINCT.",
        example: "SELECT o.unit, o.against, round(o.value, 4) AS value\n\
                  FROM (SELECT unnest(stat_outranking(unit, indicator, score, weight)) AS o\n\
                        FROM (VALUES ('a', 'homes', 3, 1), ('b', 'homes', 2, 1), ('c', 'homes', 1, 1),\n\
                                     ('a', 'jobs', 2, 2), ('b', 'jobs', 4, 2), ('c', 'jobs', 2, 2))\n\
                             AS t(unit, indicator, score, weight))",
        example_result: [
            "a b 0.3333", "a c 0.6667", "b a 0.6667", "b c 1.0", "c a 0.3333", "c b 0.0",
        ],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6 \
                    (non-compensatory multi-criteria approach); COINr, outrankMatrix.",
    };
}

/// Pairwise comparisons.
#[derive(Debug)]
pub struct Pairwise;

impl MatrixMethod for Pairwise {
    const PAGE: &'static Page = &PAGE;
    const SHAPE: Shape =
        Shape::List(&[Field::Unit("unit"), Field::Unit("against"), Field::Number("value")]);

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        let outranking = Outranking::new(matrix);
        let units = matrix.rows();
        let pairs = (0..units).flat_map(|a| (0..units).map(move |b| (a, b)));
        let record = |(a, b)| (vec![a, b], vec![outranking.share(a, b)]);
        Ok(Answer::List(pairs.filter(|(a, b)| a != b).map(record).collect()))
    }
}
