//! The one way from scores and weights to a weighted mean.

use crate::arguments::constants::Constants;
use crate::engine::aggregate::{Method, row_by_row};
use crate::functions::weighted::{Columns, Reader, Row, Weights};
use crate::kernel::{Mean, Weighted};
use crate::page::Page;
use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use std::marker::PhantomData;
use std::sync::Arc;

/// A mean with its page: what tells one aggregation from another.
pub trait Aggregation: Send + Sync + Sized + 'static {
    type Mean: Mean;
    const PAGE: &'static Page;

    fn mean(constants: &Constants) -> Result<Self::Mean>;

    /// The power of the mean, if it is a power mean.
    fn power(_mean: &Self::Mean) -> Option<f64> {
        None
    }
}

/// Scores and weights of a batch into a weighted mean.
pub struct WeightedMean<A: Aggregation> {
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
            Row::There(score, weight) if self.mean.is_missing(score) => {
                state.miss(self.reader.coverage.by.measure(weight));
            }
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
            let is_score = || self.mean.check(score).is_ok() && !self.mean.is_missing(score);
            if is_plain && is_there && score.is_finite() && is_score() {
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

    fn weighs_as_stated(&self) -> bool {
        A::Mean::IS_WHOLE
    }

    fn taken_for_missing(&self) -> Option<f64> {
        self.mean.taken_for_missing()
    }

    fn result_type() -> DataType {
        DataType::Float64
    }

    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef> {
        let means = states.iter().map(|state| match state.mean(&self.mean, self.reader.coverage) {
            Some(mean) if !mean.is_finite() => {
                exec_err!("{}: the weights and scores exceed the range of DOUBLE", A::PAGE.name)
            }
            mean => Ok(mean),
        });
        Ok(Arc::new(means.collect::<Result<Float64Array>>()?))
    }
}
