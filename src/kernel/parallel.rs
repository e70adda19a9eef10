//! Jobs that do not depend on each other, and who does them.

use std::convert::Infallible;

/// Someone who does jobs that do not depend on each other.
pub trait Executor {
    /// Why it was not done.
    type Error;

    /// Does jobs `0..number`, in whatever order, and gives the answers in that of the jobs.
    ///
    /// # Errors
    /// The work was given up.
    fn each<R: Send>(
        &self,
        number: usize,
        job: impl Fn(usize) -> R + Sync,
    ) -> Result<Vec<R>, Self::Error>;
}

/// One job after the other.
pub struct InTurn;

impl Executor for InTurn {
    type Error = Infallible;

    fn each<R: Send>(
        &self,
        number: usize,
        job: impl Fn(usize) -> R + Sync,
    ) -> Result<Vec<R>, Infallible> {
        Ok((0..number).map(job).collect())
    }
}
