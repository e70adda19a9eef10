//! What is said where memory is limited and does not suffice.

use datafusion::common::{DataFusionError, resources_datafusion_err};
use datafusion::execution::memory_pool::{MemoryLimit, MemoryPool, human_readable_size};

/// The sentence that an error has had its words by.
const MUST_FIT: &str = "must fit into the memory limit";

/// An error with the words of whoever wanted the memory: `what` of `who`. Other errors are as they
/// were, and so are those of an input that has said its own.
pub(in crate::functions) fn exhausted(
    error: DataFusionError,
    who: &str,
    what: &str,
    pool: &dyn MemoryPool,
) -> DataFusionError {
    let DataFusionError::ResourcesExhausted(reason) = error.find_root() else { return error };
    if reason.contains(MUST_FIT) {
        return error;
    }
    // Who else has memory is told before; what was wanted is what counts.
    let reason = reason.rsplit("Error: ").next().unwrap_or(reason);
    let limit = match pool.memory_limit() {
        MemoryLimit::Finite(limit) => format!(" of {}", human_readable_size(limit)),
        _ => String::new(),
    };
    resources_datafusion_err!(
        "{who}: {what} {MUST_FIT}{limit}: raise it, or ask for less at a time ({reason})"
    )
}
