//! The threads that queries run on.

use tokio::runtime::{Builder, Runtime};

use super::error::{Error, Result};

/// Room for statements that nest deeply: parser and planner walk them by recursion.
pub const STACK: usize = 64 << 20;

/// Threads for queries.
///
/// # Errors
/// When the system refuses them.
pub fn workers() -> Result<Runtime> {
    let workers = Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    workers.map_err(Error::file("threads"))
}
