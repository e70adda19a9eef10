//! `index_tornqvist(base_price, base_quantity, price, quantity)`: the geometric mean of price relatives with mean value shares.

use super::parameters::{BASE_PRICE, BASE_QUANTITY, PRICE, QUANTITY};
use super::price_index::Formula;
use crate::kernel::Prices;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: index_tornqvist,
        family: IndexNumbers,
        syntax: ["index_tornqvist(base_price, base_quantity, price, quantity)"],
        summary: "Törnqvist price index: the geometric mean of price relatives, weighted by the \
                  mean value shares of both periods.",
        formula: "100 exp(Σ (s0 + s1) / 2 ln(p1 / p0)), s0 = p0 q0 / Σ p0 q0, s1 = p1 q1 / Σ p1 q1",
        parameters: &[BASE_PRICE, BASE_QUANTITY, PRICE, QUANTITY],
        returns: "DOUBLE, base period = 100; NULL if no item remains, or if the remaining items \
                  have no value.",
        notes: "A superlative index, usually close to Fisher. Only value shares are needed, so \
                that no sum overflows. An item without a price or a quantity in either period is \
                excluded from all four indices (matched items), so that they are comparable. \
                Exchanging prices and quantities gives the quantity index.",
        errors: "A price that is NaN, infinite, 0 or negative; a quantity that is NaN, infinite or \
                 negative; DISTINCT; an index beyond the range of DOUBLE.",
        example: "SELECT round(index_tornqvist(p0, q0, p1, q1), 6)\n\
                  FROM (VALUES (1, 10, 2, 5), (4, 5, 4, 10)) AS t(p0, q0, p1, q1)",
        example_result: ["120.302504"],
        reference: "ILO/IMF/OECD/UNECE/Eurostat/World Bank (2004), Consumer Price Index Manual, chapter 16.",
    };
}

/// Törnqvist price index: the geometric mean of price relatives, weighted by the mean of the value shares of both periods.
#[derive(Debug)]
pub struct Tornqvist;

impl Formula for Tornqvist {
    const PAGE: &'static Page = &PAGE;

    fn index(prices: &Prices) -> Option<f64> {
        prices.tornqvist()
    }
}
