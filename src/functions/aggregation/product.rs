//! `agg_product(score, weight)`: product of scores, their weights as powers.

use datafusion::common::Result;

use super::parameters::SCORE;
use super::weighted_mean::Aggregation;
use crate::arguments::constants::Constants;
use crate::functions::parameters::WEIGHT;
use crate::kernel;
use crate::page::{Null, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: agg_product,
        family: Aggregation,
        syntax: ["agg_product(score, weight => 1)"],
        summary: "Product of scores, each to the power of its weight; the weights are not scaled to sum to 1.",
        formula: "Π x^w",
        parameters: &[FACTOR, WEIGHT],
        returns: "DOUBLE; NULL if a row with a weight above 0 has no score, or if there is none.",
        notes: "A score of 0 makes the product 0. With weights of 1 an index times a discount, as \
                the dimension indices of the IHDI: index x (1 - inequality). A product of fewer \
                factors is another product, so a missing score leaves none; min_coverage of an index \
                has no effect on it. agg_geometric scales the weights to sum to 1.",
        errors: "A score that is NaN, infinite or negative; a weight that is NaN, infinite or negative; a product beyond DOUBLE; DISTINCT.",
        example: "SELECT agg_product(score, weight)\n\
                  FROM (VALUES (0.5, 1), (3, 2), (9, 0)) AS t(score, weight)",
        example_result: ["4.5"],
        reference: "UNDP, Human Development Report, technical notes (inequality-adjusted dimension \
                    indices).",
    };
}

const FACTOR: Parameter = Parameter {
    meaning: "normalised score; finite, >= 0",
    null: Null::Means("result is NULL, unless the weight is 0"),
    ..SCORE
};

pub struct Product;

impl Aggregation for Product {
    type Mean = kernel::Product;
    const PAGE: &'static Page = &PAGE;

    fn mean(_: &Constants) -> Result<kernel::Product> {
        Ok(kernel::Product)
    }
}
