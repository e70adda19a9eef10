//! Output that may be too long for the screen: through a pager then.

use std::io::{self, IsTerminal, Write};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use terminal_size::{Height, Width, terminal_size};
use textwrap::core::display_width;

use crate::cli::interrupt::{Deaf, Interrupt};
use crate::cli::programs::{command, is_installed, variable};
use crate::cli::report::report;

/// Bytes that are held back to see whether they fit; what is longer does not.
const HELD: usize = 1 << 23;

/// When there is a pager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Never.
    Off,
    /// For what does not fit the screen.
    Auto,
    /// Always.
    On,
}

/// The pager, and when it is used.
#[derive(Debug, Clone)]
pub struct Pager {
    /// When.
    pub when: When,
    /// The command line, if it was said here.
    pub command: Option<String>,
}

impl Pager {
    /// The command line that is used; none where standard output is no terminal.
    pub fn used(&self) -> Option<String> {
        if self.when == When::Off || !io::stdout().is_terminal() {
            return None;
        }
        let installed = || is_installed("less").then(|| "less -SRFX".to_owned());
        let said = || match std::env::var("GOALPOSTS_PAGER") {
            Ok(said) => Some(said),
            Err(_) => variable(&["PAGER"]).or_else(installed),
        };
        self.command.clone().or_else(said).filter(|line| !matches!(line.trim(), "" | "cat"))
    }
}

/// Standard output, through a pager if need be. Its copies are one.
#[derive(Clone)]
pub struct Paged(Arc<Mutex<State>>);

struct State {
    /// None: there is no pager.
    pager: Option<String>,
    when: When,
    held: Vec<u8>,
    running: Option<(Child, Deaf)>,
    /// Whether the pager was left before the end.
    is_left: bool,
    interrupt: Interrupt,
}

impl Paged {
    /// Nothing written yet.
    pub fn new(pager: &Pager, is_wanted: bool, interrupt: &Interrupt) -> Self {
        Self(Arc::new(Mutex::new(State {
            pager: pager.used().filter(|_| is_wanted),
            when: pager.when,
            held: Vec::new(),
            running: None,
            is_left: false,
            interrupt: interrupt.clone(),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows what was held back, and waits until it has been read. Whether it was shown to its end.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub fn finish(&self) -> io::Result<bool> {
        let mut state = self.state();
        if state.running.is_none() && !state.held.is_empty() {
            let is_long = state.when == When::On || !fits(&state.held);
            if is_long {
                state.start();
            }
        }
        let Some((mut child, _deaf)) = state.running.take() else {
            let held = std::mem::take(&mut state.held);
            io::stdout().write_all(&held)?;
            io::stdout().flush()?;
            return Ok(true);
        };
        drop(child.stdin.take());
        let is_missing = match child.wait() {
            Ok(status) => matches!(status.code(), Some(126 | 127)),
            Err(_) => false,
        };
        if is_missing {
            let name = state.pager.take().unwrap_or_default();
            report(&format!("error: pager: must be a program, got '{name}' (\\pager off)"));
            io::stdout().write_all(&std::mem::take(&mut state.held))?;
        }
        Ok(!state.is_left)
    }
}

impl State {
    /// Starts the pager with what was held back.
    fn start(&mut self) {
        let Some(pager) = &self.pager else { return };
        let mut command = command(pager);
        if std::env::var_os("LESS").is_none() {
            command.env("LESS", "SRFX");
        }
        let deaf = self.interrupt.deafen();
        let Ok(mut child) = command.stdin(Stdio::piped()).spawn() else { return };
        if let Some(input) = &mut child.stdin {
            self.is_left = input.write_all(&self.held).is_err();
        }
        self.running = Some((child, deaf));
    }
}

impl Write for Paged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.state();
        if state.pager.is_none() {
            return io::stdout().write(bytes);
        }
        if state.running.is_none() {
            state.held.extend_from_slice(bytes);
            if state.held.len() > HELD {
                state.start();
            }
            if state.running.is_some() && state.is_left {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            return Ok(bytes.len());
        }
        let written = match &mut state.running {
            Some((Child { stdin: Some(input), .. }, _)) => input.write(bytes),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        };
        state.is_left |= written.is_err();
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.state().pager {
            None => io::stdout().flush(),
            Some(_) => Ok(()),
        }
    }
}

/// Whether a text and the prompt after it fit the screen.
fn fits(text: &[u8]) -> bool {
    let Some((Width(width), Height(height))) = terminal_size() else { return true };
    let text = String::from_utf8_lossy(text);
    let lines = text.lines().map(|line| display_width(line).div_ceil(width.max(1).into()).max(1));
    lines.sum::<usize>() + 2 < height.into()
}
