//! How far a long computation is: one line on standard error while it lasts.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::progress::{ProgressListener, ProgressUpdate};

/// What takes less than this needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a bar stands before it is drawn anew.
const STANDS: Duration = Duration::from_millis(100);

const WIDTH: usize = 30;

/// The line: whether it may be drawn, since when there is work, and when it was drawn last.
#[derive(Default)]
struct Line {
    is_allowed: bool,
    started: Option<Instant>,
    drawn: Option<Instant>,
}

/// A bar that is drawn after the first second and cleared at the end.
#[derive(Clone, Default)]
pub struct Bar(Arc<Mutex<Line>>);

/// A statement that runs: the bar may be drawn until this is dropped.
pub struct Running(Bar);

impl Bar {
    /// What draws it.
    pub fn progress(&self) -> ProgressListener {
        let bar = self.clone();
        ProgressListener::new(move |&ProgressUpdate { function, done, total, .. }| {
            // Whoever finds the line in use leaves it alone, unless it is to be cleared.
            let line = if done >= total { Some(bar.line()) } else { bar.0.try_lock().ok() };
            if let Some(mut line) = line {
                // That a bar cannot be drawn is no reason to fail.
                let _ = line.update(&mut io::stderr(), function, done, total, Instant::now());
            }
        })
    }

    /// Lets it be drawn. A query that was cancelled goes on for a while; what it tells after its
    /// end must neither draw over the prompt nor clear it.
    pub fn allow(&self) -> Running {
        self.line().is_allowed = true;
        Running(self.clone())
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut line = self.0.line();
        let _ = line.clear(&mut io::stderr()); // as above
        line.is_allowed = false;
    }
}

impl Line {
    fn clear(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.started = None;
        if self.drawn.take().is_some() { write!(out, "\r\x1b[K") } else { Ok(()) }
    }

    fn update(
        &mut self,
        out: &mut impl Write,
        what: &str,
        done: usize,
        all: usize,
        now: Instant,
    ) -> io::Result<()> {
        if !self.is_allowed {
            return Ok(());
        }
        if done >= all {
            return self.clear(out);
        }
        let started = *self.started.get_or_insert(now);
        let is_fresh = self.drawn.is_some_and(|drawn| now - drawn < STANDS);
        if now - started < PATIENCE || is_fresh {
            return Ok(());
        }
        self.drawn = Some(now);
        let full = WIDTH * done / all;
        write!(
            out,
            "\r\x1b[K{what} [{}{}] {:3} %\r",
            "#".repeat(full),
            "-".repeat(WIDTH - full),
            100 * done / all
        )?;
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_after_a_second_and_cleared() {
        let mut line = Line { is_allowed: true, ..Line::default() };
        let (mut out, start) = (Vec::new(), Instant::now());
        let at = |seconds| start + Duration::from_secs_f64(seconds);
        let mut update = |done, seconds| {
            out.clear();
            line.update(&mut out, "draws", done, 10, at(seconds)).unwrap();
            String::from_utf8(out.clone()).unwrap()
        };
        assert_eq!(update(1, 0.0), "");
        assert_eq!(update(2, 0.9), "");
        let half = format!("\r\x1b[Kdraws [{}{}]  50 %\r", "#".repeat(15), "-".repeat(15));
        assert_eq!(update(5, 1.1), half);
        assert_eq!(update(6, 1.15), "");
        assert_eq!(update(10, 1.3), "\r\x1b[K");
        assert_eq!(update(10, 1.4), "");
        assert_eq!(update(1, 9.0), "");
        // What a cancelled query tells after its end is not heard.
        line.is_allowed = false;
        for done in [2, 3, 10] {
            out.clear();
            line.update(&mut out, "draws", done, 10, at(20.0 + done as f64)).unwrap();
            assert_eq!(out, b"");
        }
    }
}
