//! What a person is told on standard error, and how things are called there.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use terminal_size::{Width, terminal_size};

/// A message on standard error, in colours where they are wanted. That it cannot be written is no reason to fail.
pub fn report(message: &str) {
    let _ = writeln!(anstream::stderr(), "{message}");
}

/// `3 rows`, `1 row`.
pub fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Seconds since `start`.
pub fn since(start: Instant) -> String {
    format!("{:.3} s", start.elapsed().as_secs_f64())
}

/// What a path ends in.
pub fn ending(path: &Path) -> String {
    let ending = path.extension().map(|ending| format!(".{}", ending.display()));
    ending.unwrap_or_else(|| "no ending".to_owned())
}

/// The name of a path.
pub fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The columns of the terminal, if there is one.
pub fn width() -> Option<u16> {
    terminal_size().map(|(Width(width), _)| width)
}
