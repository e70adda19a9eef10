//! The index: panel and methods in, scores out. Nothing here knows SQL text or an operator of a plan.
//!
//! ```text
//! Steps (asked for) + framework -> Methods (bound)
//! record batches -> Panel -> denominate -> impute -> transform -> treat -> normalise -> aggregate -> Scores
//!                               monte_carlo: the same many times, what is uncertain drawn anew
//! Scores -> analysis: what the table functions say of them
//! ```

pub mod analysis;
pub mod execution;
pub mod input;
pub mod methods;
pub mod monte_carlo;
pub mod panel;
pub mod place;
pub mod reader;
pub mod steps;
