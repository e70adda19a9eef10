//! `index_laspeyres(base_price, base_quantity, price, quantity)`: the basket of the base period at prices of now.

use super::{BASE_PRICE, BASE_QUANTITY, Formula, PRICE, QUANTITY};
use crate::functions::page::page;
use crate::kernel::Prices;

page! {
    /// What `index_laspeyres` is and does.
    pub static LASPEYRES = Page {
        name: "index_laspeyres",
        family: IndexNumbers,
        syntax: ["index_laspeyres(base_price, base_quantity, price, quantity)"],
        summary: "Laspeyres price index: what the basket of the base period costs now.",
        formula: "100 Σ p1 q0 / Σ p0 q0",
        parameters: [BASE_PRICE, BASE_QUANTITY, PRICE, QUANTITY],
        over_parameters: None,
        returns: "DOUBLE, base period = 100; NULL when no item is left or the items left are worth \
                  nothing.",
        notes: "Does not see that buyers turn to what became cheaper: mostly above Paasche. An item that lacks a price or a quantity in either period is left out of \
                all four indices (matched items), so that they compare. Where quantities of now are not known, as for \
                most consumer price indices, give those of the base period twice: index_laspeyres(p0, q0, p1, q0). \
                With the quantities qb of another period that is Lowe's index, index_laspeyres(p0, qb, p1, qb); \
                Young's, with value shares of another period, is not offered. Prices and quantities \
                exchanged give the quantity index.",
        errors: "A price that is NaN, infinite, 0 or negative; a quantity that is NaN, infinite or \
                 negative; DISTINCT; sums of prices times quantities beyond the range of \
                 DOUBLE, or so small that they lose digits.",
        example: "SELECT round(index_laspeyres(p0, q0, p1, q1), 6)\n\
                  FROM (VALUES (1, 10, 2, 5), (4, 5, 4, 10)) AS t(p0, q0, p1, q1)",
        example_result: ["133.333333"],
        reference: "ILO/IMF/OECD/UNECE/Eurostat/World Bank (2004), Consumer Price Index Manual, chapter 15.",
    };
}

/// Laspeyres price index: what the basket of the base period costs now.
pub(crate) struct Laspeyres;

impl Formula for Laspeyres {
    const PAGE: &'static crate::functions::Page = &LASPEYRES;

    fn index(prices: &Prices) -> Option<f64> {
        prices.laspeyres()
    }
}
