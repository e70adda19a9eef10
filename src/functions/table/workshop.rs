//! What all steps work with: threads, whether the answer is still wanted, whoever watches.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use datafusion::common::config::ConfigOptions;
use datafusion::common::{DataFusionError, Result, exec_err};

use crate::kernel::Executor;

/// Whether the answer is still wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub(super) fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn check(&self) -> Result<()> {
        match self.0.load(Ordering::Relaxed) {
            true => exec_err!("the query was cancelled"),
            false => Ok(()),
        }
    }
}

/// What all steps need to work with.
#[derive(Debug, Clone)]
pub(super) struct Workshop {
    pub threads: usize,
    pub cancel: Cancel,
    pub options: Arc<ConfigOptions>,
    pub progress: Option<Arc<Progress>>,
}

/// Whoever wants to know how far a long computation is: an extension of the session's
/// configuration.
///
/// Called with the name of the function, the work done and the work there is, now and then and from
/// any thread; at the end, whether it failed or not, with all of it done.
pub struct Progress(pub Box<Tell>);

/// Takes the name of a function, the work done and the work there is.
pub type Tell = dyn Fn(&str, usize, usize) + Send + Sync;

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Progress")
    }
}

impl Workshop {
    /// Says how far the work is.
    pub(super) fn tell(&self, what: &str, done: usize, all: usize) {
        if let Some(progress) = &self.progress {
            (progress.0)(what, done, all);
        }
    }

    /// Does jobs `0..number` on all threads. The answers come in the order of the jobs, and if some
    /// fail the error is that of the first.
    pub(super) fn each<R: Send>(
        &self,
        number: usize,
        job: impl Fn(usize) -> Result<R> + Sync,
    ) -> Result<Vec<R>> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let i = next.fetch_add(1, Ordering::Relaxed);
                if i >= number {
                    return done;
                }
                let answer = self.cancel.check().and_then(|()| job(i));
                let failed = answer.is_err();
                done.push((i, answer));
                if failed {
                    next.fetch_add(number, Ordering::Relaxed); // no more jobs
                    return done;
                }
            }
        };
        let threads = self.threads.clamp(1, number.max(1));
        let mut all: Vec<(usize, Result<R>)> = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut all = work();
            for other in others {
                match other.join() {
                    Ok(done) => all.extend(done),
                    Err(_) => all.push((0, exec_err!("a thread of the computation stopped"))),
                }
            }
            all
        });
        all.sort_by_key(|(i, _)| *i);
        all.into_iter().map(|(_, answer)| answer).collect()
    }
}

impl Executor for Workshop {
    type Error = DataFusionError;

    fn each<R: Send>(&self, number: usize, job: impl Fn(usize) -> R + Sync) -> Result<Vec<R>> {
        self.each(number, |i| Ok(job(i)))
    }
}
