//! The index: panel and methods in, scores out. Nothing here knows SQL text or an operator of a plan.
//!
//! ```text
//! Steps (asked for) + framework -> Methods (bound)
//! record batches -> Panel -> impute -> treat -> normalise -> aggregate -> Scores
//!                                 monte_carlo: the same many times, what is uncertain drawn anew
//! Scores -> analysis: what the table functions say of them
//! ```

pub(crate) mod analysis;
pub(crate) mod execution;
pub(crate) mod input;
pub(crate) mod methods;
pub(crate) mod monte_carlo;
pub(crate) mod panel;
pub(crate) mod place;
pub(crate) mod steps;
