//! Weighting: how much each indicator counts, learned from scores or from judgements.

pub mod ahp;
pub mod bod;
pub mod budget;
pub mod critic;
pub mod cv;
pub mod entropy;
pub mod equal;
pub mod factor;
pub mod merec;
pub mod pca;
pub mod sd;

mod from_scores;

use crate::engine::registry::Registry;
use from_scores::FromScores;

/// Every weighting.
pub fn register(registry: &mut Registry) {
    registry.weighting::<FromScores<equal::Equal>>();
    registry.weighting::<FromScores<entropy::Entropy>>();
    registry.weighting::<FromScores<critic::Critic>>();
    registry.weighting::<FromScores<sd::Sd>>();
    registry.weighting::<FromScores<cv::Cv>>();
    registry.weighting::<FromScores<merec::Merec>>();
    registry.weighting::<pca::Pca>();
    registry.weighting::<factor::Factor>();
    registry.matrix::<ahp::Ahp>();
    registry.matrix::<budget::Budget>();
    registry.matrix::<bod::Weights>();
    registry.matrix::<bod::Scores>();
}
