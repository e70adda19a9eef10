//! `agg_ampi(score, weight)`: adjusted Mazziotta-Pareto index.

use datafusion::common::Result;

use super::mpi::{PENALTY, index, penalty};
use super::parameters::{COVERAGE_BY, MIN_COVERAGE, SCORE};
use crate::arguments::constants::Constants;
use crate::functions::parameters::WEIGHT;
use crate::functions::weighted::Statistic;
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: agg_ampi,
        family: Aggregation,
        syntax: ["agg_ampi(score, weight => 1, penalty => -1, min_coverage => 0, coverage_by => 'weight')"],
        summary: "Adjusted Mazziotta-Pareto index: agg_mpi of scores on a fixed scale, so that \
                  periods are comparable.",
        formula: "M + penalty S cv with cv = S / M, M = Σ w x / Σ w, S² = Σ w (x - M)² / Σ w",
        parameters: &[SCORE, WEIGHT, PENALTY, MIN_COVERAGE, COVERAGE_BY],
        returns: "DOUBLE, on the scale of the scores; NULL if no row has a score and a weight \
                  above 0, or if less than min_coverage of the weight (or number) has a score.",
        notes: "Compensability: partial; of two units with the same mean, the more balanced one \
                scores higher. Scores should range from 70 to 130: norm_minmax(value, lower => 70, \
                upper => 130) OVER (PARTITION BY indicator) over all units and periods together, \
                or, with a reference value set to 100, 70 + norm_goalposts(value, reference - \
                half, reference + half, scale => 60, truncate => false), where half is half the \
                range of the indicator. S has the divisor n. With weights, M and S are weighted as \
                in Mazziotta and Pareto (2022).",
        errors: "A score that is NaN or infinite; a mean of scores that is not above 0; a weight \
                 that is NaN, infinite or negative; a penalty other than -1 or 1; DISTINCT.",
        example: "SELECT agg_ampi(score, penalty => 1) FROM (VALUES (90), (110), (NULL)) AS t(score)",
        example_result: ["101.0"],
        reference: "Mazziotta, M. and Pareto, A. (2016), On a generalized non-compensatory \
                    composite index for measuring socio-economic phenomena, Social Indicators \
                    Research 127(3), 983-1003; with a reference value: Mazziotta, M. and Pareto, \
                    A. (2018), Measuring well-being over time: the adjusted Mazziotta-Pareto \
                    index versus other non-compensatory indices, Social Indicators Research \
                    136(3), 967-976; with weights: Mazziotta, M. and Pareto, A. (2022), RIEDS - \
                    Rivista Italiana di Economia, Demografia e Statistica 76(4).",
    };
}

/// The index of scores between goalposts.
#[derive(Debug)]
pub struct Ampi {
    penalty: f64,
}

impl Statistic for Ampi {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self { penalty: penalty(PAGE.name, constants)? })
    }

    fn answer(&self, rows: &[(f64, f64)]) -> Result<Option<f64>, String> {
        index(rows, self.penalty, false)
    }
}
