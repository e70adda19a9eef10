//! How far a long computation is, for whoever watches.

use std::fmt;

/// Watches long computations: an extension of the session's configuration.
///
/// ```
/// use std::sync::Arc;
///
/// use datafusion::prelude::{SessionConfig, SessionContext};
/// use goalposts::progress::ProgressListener;
///
/// let listener = ProgressListener::new(|update| {
///     eprintln!("{}: {} of {}", update.function, update.done, update.total);
/// });
/// let config = SessionConfig::new().with_extension(Arc::new(listener));
/// let context = SessionContext::new_with_config(config);
/// ```
pub struct ProgressListener(Box<Notify>);

type Notify = dyn Fn(&ProgressUpdate<'_>) + Send + Sync;

/// How far a computation is.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ProgressUpdate<'a> {
    /// Name of the function that computes.
    pub function: &'a str,
    /// Draws that are done.
    pub done: usize,
    /// Draws in all.
    pub total: usize,
}

impl ProgressListener {
    /// A listener that is called now and then and from any thread; at the end, whether the
    /// computation failed or not, with all of it done.
    pub fn new(notify: impl Fn(&ProgressUpdate<'_>) + Send + Sync + 'static) -> Self {
        Self(Box::new(notify))
    }

    pub(crate) fn notify(&self, function: &str, done: usize, total: usize) {
        (self.0)(&ProgressUpdate { function, done, total });
    }
}

impl fmt::Debug for ProgressListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgressListener")
    }
}
