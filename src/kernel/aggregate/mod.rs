//! From scores to one score, and back to what moved it.

pub mod classical;
pub mod decomposition;
pub mod ordered;
pub mod outranking;
pub mod power;
pub mod quasi;
pub mod topsis;
pub mod unbalance_adjusted;
pub mod weighted;
