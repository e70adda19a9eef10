//! `index_laspeyres(base_price, base_quantity, price, quantity)`: the basket of the base period at current prices.

use super::parameters::{BASE_PRICE, BASE_QUANTITY, PRICE, QUANTITY};
use super::price_index::Formula;
use crate::kernel::Prices;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: index_laspeyres,
        family: IndexNumbers,
        syntax: ["index_laspeyres(base_price, base_quantity, price, quantity)"],
        summary: "Laspeyres price index: the current cost of the basket of the base period.",
        formula: "100 Σ p1 q0 / Σ p0 q0",
        parameters: &[BASE_PRICE, BASE_QUANTITY, PRICE, QUANTITY],
        returns: "DOUBLE, base period = 100; NULL if no item remains, or if the remaining items \
                  have no value.",
        notes: "Ignores substitution towards cheaper items, so it usually exceeds Paasche. An item \
                without a price or a quantity in either period is excluded from all four indices \
                (matched items), so that they are comparable. If current quantities are not known, \
                as in most consumer price indices, pass those of the base period twice: \
                index_laspeyres(p0, q0, p1, q0). With quantities qb of another period, \
                index_laspeyres(p0, qb, p1, qb) is the Lowe index; the Young index (value shares \
                of another period) is not provided. Exchanging prices and quantities gives the \
                quantity index.",
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
#[derive(Debug)]
pub struct Laspeyres;

impl Formula for Laspeyres {
    const PAGE: &'static Page = &PAGE;

    fn index(prices: &Prices) -> Option<f64> {
        prices.laspeyres()
    }
}
