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
use super::engine::constants::Constants;
use super::page::{DefaultValue, Kind, Null, Page, Parameter, Role};
use super::weighted::{Columns, Of, Reader, Row, Weights};
use crate::kernel::{CoverageBy, Mean, Weighted};

const SCORE: Parameter = Parameter {
    name: "score",
    role: Role::Value,
    kind: Kind::Number,
    meaning: "normalised score; finite",
    null: Null::Means("row is excluded with its weight"),
    default: DefaultValue::Required,
};

/// As [`SCORE`], for the means that need logarithms or reciprocals.
const POSITIVE_SCORE: Parameter =
    Parameter { meaning: "normalised score; finite, above 0", ..SCORE };

const WEIGHT: Parameter = Parameter {
    name: "weight",
    role: Role::Weight,
    kind: Kind::Number,
    meaning: "relative importance, rescaled to sum to 1 over the rows with a score; finite, >= 0; \
              rows of weight 0 are excluded before their score is checked",
    null: Null::Means("error if its score is not NULL or min_coverage is above 0"),
    default: DefaultValue::Number(1.0),
};

const MIN_COVERAGE: Parameter = Parameter {
    name: "min_coverage",
    role: Role::MinCoverage,
    kind: Kind::Constant,
    meaning: "share of the weight (or of the number: coverage_by) that must have a score, 0 to 1; \
              below it the result is NULL",
    null: Null::Error,
    default: DefaultValue::Number(0.0),
};

const COVERAGE_BY: Parameter = Parameter {
    name: "coverage_by",
    role: Role::CoverageBy,
    kind: Kind::Choice(CoverageBy::WORDS),
    meaning: "whether min_coverage is a share of the weight or of the number of rows (count); rows \
              of weight 0 are excluded from both",
    null: Null::Error,
    default: DefaultValue::Word("weight"),
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

    fn mean(constants: &Constants) -> Result<Self::Mean>;

    /// The power of the mean, if it is a power mean.
    fn power(_mean: &Self::Mean) -> Option<f64> {
        None
    }
}

/// Scores and weights of a batch into a weighted mean.
pub(super) struct WeightedMean<A: Aggregation> {
    mean: A::Mean,
    reader: Reader,
    aggregation: PhantomData<A>,
}

impl<A: Aggregation> std::fmt::Debug for WeightedMean<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} with min_coverage {}", A::PAGE.name, self.reader.coverage)
    }
}

impl<A: Aggregation> Method for WeightedMean<A> {
    type State = Weighted<<A::Mean as Mean>::Terms>;
    type Columns = Columns;

    const PAGE: &'static Page = A::PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
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
            Row::Missing(counts) => state.miss(counts),
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

    fn power(&self) -> Option<f64> {
        A::power(&self.mean)
    }

    fn result_type() -> DataType {
        DataType::Float64
    }

    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef> {
        let means = states.iter().map(|state| match state.mean(&self.mean, self.reader.coverage) {
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
