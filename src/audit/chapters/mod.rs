//! A file for each chapter: its figures and their rules.

pub mod coherence;
pub mod data;
pub mod distributions;
pub mod results;
pub mod robustness;
pub mod weights;

use super::figure::Chapter;

/// The chapters in their order.
pub static CHAPTERS: &[&Chapter] = &[
    &data::CHAPTER,
    &distributions::CHAPTER,
    &coherence::CHAPTER,
    &weights::CHAPTER,
    &results::CHAPTER,
    &robustness::CHAPTER,
];
