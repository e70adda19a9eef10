//! `index_paasche(base_price, base_quantity, price, quantity)`: the current basket at the prices of both periods.

use super::parameters::{BASE_PRICE, BASE_QUANTITY, PRICE, QUANTITY};
use super::price_index::Formula;
use crate::kernel::Prices;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: index_paasche,
        family: IndexNumbers,
        syntax: ["index_paasche(base_price, base_quantity, price, quantity)"],
        summary: "Paasche price index: the current cost of the current basket relative to its cost \
                  in the base period.",
        formula: "100 Σ p1 q1 / Σ p0 q1",
        parameters: &[BASE_PRICE, BASE_QUANTITY, PRICE, QUANTITY],
        returns: "DOUBLE, base period = 100; NULL if no item remains, or if the remaining items \
                  have no value.",
        notes: "Usually below Laspeyres, because of substitution towards cheaper items. An item \
                without a price or a quantity in either period is excluded from all four indices \
                (matched items), so that they are comparable. Exchanging prices and quantities \
                gives the quantity index.",
        errors: "A price that is NaN, infinite, 0 or negative; a quantity that is NaN, infinite or \
                 negative; DISTINCT; sums of prices times quantities beyond the range of \
                 DOUBLE, or so small that they lose digits.",
        example: "SELECT round(index_paasche(p0, q0, p1, q1), 6)\n\
                  FROM (VALUES (1, 10, 2, 5), (4, 5, 4, 10)) AS t(p0, q0, p1, q1)",
        example_result: ["111.111111"],
        reference: "ILO/IMF/OECD/UNECE/Eurostat/World Bank (2004), Consumer Price Index Manual, chapter 15.",
    };
}

/// Paasche price index: what the basket of now costs, against what it would have cost in the base period.
#[derive(Debug)]
pub struct Paasche;

impl Formula for Paasche {
    const PAGE: &'static Page = &PAGE;

    fn index(prices: &Prices) -> Option<f64> {
        prices.paasche()
    }
}
