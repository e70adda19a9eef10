//! `fit_rank(value)` and `norm_rank(value, fit)`: ranks; and what is common to the methods made of
//! ranks.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::ops::Range;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;

use super::directed::Directed;
use super::parameters::VALUE;
use super::scales::{list_scale_type, list_scales};
use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::aggregate::Method;
use crate::engine::normalise::{Normalisation, Score};
use crate::engine::partition::PartitionMethod;
use crate::functions::parameters::{DIRECTION, FIT, SETTING};
use crate::kernel::{Place, Ties, Values, places};
use crate::page::{DefaultValue, Kind, Page, Parameter, page};
use crate::types::doubles;

page! {
    pub static FIT_PAGE = Page {
        name: fit_rank,
        family: Fit,
        syntax: ["fit_rank(value)"],
        summary: "Learns the sorted values of a reference set, for ranking other values among \
                  them.",
        formula: "values = x(1) <= x(2) <= ... <= x(n)",
        parameters: &[VALUE],
        returns: "STRUCT(values LIST of DOUBLE, n BIGINT), in the unit of measurement of the \
                  value; NULL if the reference set has no values.",
        notes: "The scale of norm_rank, norm_borda, norm_percentile_rank and norm_categorical. It \
                is as long as the reference set: store it, or join it per group. Within one query \
                norm_rank(value) OVER (...) needs no list.",
        errors: "A value that is NaN or infinite; DISTINCT.",
        example: "SELECT fit_rank(value) FROM (VALUES (8), (2), (NULL), (5)) AS t(value)",
        example_result: ["{values: [2.0, 5.0, 8.0], n: 3}"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5.",
    };
}

page! {
    pub static NORM_PAGE = Page {
        name: norm_rank,
        family: Normalisation,
        syntax: [
            "norm_rank(value, fit, ties => 'min', direction => 1)",
            "norm_rank(value, ties => 'min', direction => 1) OVER (PARTITION BY indicator)",
        ],
        summary: "Ranking: 1 for the worst value of the reference set, n for the best.",
        formula: "1 + number of worse values (ties min); number of worse or equal values (max); mean \
                  of the two (average); 1 + number of different worse values (dense)",
        parameters: &[VALUE, SCALE, TIES, DIRECTION],
        over_parameters: Some(&[VALUE, TIES, DIRECTION]),
        returns: "DOUBLE from 1 to n; NULL for a NULL value or a NULL fit.",
        notes: "Worse means smaller, with direction -1 larger. A value that does not occur in the \
                reference set has the rank it would have there, n + 1 if it is better than all. In \
                a constant reference set all values have rank 1 (ties min). Information on levels \
                is lost, and the influence of outliers with it. 0 and -0 tie. With OVER (...) the \
                whole partition is the reference set.",
        errors: "A value that is NaN or infinite; direction other than 1 or -1; ties other than \
                 min, max, average, dense; a window with ORDER BY, FILTER or a frame.",
        example: "SELECT value, norm_rank(value) OVER (), norm_rank(value, ties => 'average', direction => -1) OVER ()\n\
                  FROM (VALUES (2), (5), (NULL), (5), (8)) AS t(value)",
        example_result: ["2 1.0 4.0", "5 2.0 2.5", "NULL NULL NULL", "5 2.0 2.5", "8 4.0 1.0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5; COINr \
                    1.1.14, n_rank.",
    };
}

pub const SCALE: Parameter =
    Parameter { kind: Kind::FitList("values"), meaning: "scale learned by fit_rank", ..FIT };

pub const TIES: Parameter = Parameter {
    name: "ties",
    kind: Kind::Choice(&["min", "max", "average", "dense"]),
    meaning: "rank given to equal values; dense: the smallest, and the next value has the next \
              rank",
    default: DefaultValue::Word("min"),
    ..SETTING
};

/// Learns the sorted values.
#[derive(Debug)]
pub struct Fit;

impl Method for Fit {
    type State = Values;
    type Columns = Float64Array;

    const PAGE: &'static Page = &FIT_PAGE;
    const COPIES: usize = 1; // the answer has all values

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        doubles(&arguments[0])
    }

    #[inline]
    fn update(&self, state: &mut Values, values: &Float64Array, row: usize) -> Result<()> {
        number(FIT_PAGE.name, "value", values, row)?.into_iter().for_each(|x| state.update(x));
        Ok(())
    }

    fn result_type() -> DataType {
        list_scale_type("values")
    }

    fn finish(&self, states: &[Values]) -> Result<ArrayRef> {
        let values = states.iter().map(|state| state.n() as usize).sum();
        Ok(list_scales("values", values, states.iter().map(Values::sorted)))
    }
}

/// A score made of a rank.
pub trait Ranked: Debug + 'static {
    const PAGE: &'static Page;
    const FITTED: &'static str;

    /// The score of a rank among `n` values.
    fn score(rank: f64, n: usize) -> Option<f64>;

    /// The score of a value among the sorted values of a reference set that need not have it.
    fn among(sorted: &[f64], x: f64, ties: Ties, direction: f64) -> Option<f64> {
        Self::score(Place::among(sorted, x, ties).rank(ties, direction), sorted.len())
    }
}

/// The rank itself.
#[derive(Debug)]
pub struct Rank;

impl Ranked for Rank {
    const PAGE: &'static Page = &NORM_PAGE;
    const FITTED: &'static str = "norm_rank_fitted";

    fn score(rank: f64, _: usize) -> Option<f64> {
        Some(rank)
    }
}

/// Applies a sorted list.
pub struct Norm<R>(PhantomData<fn() -> R>);

impl<R: Ranked> Normalisation for Norm<R> {
    const PAGE: &'static Page = R::PAGE;
    const FITTED: &'static str = R::FITTED;

    type Given = [f64; 2];

    #[inline]
    fn score(x: f64, &[ties, direction]: &[f64; 2], list: &[f64]) -> Score {
        let Some(ties) = Ties::ALL.get(ties as usize) else {
            return Err(format!("ties must be one of {}, got {ties}", Ties::ALL.len()));
        };
        if list.is_empty() {
            return Ok(None);
        }
        Ok(R::among(list, x, *ties, direction))
    }
}

/// Ranks the values of a partition among themselves.
#[derive(Debug)]
pub struct OfPartition<R> {
    ties: Ties,
    score: PhantomData<fn() -> R>,
}

impl<R: Ranked> PartitionMethod for OfPartition<R> {
    type Columns = Directed;
    type Cell = Option<f64>;

    const PAGE: &'static Page = R::PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self { ties: Ties::ALL[constants.choice("ties")?], score: PhantomData })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Directed> {
        Directed::new(arguments, 2)
    }

    fn evaluate(
        &self,
        columns: &Directed,
        rows: Range<usize>,
        cells: &mut [Option<f64>],
    ) -> Result<()> {
        let mut values = Vec::with_capacity(rows.len());
        for (cell, row) in rows.enumerate() {
            if let Some((x, direction)) = columns.get(R::PAGE.name, row)? {
                values.push((x, cell));
                cells[cell] = Some(direction); // kept here until the rank takes its place
            }
        }
        let n = values.len();
        places(&mut values, self.ties, |cell, place| {
            let direction = cells[cell].unwrap_or(1.0);
            cells[cell] = R::score(place.rank(self.ties, direction), n);
        });
        Ok(())
    }
}
