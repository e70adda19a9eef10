//! The line editor: a statement is one text from its first line to its semicolon, with a history that
//! the next shell has as well.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::AutoStream;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{
    Cmd, ColorMode, CompletionType, ConditionalEventHandler, Config, Event, EventContext,
    EventHandler, KeyCode, KeyEvent, Modifiers, RepeatCount,
};

use super::assistant::Assistant;
use super::entries::{Cut, Entry, cut};
use crate::cli::error::{Error, Result};
use crate::cli::execute::Runner;
use crate::cli::home::history_file;

const PROMPT: &str = "goalposts> ";

/// Where entries come from.
pub struct Editor {
    lines: rustyline::Editor<Assistant, FileHistory>,
    history: Option<PathBuf>,
    /// Entries of the last text that nobody has taken yet.
    waiting: VecDeque<Entry>,
    /// What the next text begins with.
    begun: String,
    /// Whether Ctrl-C was pressed.
    is_dropped: Arc<AtomicBool>,
}

/// Ctrl-C: the text is drawn for the last time, without what was offered after and below it. The
/// editor's own way to be interrupted leaves that on the screen.
struct Drops(Arc<AtomicBool>);

impl ConditionalEventHandler for Drops {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext<'_>) -> Option<Cmd> {
        self.0.store(true, Ordering::SeqCst);
        Some(Cmd::AcceptLine)
    }
}

impl Editor {
    /// An editor with the history of the last shell.
    pub fn new(runner: &Runner) -> Result<Self> {
        let has_colours = AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
        let config = Config::builder()
            .max_history_size(10_000)
            .and_then(|config| config.history_ignore_dups(true))
            .map_err(terminal)?
            .completion_type(CompletionType::List)
            .color_mode(if has_colours { ColorMode::Forced } else { ColorMode::Disabled })
            .build();
        let mut lines = rustyline::Editor::with_config(config).map_err(terminal)?;
        lines.set_helper(Some(Assistant::new(runner, has_colours)));
        lines.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), Cmd::Newline);
        let is_dropped = Arc::<AtomicBool>::default();
        let drops = EventHandler::Conditional(Box::new(Drops(is_dropped.clone())));
        lines.bind_sequence(KeyEvent(KeyCode::Char('C'), Modifiers::CTRL), drops);
        let history = history_file();
        if let Some(file) = &history {
            let _ = lines.load_history(file); // there is none the first time
        }
        Ok(Self { lines, history, waiting: VecDeque::new(), begun: String::new(), is_dropped })
    }

    /// Lets the next text begin with this.
    pub fn begin_with(&mut self, text: String) {
        if !text.is_empty() {
            self.begun = text;
        }
    }

    /// The next entry; none at the end of the input. `last_columns` are those of the last result.
    ///
    /// # Errors
    /// When the terminal fails.
    pub fn read(&mut self, runner: &Runner, last_columns: &[String]) -> Result<Option<Entry>> {
        loop {
            if let Some(entry) = self.waiting.pop_front() {
                return Ok(Some(entry));
            }
            if let Some(assistant) = self.lines.helper_mut() {
                assistant.renew(runner, last_columns);
            }
            let begun = std::mem::take(&mut self.begun);
            match self.lines.readline_with_initial(PROMPT, (&begun, "")) {
                Ok(_) if self.is_dropped.swap(false, Ordering::SeqCst) => {}
                Ok(text) => self.take(&text, cut(&text, runner.grammar())),
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => return Ok(None),
                Err(error) => return Err(terminal(error)),
            }
        }
    }

    fn take(&mut self, text: &str, cut: Cut) {
        match cut.rest {
            None => self.remember(text.trim()),
            Some(rest) => {
                cut.entries.iter().for_each(|entry| self.remember(&entry.text));
                self.begun = rest.text;
            }
        }
        self.waiting = cut.entries.into();
    }

    /// Puts a text into the history.
    pub fn remember(&mut self, text: &str) {
        let _ = self.lines.add_history_entry(text); // history is a convenience
    }

    /// Drops the entries that follow one that failed in the same text.
    pub fn drop_waiting(&mut self) {
        self.waiting.clear();
    }

    /// Keeps the history for the next shell.
    pub fn save(&mut self) {
        let Some(file) = &self.history else { return };
        if let Some(folder) = file.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        let _ = self.lines.save_history(file);
    }
}

fn terminal(error: ReadlineError) -> Error {
    match error {
        ReadlineError::Io(source) => Error::file("terminal")(source),
        other => Error::Usage(format!("terminal: {other}")),
    }
}
