//! The prompt: statements end with a semicolon, commands begin with a backslash.

mod assistant;
mod commands;
mod complete;
mod console;
mod editor;
mod entries;
mod highlight;
mod keywords;
mod pager;
mod patterns;
mod results;
mod startup;
mod wide;
mod words;

use std::path::Path;

use tokio::runtime::Handle;

use commands::Next;
use console::Console;
use editor::Editor;
use entries::{Entry, Kind, cut, is_leave};

use super::error::{Error, Result};
use super::options::Options;
use super::report::{report, shown};
use super::script::read_text;

pub use startup::StartUp;

/// A person at a prompt.
pub struct Shell {
    console: Console,
    editor: Editor,
    start_up: StartUp,
    quiet: bool,
}

impl Shell {
    /// A shell on the data folder.
    pub async fn new(options: Options, start_up: StartUp, workers: &Handle) -> Result<Self> {
        let format = options.format();
        if !format.is_text() {
            return Err(Error::Usage(format!(
                "-f: must be a format of text, got '{}' (COPY writes files)",
                format.ending()
            )));
        }
        let runner = options.runner(workers).await?;
        let editor = Editor::new(&runner)?;
        let console = Console::new(runner, format);
        Ok(Self { console, editor, start_up, quiet: options.quiet })
    }

    /// Reads and runs until `\q`.
    pub async fn run(mut self) -> Result<()> {
        if !self.quiet {
            report(concat!(
                "goalposts ",
                env!("CARGO_PKG_VERSION"),
                "; \\? for help, \\q to leave"
            ));
        }
        if let Some(file) = self.start_up.file() {
            self.read(&file).await?;
        }
        loop {
            self.editor.begin_with(std::mem::take(&mut self.console.prefill));
            let Some(entry) = self.editor.read(&self.console.runner, &self.console.last_columns)?
            else {
                break;
            };
            if !self.enter(&entry).await? {
                break;
            }
        }
        self.editor.save();
        Ok(())
    }

    /// Reads the file of the start: what is wrong in it is told, and does not keep the shell from opening.
    async fn read(&mut self, file: &Path) -> Result<()> {
        let text = read_text(file)?;
        if !self.quiet {
            report(&format!("read {}", shown(file)));
        }
        let grammar = self.console.runner.grammar();
        let cut = cut(&text, grammar);
        let entries = cut.entries.into_iter().chain(cut.rest);
        self.console.folder = file.parent().map(Path::to_owned);
        self.console.tells_settings = false;
        for entry in entries.flat_map(|entry| entry.apart(grammar)) {
            if !self.enter_from(&shown(file), &entry).await? {
                break;
            }
        }
        self.console.tells_settings = true;
        self.console.folder = None;
        self.console.last = None;
        self.console.prefill.clear();
        Ok(())
    }

    /// One entry; what goes wrong is told. False: leave.
    async fn enter(&mut self, entry: &Entry) -> Result<bool> {
        let stays = self.enter_from("<shell>", entry).await;
        for text in self.console.entered.drain(..) {
            self.editor.remember(&text);
        }
        stays
    }

    /// One entry of a text.
    async fn enter_from(&mut self, origin: &str, entry: &Entry) -> Result<bool> {
        let Entry { kind, text, line } = entry;
        if *kind == Kind::Command && is_leave(text) {
            return Ok(false);
        }
        self.console.runner.forget_interrupt();
        match self.execute(origin, *line, text).await {
            Ok(next) => return Ok(next == Next::Stay),
            Err(error @ Error::ClosedPipe) => return Err(error),
            Err(Error::Interrupted) => {
                report("cancelled");
                self.console.change_workers()?;
            }
            // A command does not know where it stands.
            Err(error @ (Error::Usage(_) | Error::File { .. })) if origin != "<shell>" => {
                report(&format!("error: {origin}:{line}: {error}"));
            }
            Err(error) => report(&error.told("error")),
        }
        self.editor.drop_waiting();
        Ok(true)
    }

    async fn execute(&mut self, origin: &str, line: usize, text: &str) -> Result<Next> {
        if let Some(command) = text.strip_prefix('\\') {
            return commands::run(&mut self.console, command).await;
        }
        let at = commands::ending(text, self.console.runner.grammar());
        let (statements, command) = text.split_at(at.unwrap_or(text.len()));
        // Errors have the line of the whole text.
        let statements = format!("{}{statements}", "\n".repeat(line - 1));
        if command.is_empty() {
            self.console.statements(origin, &statements).await?;
            return Ok(Next::Stay);
        }
        self.console.all_but_last(origin, &statements).await?;
        commands::run(&mut self.console, &command[1..]).await
    }
}
