//! How the steps are executed: threads, cancellation, progress.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use datafusion::common::config::ConfigOptions;
use datafusion::common::{DataFusionError, Result, exec_err};

use crate::kernel::Executor;
use crate::progress::ProgressListener;

/// Whether the answer is still wanted.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn check(&self) -> Result<()> {
        match self.0.load(Ordering::Relaxed) {
            true => exec_err!("the query was cancelled"),
            false => Ok(()),
        }
    }
}

/// What all steps need to work with.
#[derive(Debug, Clone)]
pub struct Execution {
    pub threads: usize,
    pub cancel: Cancel,
    pub options: Arc<ConfigOptions>,
    pub progress: Option<Arc<ProgressListener>>,
}

impl Execution {
    /// Notifies whoever watches.
    pub fn notify(&self, function: &str, done: usize, total: usize) {
        if let Some(listener) = &self.progress {
            listener.notify(function, done, total);
        }
    }

    /// Does jobs `0..number` on all threads. The answers come in the order of the jobs, and if some
    /// fail the error is that of the first.
    pub fn each<R: Send>(
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

impl Executor for Execution {
    type Error = DataFusionError;

    fn each<R: Send>(&self, number: usize, job: impl Fn(usize) -> R + Sync) -> Result<Vec<R>> {
        self.each(number, |i| Ok(job(i)))
    }
}
