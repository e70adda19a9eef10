//! `index_fisher(base_price, base_quantity, price, quantity)`: the geometric mean of Laspeyres and Paasche.

use super::parameters::{BASE_PRICE, BASE_QUANTITY, PRICE, QUANTITY};
use super::price_index::Formula;
use crate::kernel::Prices;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: index_fisher,
        family: IndexNumbers,
        syntax: ["index_fisher(base_price, base_quantity, price, quantity)"],
        summary: "Fisher price index: the geometric mean of Laspeyres and Paasche.",
        formula: "sqrt(Laspeyres Paasche)",
        parameters: &[BASE_PRICE, BASE_QUANTITY, PRICE, QUANTITY],
        returns: "DOUBLE, base period = 100; NULL if no item remains, or if the remaining items \
                  have no value.",
        notes: "A superlative index; satisfies the time-reversal and factor-reversal tests. An \
                item without a price or a quantity in either period is excluded from all four \
                indices (matched items), so that they are comparable. Exchanging prices and \
                quantities gives the quantity index.",
        errors: "A price that is NaN, infinite, 0 or negative; a quantity that is NaN, infinite or \
                 negative; DISTINCT; sums of prices times quantities beyond the range of \
                 DOUBLE, or so small that they lose digits.",
        example: "SELECT round(index_fisher(p0, q0, p1, q1), 6)\n\
                  FROM (VALUES (1, 10, 2, 5), (4, 5, 4, 10)) AS t(p0, q0, p1, q1)",
        example_result: ["121.716124"],
        reference: "ILO/IMF/OECD/UNECE/Eurostat/World Bank (2004), Consumer Price Index Manual, chapters 15 and 16.",
    };
}

/// Fisher price index: the geometric mean of Laspeyres and Paasche.
#[derive(Debug)]
pub struct Fisher;

impl Formula for Fisher {
    const PAGE: &'static Page = &PAGE;

    fn index(prices: &Prices) -> Option<f64> {
        prices.fisher()
    }
}
