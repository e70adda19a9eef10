//! `norm_borda(value, fit)`: Borda points.

use super::parameters::VALUE;
use super::rank::{Ranked, SCALE, TIES};
use crate::functions::parameters::DIRECTION;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: norm_borda,
        family: Normalisation,
        syntax: [
            "norm_borda(value, fit, ties => 'min', direction => 1)",
            "norm_borda(value, ties => 'min', direction => 1) OVER (PARTITION BY indicator)",
        ],
        summary: "Borda points: how many values of the reference set are worse.",
        formula: "rank - 1, the rank as in norm_rank",
        parameters: &[VALUE, SCALE, TIES, DIRECTION],
        over_parameters: Some(&[VALUE, TIES, DIRECTION]),
        returns: "DOUBLE from 0 (the worst) to n - 1; NULL for a NULL value or a NULL fit.",
        notes: "The sum over the indicators is Borda's rule. ties => 'average' keeps the total of \
                points per indicator constant and agrees with agg_borda; 'min', the default as in \
                COINr, gives tied units fewer points, so with ties the sum is not that of \
                agg_borda. With OVER (...) the whole partition is the reference set.",
        errors: "A value that is NaN or infinite; direction other than 1 or -1; ties other than \
                 min, max, average, dense; a window with ORDER BY, FILTER or a frame.",
        example: "SELECT value, norm_borda(value) OVER () FROM (VALUES (2), (5), (NULL), (5), (8)) AS t(value)",
        example_result: ["2 0.0", "5 1.0", "NULL NULL", "5 1.0", "8 3.0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6; COINr \
                    1.1.14, n_borda.",
    };
}

/// Points for each value that is worse.
#[derive(Debug)]
pub struct Borda;

impl Ranked for Borda {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "norm_borda_fitted";

    fn score(rank: f64, _: usize) -> Option<f64> {
        Some(rank - 1.0)
    }
}
