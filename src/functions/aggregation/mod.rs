//! Aggregation: scores and weights to a sub-index or an index.

pub mod ampi;
pub mod arithmetic;
pub mod borda;
pub mod copeland;
pub mod geometric;
pub mod harmonic;
pub mod mean_min;
pub mod median;
pub mod min;
pub mod mpi;
pub mod owa;
pub mod power;
pub mod topsis;

use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};

use super::engine::Registry;
use super::engine::aggregate::{Method, row_by_row};
use super::engine::arguments::Constants;
use super::page::{Kind, Page, Parameter};
use super::weighted::{Columns, Of, Reader, Row, Weights};
use crate::kernel::{Mean, Weighted};

const SCORE: Parameter = Parameter {
    name: "score",
    kind: Kind::Number,
    meaning: "normalised score; finite",
    null: "row left out with its weight",
    default: None,
};

/// As [`SCORE`], for the means that need logarithms or reciprocals.
const POSITIVE_SCORE: Parameter =
    Parameter { meaning: "normalised score; finite, above 0", ..SCORE };

const WEIGHT: Parameter = Parameter {
    name: "weight",
    kind: Kind::Number,
    meaning: "relative importance, rescaled to sum to 1 over the rows that count; finite, >= 0; \
              a row of weight 0 is left out before its score is looked at",
    null: "error, if its score is there or min_coverage is above 0",
    default: Some("1"),
};

const MIN_COVERAGE: Parameter = Parameter {
    name: "min_coverage",
    kind: Kind::Constant,
    meaning: "share of the weight that must have a score, 0 to 1; below it the result is NULL",
    null: "error",
    default: Some("0"),
};

/// Every aggregation.
pub(super) fn register(registry: &mut Registry) {
    registry.aggregate::<WeightedMean<arithmetic::Arithmetic>>();
    registry.aggregate::<WeightedMean<geometric::Geometric>>();
    registry.aggregate::<WeightedMean<harmonic::Harmonic>>();
    registry.aggregate::<WeightedMean<power::Power>>();
    registry.aggregate::<WeightedMean<min::Min>>();
    registry.aggregate::<Of<median::Median>>();
    registry.aggregate::<Of<owa::Owa>>();
    registry.aggregate::<Of<mpi::Mpi>>();
    registry.aggregate::<Of<ampi::Ampi>>();
    registry.aggregate::<Of<mean_min::MeanMin>>();
    registry.matrix::<copeland::Copeland>();
    registry.matrix::<borda::Borda>();
    registry.matrix::<topsis::Topsis>();
}

/// A mean with its page: what tells one aggregation from another.
pub(super) trait Aggregation: Send + Sync + Sized + 'static {
    type Mean: Mean;
    const PAGE: &'static Page;

    fn mean(constants: &Constants<'_>) -> Result<Self::Mean>;
}

/// Scores and weights of a batch into a weighted mean.
pub(super) struct WeightedMean<A: Aggregation> {
    mean: A::Mean,
    reader: Reader,
    aggregation: PhantomData<A>,
}

impl<A: Aggregation> std::fmt::Debug for WeightedMean<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} with at least {} of the weight", A::PAGE.name, self.reader.min_coverage)
    }
}

impl<A: Aggregation> Method for WeightedMean<A> {
    type State = Weighted<<A::Mean as Mean>::Terms>;
    type Columns = Columns;

    const PAGE: &'static Page = A::PAGE;

    fn bind(constants: &Constants<'_>) -> Result<Self> {
        let reader = Reader::bind(A::PAGE, constants)?;
        Ok(Self { mean: A::mean(constants)?, reader, aggregation: PhantomData })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        self.reader.columns(arguments)
    }

    #[inline]
    fn update(&self, state: &mut Self::State, columns: &Columns, row: usize) -> Result<()> {
        match self.reader.read(columns, row)? {
            Row::Nothing => {}
            Row::Missing(weight) => state.miss(weight),
            Row::There(score, weight) => {
                if let Err(domain) = self.mean.check(score) {
                    return self.reader.outside(domain, score);
                }
                state.update(&self.mean, score, weight);
            }
        }
        Ok(())
    }

    fn update_each(&self, states: &mut [Self::State], columns: &Columns) -> Result<()> {
        let Weights::Same(weight) = columns.weights else {
            return row_by_row(self, states, columns);
        };
        let is_plain = weight.is_finite() && weight > 0.0;
        for (row, (state, &score)) in states.iter_mut().zip(columns.values.values()).enumerate() {
            let is_there = columns.values.is_valid(row);
            if is_plain && is_there && score.is_finite() && self.mean.check(score).is_ok() {
                state.update(&self.mean, score, weight);
            } else {
                self.update(state, columns, row)?; // misses, or says what is wrong
            }
        }
        Ok(())
    }

    fn result_type() -> DataType {
        DataType::Float64
    }

    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef> {
        let means =
            states.iter().map(|state| match state.mean(&self.mean, self.reader.min_coverage) {
                Some(mean) if !mean.is_finite() => {
                    exec_err!(
                        "{}: the sum of weights and scores exceeds the range of DOUBLE",
                        A::PAGE.name
                    )
                }
                mean => Ok(mean),
            });
        Ok(Arc::new(means.collect::<Result<Float64Array>>()?))
    }
}
