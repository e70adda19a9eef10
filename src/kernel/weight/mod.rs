//! Weights of indicators: learned from scores, from judgements, or for a purpose.

pub mod ahp;
pub mod bod;
pub mod budget;
pub mod factor;
pub mod optimise;
pub mod weights;
