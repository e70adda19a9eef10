//! `agg_borda(unit, indicator, score, weight)`: points for each unit beaten.

use datafusion::common::Result;

use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::functions::parameters::{INDICATOR, INDICATOR_WEIGHT, SCORE, UNIT, by_unit};
use crate::kernel::{Matrix, Outranking};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: agg_borda,
        family: Aggregation,
        syntax: ["agg_borda(unit, indicator, score, weight => 1)"],
        summary: "Borda: points for each unit beaten, weighted over the indicators.",
        formula: "b_i = sum_j o_ij, o as in stat_outranking; nothing missing: the weighted mean of rank - 1, rank \
                  1 for the worst, ties sharing their average",
        parameters: &[UNIT, INDICATOR, SCORE, INDICATOR_WEIGHT],
        returns: "LIST of STRUCT(unit, score DOUBLE), in the order of the units; between 0 and n - 1; NULL for a \
                  unit without scores; NULL without rows.",
        notes: "Compensability: full between ranks; the size of score differences is ignored. A \
                pair of units is compared over the indicators that both have; a pair with no \
                common indicator earns no points. Tied units earn half a point each, which is ties \
                => 'average' of norm_borda: its weighted mean over the indicators is then the \
                same, whereas its default, ties => 'min', gives less to tied units.",
        errors: "A score that is NaN or infinite; a weight that is NULL, negative or not finite, or that \
                 is not the same in all rows of an indicator; a NULL unit or indicator; two rows of \
                 one unit and indicator; DISTINCT.",
        example: "SELECT b.unit, round(b.score, 4) AS score\n\
                  FROM (SELECT unnest(agg_borda(unit, indicator, score, weight)) AS b\n\
                        FROM (VALUES ('a', 'homes', 3, 1), ('b', 'homes', 2, 1), ('c', 'homes', 1, 1),\n\
                                     ('a', 'jobs', 2, 2), ('b', 'jobs', 4, 2), ('c', 'jobs', 2, 2))\n\
                             AS t(unit, indicator, score, weight))",
        example_result: ["a 1.0", "b 1.6667", "c 0.3333"],
        reference: "Borda (1784), Memoire sur les elections au scrutin; Black (1976), Partial justification of \
                    the Borda count, Public Choice 28; OECD/JRC (2008), Handbook on Constructing \
                    Composite Indicators, step 6.",
    };
}

/// Borda's points.
#[derive(Debug)]
pub struct Borda;

impl MatrixMethod for Borda {
    const PAGE: &'static Page = &PAGE;
    const SHAPE: Shape = Shape::List(&[Field::Unit("unit"), Field::Number("score")]);

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        Ok(by_unit(Outranking::new(matrix).borda()))
    }
}
