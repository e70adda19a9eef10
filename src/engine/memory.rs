//! What is said where memory is limited and does not suffice.

use datafusion::common::{DataFusionError, resources_datafusion_err};
use datafusion::execution::memory_pool::{MemoryLimit, MemoryPool, human_readable_size};

use crate::error::{MORE_MEMORY, Shortage};

/// The sentence that an error has had its words by.
const MUST_FIT: &str = "must fit into the memory limit";

/// An error with the words of whoever wanted the memory: `what` of `who`. Other errors are as they
/// were, and so are those of an input that has said its own.
pub fn exhausted(
    error: DataFusionError,
    who: &str,
    what: &str,
    pool: &dyn MemoryPool,
) -> DataFusionError {
    let DataFusionError::ResourcesExhausted(reason) = error.find_root() else { return error };
    if reason.contains(MUST_FIT) {
        return error;
    }
    let limit = match pool.memory_limit() {
        MemoryLimit::Finite(limit) => format!(" of {}", human_readable_size(limit)),
        _ => String::new(),
    };
    let found = match Shortage::read(reason) {
        Some(Shortage { needed, left, .. }) => format!("{needed} needed and {left} left"),
        None => reason.clone(),
    };
    resources_datafusion_err!("{who}: {what} {MUST_FIT}{limit}, found {found} ({MORE_MEMORY})")
}
