//! How far a long computation is: one line on standard error while it lasts.

use std::fs;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use datafusion::execution::memory_pool::MemoryPool;
use datafusion::prelude::SessionContext;
use terminal_size::{Width, terminal_size_of};
use tokio::task::JoinHandle;

use super::report::size;
use super::scan::{Reading, Scans};
use crate::progress::{ProgressListener, ProgressUpdate};
use crate::words::count;

/// What takes less than this needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a bar stands before it is drawn anew.
const STANDS: Duration = Duration::from_millis(100);

const WIDTH: usize = 30;

/// So many times as long as looking takes, nobody looks again.
const RARELY: u32 = 100;

/// The line: whether it may be drawn, since when a function works, and when it was drawn last.
#[derive(Default)]
struct Line {
    is_allowed: bool,
    /// Statements that run.
    running: usize,
    started: Option<Instant>,
    drawn: Option<Instant>,
    /// Whether a function has drawn it.
    is_of_function: bool,
    watch: Option<Watch>,
    /// The part of longer work that is done.
    part: Option<String>,
    /// What looks now and then while statements run.
    clock: Option<JoinHandle<()>>,
}

/// What is told of statements that tell nothing themselves.
#[derive(Clone)]
struct Watch {
    scans: Scans,
    pool: Arc<dyn MemoryPool>,
}

/// A line that is drawn after the first second and cleared at the end: the bar of a function, or how
/// much was read.
#[derive(Clone, Default)]
pub struct Bar(Arc<Mutex<Line>>);

/// A statement that runs: the line may be drawn until this is dropped.
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

    /// Tells of every statement of a session how far it is.
    pub fn watch(&self, context: &SessionContext) {
        let scans = Scans::default();
        scans.follow(context);
        let pool = Arc::clone(&context.runtime_env().memory_pool);
        self.line().watch = Some(Watch { scans, pool });
    }

    /// Lets it be drawn. A query that was cancelled goes on for a while; what it tells after its
    /// end must neither draw over the prompt nor clear it.
    pub fn allow(&self) -> Running {
        let mut line = self.line();
        line.is_allowed = true;
        line.running += 1;
        // One clock is enough for statements that run at the same time.
        if let Some(watch) = line.watch.clone()
            && line.running == 1
        {
            watch.scans.clear(); // what was planned at the prompt
            line.clock = Some(tokio::spawn(self.clone().tick(watch)));
        }
        Running(self.clone())
    }

    /// Names the part of longer work that is done from now on.
    pub fn name(&self, part: &str) {
        self.line().part = Some(part.to_owned());
    }

    /// Draws how far reading is, now and then.
    async fn tick(self, watch: Watch) {
        let start = Instant::now();
        tokio::time::sleep(PATIENCE).await;
        loop {
            let looked = Instant::now();
            if let Ok(mut line) = self.0.try_lock() {
                let part = line.part.as_ref().map(|part| format!("{part}: ")).unwrap_or_default();
                let _ = line.tell(&mut io::stderr(), Instant::now(), || {
                    let told = told(watch.scans.reading(), start.elapsed(), memory(&*watch.pool));
                    let text = part + &told;
                    let width = terminal_size_of(io::stderr()).map(|(Width(width), _)| width);
                    let most = width.map_or(usize::MAX, |width| usize::from(width.max(2)) - 1);
                    text.chars().take(most).collect()
                });
            }
            tokio::time::sleep(STANDS.max(looked.elapsed() * RARELY)).await;
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    /// Clears the line, for what is told now.
    pub fn clear(&self) {
        let _ = self.0.line().clear(&mut io::stderr()); // as above
    }

    /// Clears it for good: what is written from now on stands where it would be drawn.
    pub fn hush(&self) {
        let mut line = self.0.line();
        if line.is_allowed {
            let _ = line.clear(&mut io::stderr());
            line.is_allowed = false;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut line = self.0.line();
        let _ = line.clear(&mut io::stderr());
        line.running = line.running.saturating_sub(1);
        if line.running == 0 {
            line.is_allowed = false;
            line.part = None;
            line.watch.iter().for_each(|watch| watch.scans.clear());
            line.clock.take().iter().for_each(JoinHandle::abort);
        }
    }
}

impl Line {
    fn clear(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.started = None;
        self.is_of_function = false;
        if self.drawn.take().is_some() { write!(out, "\r\x1b[K") } else { Ok(()) }
    }

    /// Draws a text, unless a function tells what it does.
    fn tell(
        &mut self,
        out: &mut impl Write,
        now: Instant,
        text: impl FnOnce() -> String,
    ) -> io::Result<()> {
        if !self.is_allowed || self.is_of_function {
            return Ok(());
        }
        self.drawn = Some(now);
        write!(out, "\r\x1b[K{}\r", text())?;
        out.flush()
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
        let is_fresh = self.is_of_function && self.drawn.is_some_and(|drawn| now - drawn < STANDS);
        if now - started < PATIENCE || is_fresh {
            return Ok(());
        }
        self.drawn = Some(now);
        self.is_of_function = true;
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

/// `reading 42 % of 2.3 GB, 3.4 s, 512.0 MB of memory`.
fn told(reading: Reading, elapsed: Duration, memory: Option<usize>) -> String {
    let all = match reading {
        Reading { bytes: Some(bytes), .. } => Some(size(bytes)),
        Reading { all_rows: Some(rows), .. } if rows > 0 => Some(count(rows, "row")),
        _ => None,
    };
    let mut parts = vec![match (reading.share, all) {
        (Some(share), Some(all)) if share < 1.0 => {
            format!("reading {:.0} % of {all}", (100.0 * share).floor())
        }
        (Some(_), Some(all)) => format!("{all} read"),
        _ if reading.rows > 0 => format!("{} read", count(reading.rows, "row")),
        _ => "running".to_owned(),
    }];
    let seconds = elapsed.as_secs();
    parts.push(match seconds {
        0..60 => format!("{:.1} s", elapsed.as_secs_f64()),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    });
    parts.extend(memory.map(|bytes| format!("{} of memory", size(bytes as u64))));
    parts.join(", ")
}

/// Bytes that the process has; where the system does not say, those that the engine counts.
fn memory(pool: &dyn MemoryPool) -> Option<usize> {
    let resident = || {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.trim().strip_suffix("kB")?.trim().parse::<usize>().ok()? * 1024)
    };
    resident().or_else(|| Some(pool.reserved()).filter(|bytes| *bytes > 0))
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

    #[test]
    fn a_function_draws_over_what_is_read() {
        let mut line = Line { is_allowed: true, ..Line::default() };
        let (mut out, start) = (Vec::new(), Instant::now());
        let at = |seconds| start + Duration::from_secs_f64(seconds);
        line.tell(&mut out, at(1.0), || "running".into()).unwrap();
        assert_eq!(String::from_utf8(std::mem::take(&mut out)).unwrap(), "\r\x1b[Krunning\r");
        line.update(&mut out, "draws", 1, 10, at(1.0)).unwrap();
        assert_eq!(out, b"");
        line.tell(&mut out, at(2.0), || "running".into()).unwrap();
        out.clear();
        line.update(&mut out, "draws", 5, 10, at(2.05)).unwrap();
        assert!(out.starts_with(b"\r\x1b[Kdraws ["));
        out.clear();
        line.tell(&mut out, at(2.1), || "running".into()).unwrap();
        assert_eq!(out, b"");
        line.update(&mut out, "draws", 10, 10, at(2.2)).unwrap();
        assert_eq!(out, b"\r\x1b[K");
        line.tell(&mut out, at(2.3), || "running".into()).unwrap();
        assert!(out.ends_with(b"running\r"));
        // What is written stays, however long the rest takes.
        line.is_allowed = false;
        out.clear();
        line.tell(&mut out, at(2.4), || "running".into()).unwrap();
        assert_eq!(out, b"");
    }

    #[test]
    fn says_what_is_known() {
        let told =
            |reading, seconds, memory| told(reading, Duration::from_secs_f64(seconds), memory);
        let reading = Reading { rows: 7, share: Some(0.429), all_rows: Some(9), bytes: None };
        assert_eq!(told(reading, 3.44, None), "reading 42 % of 9 rows, 3.4 s");
        let files = Reading { bytes: Some(5 << 29), ..reading };
        let line = "reading 42 % of 2.5 GB, 1 min 13 s, 512.0 MB of memory";
        assert_eq!(told(files, 73.9, Some(512 << 20)), line);
        let done = Reading { share: Some(1.0), ..files };
        assert_eq!(told(done, 2.0, Some(40 << 10)), "2.5 GB read, 2.0 s, 40.0 KB of memory");
        let unknown = Reading { share: None, all_rows: None, ..reading };
        assert_eq!(told(unknown, 2.0, None), "7 rows read, 2.0 s");
        assert_eq!(told(Reading::default(), 2.0, None), "running, 2.0 s");
    }
}
