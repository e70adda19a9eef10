//! Weights that are learned from scores.

use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::kernel::Matrix;
use crate::kernel::weights::Part;
use crate::page::Page;
use datafusion::common::Result;
use std::fmt::Debug;
use std::marker::PhantomData;

/// A weighting by scores alone, with its page.
pub trait Weighting: Debug + Send + Sync + Sized + 'static {
    const PAGE: &'static Page;

    /// What each indicator counts for, if that needs its own scores alone.
    const PART: Option<Part> = None;

    /// A weight per indicator; none where the scores tell nothing apart.
    fn weights(matrix: &Matrix) -> std::result::Result<Option<Vec<f64>>, String>;
}

/// The bridge to [`MatrixMethod`].
#[derive(Debug)]
pub struct FromScores<W>(PhantomData<fn() -> W>);

impl<W: Weighting> MatrixMethod for FromScores<W> {
    const PAGE: &'static Page = W::PAGE;
    const PART: Option<Part> = W::PART;
    const SHAPE: Shape = Shape::List(&[Field::Indicator("indicator"), Field::Number("weight")]);

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self(PhantomData))
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        Ok(by_indicator(matrix, W::weights(matrix)?))
    }
}

/// A weight per indicator, or NULL for each.
pub fn by_indicator(matrix: &Matrix, weights: Option<Vec<f64>>) -> Answer {
    let weight = |column: usize| weights.as_ref().map(|weights| weights[column]);
    Answer::List((0..matrix.columns()).map(|j| (vec![j], vec![weight(j)])).collect())
}
