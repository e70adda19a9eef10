//! How far a long computation is: one line on standard error while it lasts.

use std::io::{self, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::functions::Progress;

/// What takes less than this needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a bar stands before it is drawn anew.
const STANDS: Duration = Duration::from_millis(100);

const WIDTH: usize = 30;

/// The line: since when there is work, and when it was drawn last.
#[derive(Default)]
struct Line {
    started: Option<Instant>,
    drawn: Option<Instant>,
}

/// A bar that is drawn after the first second and cleared at the end.
pub(super) fn bar() -> Progress {
    let line = Mutex::new(Line::default());
    Progress(Box::new(move |what, done, all| {
        // Whoever finds the line in use leaves it alone, unless it is to be cleared.
        let is_end = done >= all;
        let line = if is_end { line.lock().ok() } else { line.try_lock().ok() };
        if let Some(mut line) = line {
            // That a bar cannot be drawn is no reason to fail.
            let _ = line.update(&mut io::stderr(), what, done, all, Instant::now());
        }
    }))
}

impl Line {
    fn update(
        &mut self,
        out: &mut impl Write,
        what: &str,
        done: usize,
        all: usize,
        now: Instant,
    ) -> io::Result<()> {
        if done >= all {
            let was_drawn = std::mem::take(self).drawn.is_some();
            return if was_drawn { write!(out, "\r\x1b[K") } else { Ok(()) };
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
        let (mut line, mut out, start) = (Line::default(), Vec::new(), Instant::now());
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
    }
}
