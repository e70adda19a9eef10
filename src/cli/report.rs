//! What a person is told on standard error, and how things are called there.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use datafusion::execution::memory_pool::human_readable_size;
use terminal_size::{Width, terminal_size};

/// A message on standard error, in colours where they are wanted. That it cannot be written is no reason to fail.
pub fn report(message: &str) {
    let _ = writeln!(anstream::stderr(), "{message}");
}

/// `14.2 KB`, of 1024 bytes as `--memory-limit` has them, in the words of the engine's own messages.
pub fn size(bytes: u64) -> String {
    match usize::try_from(bytes) {
        Ok(few) if few < 2048 => format!("{few} B"),
        Ok(bytes) => human_readable_size(bytes),
        Err(_) => human_readable_size(usize::MAX),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (bytes, expected) in [
            (0, "0 B"),
            (2047, "2047 B"),
            (2048, "2.0 KB"),
            (3 << 19, "1536.0 KB"),
            (5 << 40, "5.0 TB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }
}
