//! `norm_percentile_rank(value, fit)`: share of the other values that are worse.

use super::parameters::VALUE;
use super::rank::{Ranked, SCALE};
use crate::functions::parameters::{DIRECTION, SETTING};
use crate::kernel::{Ties, percentile_rank};
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: norm_percentile_rank,
        family: Normalisation,
        syntax: [
            "norm_percentile_rank(value, fit, ties => 'min', direction => 1)",
            "norm_percentile_rank(value, ties => 'min', direction => 1) OVER (PARTITION BY indicator)",
        ],
        summary: "Percentile rank: the share of the other values of the reference set that are worse.",
        formula: "(rank - 1) / (n - 1), with the rank of norm_rank; for x between neighbouring \
                  values a < b of a fit without x: P(a) + (P(b) - P(a)) (x - a) / (b - a)",
        parameters: &[VALUE, SCALE, TIES, DIRECTION],
        over_parameters: Some(&[VALUE, TIES, DIRECTION]),
        returns: "DOUBLE from 0 (the worst) to 1; NULL for a NULL value, a NULL fit, or a reference \
                  set of one value.",
        notes: "A value that does not occur in the reference set is interpolated between its two \
                neighbours, as in Excel. Outside the range of the set it scores 0 if worse and 1 \
                if better than all (Excel has no result there), so that a unit better than all of \
                the base year stays in the index. In a constant reference set all values score 0 \
                (ties min). The handbook's table 15 has another percentile, rank / n: norm_rank \
                divided by the number of values. NULL values are excluded from n (SQL's \
                percent_rank counts them). With OVER (...) the whole partition is the reference \
                set.",
        errors: "A value that is NaN or infinite; direction other than 1 or -1; ties other than \
                 min, max, average; a window with ORDER BY, FILTER or a frame.",
        example: "SELECT value, norm_percentile_rank(value) OVER ()\n\
                  FROM (VALUES (2), (5), (NULL), (5), (7), (8)) AS t(value)",
        example_result: ["2 0.0", "5 0.25", "NULL NULL", "5 0.25", "7 0.75", "8 1.0"],
        reference: "COINr 1.1.14, n_prank; Microsoft Excel, PERCENTRANK.INC (ties min).",
    };
}

/// Without dense: the denominator counts every value.
const TIES: Parameter = Parameter {
    name: "ties",
    kind: Kind::Choice(&["min", "max", "average"]),
    meaning: "rank given to equal values",
    default: DefaultValue::Word("min"),
    ..SETTING
};

/// Ranks as shares.
#[derive(Debug)]
pub struct PercentileRank;

impl Ranked for PercentileRank {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "norm_percentile_rank_fitted";

    fn score(rank: f64, n: usize) -> Option<f64> {
        (n > 1).then(|| (rank - 1.0) / (n as f64 - 1.0))
    }

    fn among(sorted: &[f64], x: f64, ties: Ties, direction: f64) -> Option<f64> {
        percentile_rank(sorted, x, ties, direction)
    }
}
