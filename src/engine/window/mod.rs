//! Windows over whole partitions, without a sort.
//!
//! ```text
//! norm_rank(value) OVER (PARTITION BY i)          our function of whole partitions
//!     join_rule leaves it, hash_exec runs it      -> rows grouped by hash
//! fit_minmax(value) OVER (PARTITION BY i)         our aggregate, the input can be read twice
//!     join_rule                                   -> join with GROUP BY i
//! fit_minmax(value) OVER (PARTITION BY i)         the input cannot be read twice
//!     join_rule, aggregate_as_window, hash_exec   -> rows grouped by hash
//! fit_minmax(value) OVER (ORDER BY period)        not a whole partition
//!                                                 -> the engine's own window, sorted
//! ```

pub mod aggregate_as_window;
pub mod hash_exec;
pub mod join_rule;
pub mod sought;
