//! Weighting: how much each indicator counts, learned from scores or from judgements.

pub mod ahp;
pub mod bod;
pub mod critic;
pub mod cv;
pub mod entropy;
pub mod equal;
pub mod merec;
pub mod pca;
pub mod sd;

use std::marker::PhantomData;

use datafusion::common::Result;

use super::engine::Registry;
use super::engine::constants::Constants;
use super::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use super::matrix::{INDICATOR, SCORE, UNIT};
use super::page::Page;
use crate::kernel::Matrix;

/// Every weighting.
pub(super) fn register(registry: &mut Registry) {
    registry.weighting::<FromScores<equal::Equal>>();
    registry.weighting::<FromScores<entropy::Entropy>>();
    registry.weighting::<FromScores<critic::Critic>>();
    registry.weighting::<FromScores<sd::Sd>>();
    registry.weighting::<FromScores<cv::Cv>>();
    registry.weighting::<FromScores<merec::Merec>>();
    registry.weighting::<pca::Pca>();
    registry.matrix::<ahp::Ahp>();
    registry.matrix::<bod::Weights>();
    registry.matrix::<bod::Scores>();
}

/// A weighting by scores alone, with its page.
pub(super) trait Weighting: Send + Sync + Sized + 'static {
    const PAGE: &'static Page;

    /// A weight per indicator; none where the scores tell nothing apart.
    fn weights(matrix: &Matrix) -> std::result::Result<Option<Vec<f64>>, String>;
}

/// The bridge to [`MatrixMethod`].
pub(super) struct FromScores<W>(PhantomData<W>);

impl<W: Weighting> std::fmt::Debug for FromScores<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(W::PAGE.name)
    }
}

impl<W: Weighting> MatrixMethod for FromScores<W> {
    const PAGE: &'static Page = W::PAGE;
    const SHAPE: Shape = Shape::List(&[Field::Indicator("indicator"), Field::Number("weight")]);

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self(PhantomData))
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        Ok(by_indicator(matrix, W::weights(matrix)?))
    }
}

/// A weight per indicator, or NULL for each.
fn by_indicator(matrix: &Matrix, weights: Option<Vec<f64>>) -> Answer {
    let weight = |column: usize| weights.as_ref().map(|weights| weights[column]);
    Answer::List((0..matrix.columns()).map(|j| (vec![j], vec![weight(j)])).collect())
}
