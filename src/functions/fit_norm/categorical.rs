//! `norm_categorical(value, fit)`: a score for each band of percentiles.

use std::ops::Range;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::{Result, plan_err};

use super::directed::Directed;
use super::parameters::VALUE;
use super::rank::SCALE;
use crate::arguments::constants::Constants;
use crate::engine::normalise::{Normalisation, Score};
use crate::engine::partition::PartitionMethod;
use crate::functions::parameters::{DIRECTION, SETTING};
use crate::kernel::Bands;
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: norm_categorical,
        family: Normalisation,
        syntax: [
            "norm_categorical(value, fit, cuts => [...], scores => [...], direction => 1)",
            "norm_categorical(value, cuts => [...], scores => [...], direction => 1) \
             OVER (PARTITION BY indicator)",
        ],
        summary: "Categorical scale: each band between percentiles of the reference set has its score.",
        formula: "scores[k + 1], where x reaches k of the percentiles that the cuts name; direction \
                  -1: the same of -x",
        parameters: &[VALUE, SCALE, CUTS, SCORES, DIRECTION],
        over_parameters: Some(&[VALUE, CUTS, SCORES, DIRECTION]),
        returns: "DOUBLE, one of the scores; NULL for a NULL value, a NULL fit, or a reference set \
                  whose values are all the same.",
        notes: "A value on a percentile belongs to the better band, also with direction -1. \
                Percentiles are of type 7; those of -x are counted from the other end. The default \
                bands are those of the handbook's table 3: the best 5% score 100, the next 10% \
                score 80, and so on. The handbook's worked column (table 15) has seven bands and \
                the percentile rank / n, so that it differs from its table 3 and from the default \
                here for some countries (Finland: 60 there, 40 here). Quartiles: cuts => [0.25, \
                0.5, 0.75], scores => [1, 2, 3, 4]. The scale is learned by fit_rank. With OVER \
                (...) the whole partition is the reference set.",
        errors: "A value that is NaN or infinite; cuts that do not ascend between 0 and 1; scores \
                 that do not ascend or are not one more than cuts; direction other than 1 or -1; a \
                 window with ORDER BY, FILTER or a frame.",
        example: "SELECT value, norm_categorical(value) OVER ()\n\
                  FROM (VALUES (1), (2), (3), (4), (5), (6), (7)) AS t(value)",
        example_result: ["1 0.0", "2 20.0", "3 40.0", "4 40.0", "5 60.0", "6 60.0", "7 100.0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5, table 3 \
                    (its percentiles and scores are the defaults).",
    };
}

const CUTS: Parameter = Parameter {
    name: "cuts",
    kind: Kind::Constants,
    meaning: "shares of the reference set that separate the bands: between 0 and 1, ascending",
    default: DefaultValue::Numbers(&[0.15, 0.25, 0.65, 0.85, 0.95]),
    ..SETTING
};

const SCORES: Parameter = Parameter {
    name: "scores",
    kind: Kind::Constants,
    meaning: "score of each band from the worst to the best: ascending, one more than cuts",
    default: DefaultValue::Numbers(&[0.0, 20.0, 40.0, 60.0, 80.0, 100.0]),
    ..SETTING
};

/// A reference set of equal values has no bands.
fn is_constant(sorted: &[f64]) -> bool {
    sorted.first() == sorted.last()
}

/// Applies a sorted list.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "norm_categorical_fitted";

    type Given = ([f64; 1], [Vec<f64>; 2]);

    #[inline]
    fn score(x: f64, &([direction], [ref cuts, ref scores]): &Self::Given, list: &[f64]) -> Score {
        let bands = Bands::new(cuts, scores)?;
        if is_constant(list) {
            return Ok(None);
        }
        Ok(bands.score(x, bands.cut_points(list, direction), direction))
    }
}

/// Scores the values of a partition by its own percentiles.
#[derive(Debug)]
pub struct OfPartition {
    cuts: Vec<f64>,
    scores: Vec<f64>,
}

impl PartitionMethod for OfPartition {
    type Columns = Directed;
    type Cell = Option<f64>;

    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        let list = |name| match constants.numbers(name)? {
            Some(list) => Ok(list),
            None => plan_err!("{}: {name} must not be NULL", PAGE.name),
        };
        let (cuts, scores) = (list("cuts")?, list("scores")?);
        if let Err(message) = Bands::new(&cuts, &scores) {
            return plan_err!("{}: {message}", PAGE.name);
        }
        Ok(Self { cuts, scores })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Directed> {
        Directed::new(arguments, 3)
    }

    fn evaluate(
        &self,
        columns: &Directed,
        rows: Range<usize>,
        cells: &mut [Option<f64>],
    ) -> Result<()> {
        let Ok(bands) = Bands::new(&self.cuts, &self.scores) else {
            return plan_err!(
                "{}: scores must be one more than cuts, found another number",
                PAGE.name
            );
        };
        let mut sorted = Vec::with_capacity(rows.len());
        for row in rows.clone() {
            sorted.extend(columns.get(PAGE.name, row)?.map(|(x, _)| x));
        }
        sorted.sort_unstable_by(f64::total_cmp);
        if is_constant(&sorted) {
            return Ok(());
        }
        let [up, down] =
            [1.0, -1.0].map(|direction| bands.cut_points(&sorted, direction).collect::<Vec<f64>>());
        for (cell, row) in cells.iter_mut().zip(rows) {
            if let Some((x, direction)) = columns.get(PAGE.name, row)? {
                let cut_points = if direction < 0.0 { &down } else { &up };
                *cell = bands.score(x, cut_points.iter().copied(), direction);
            }
        }
        Ok(())
    }
}
