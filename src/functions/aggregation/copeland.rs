//! `agg_copeland(unit, indicator, score, weight)`: units beaten minus units lost to.

use datafusion::common::Result;

use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::functions::parameters::{INDICATOR, INDICATOR_WEIGHT, SCORE, UNIT, by_unit};
use crate::kernel::{Matrix, Outranking};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: agg_copeland,
        family: Aggregation,
        syntax: ["agg_copeland(unit, indicator, score, weight => 1)"],
        summary: "Copeland: the number of units a unit beats in pairwise comparison minus the \
                  number it loses to.",
        formula: "c_i = sum_j sign(o_ij - 1/2), o as in stat_outranking",
        parameters: &[UNIT, INDICATOR, SCORE, INDICATOR_WEIGHT],
        returns: "LIST of STRUCT(unit, score DOUBLE), in the order of the units; a whole number between 1 - n and \
                  n - 1; NULL for a unit without scores; NULL without rows.",
        notes: "Compensability: none. Only the order of the scores matters. A pair of units is \
                compared over the indicators that both have, regardless of the order of the \
                rows; a pair with no common indicator counts 0. Equal weights on both sides are \
                a tie: see stat_outranking (COINr misses ties in floating point, and with \
                missing values its result depends on the order of the rows). In a cycle (a beats \
                b, b beats c, c beats a) the three units are tied. The handbook resolves cycles \
                by another rule on the same outranking matrix, the ranking with the highest \
                total support over all pairs (Condorcet, Kemeny, Young and Levenglick), which is \
                not provided.",
        errors: "A score that is NaN or infinite; a weight that is NULL, negative or not finite, or that \
                 is not the same in all rows of an indicator; a NULL unit or indicator; two rows of \
                 one unit and indicator; DISTINCT.",
        example: "SELECT c.unit, c.score\n\
                  FROM (SELECT unnest(agg_copeland(unit, indicator, score, weight)) AS c\n\
                        FROM (VALUES ('a', 'homes', 3, 1), ('b', 'homes', 2, 1), ('c', 'homes', 1, 1),\n\
                                     ('a', 'jobs', 2, 2), ('b', 'jobs', 4, 2), ('c', 'jobs', 2, 2))\n\
                             AS t(unit, indicator, score, weight))",
        example_result: ["a 0.0", "b 2.0", "c -2.0"],
        reference: "Copeland (1951), A 'reasonable' social welfare function; COINr, a_copeland. The outranking \
                    matrix is that of OECD/JRC (2008), Handbook on Constructing Composite Indicators, step \
                    6, which does not have Copeland's count.",
    };
}

/// Copeland's count.
#[derive(Debug)]
pub struct Copeland;

impl MatrixMethod for Copeland {
    const PAGE: &'static Page = &PAGE;
    const SHAPE: Shape = Shape::List(&[Field::Unit("unit"), Field::Number("score")]);

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        Ok(by_unit(Outranking::new(matrix).copeland()))
    }
}
