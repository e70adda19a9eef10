//! The prompt: statements end with a semicolon, commands begin with a backslash.

mod commands;
mod complete;
mod console;
mod pager;
mod patterns;
mod programs;
mod results;
mod startup;
mod vertical;
mod wide;
mod words;

use std::path::{Path, PathBuf};

use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Editor};
use tokio::runtime::Handle;

use commands::Next;
use complete::Prompt;
use console::Console;

use super::error::{Error, Result};
use super::options::Options;
use super::report::{report, shown};
use super::script::{read_text, split};

pub use startup::StartUp;

/// A person at a prompt.
pub struct Shell {
    console: Console,
    editor: Editor<Prompt, FileHistory>,
    history: Option<PathBuf>,
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
        let config = Config::builder()
            .max_history_size(10_000)
            .and_then(|config| config.history_ignore_dups(true))
            .map_err(terminal)?
            .completion_type(CompletionType::List)
            .build();
        let mut editor = Editor::with_config(config).map_err(terminal)?;
        editor.set_helper(Some(Prompt::new(&runner)));
        let history = history_file();
        if let Some(file) = &history {
            let _ = editor.load_history(file); // there is none the first time
        }
        let console = Console::new(runner, format);
        Ok(Self { console, editor, history, start_up, quiet: options.quiet })
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
        let mut entry = String::new(); // the lines of a statement so far
        loop {
            let prompt = if entry.is_empty() { "goalposts> " } else { "        -> " };
            if let Some(helper) = self.editor.helper_mut() {
                helper.before.clone_from(&entry);
                helper.workers.clone_from(self.console.runner.workers());
            }
            let begun = std::mem::take(&mut self.console.prefill);
            match self.editor.readline_with_initial(prompt, (&begun, "")) {
                Ok(line) if is_command(&line) && !self.takes(&entry, &line) => {
                    let _ = self.editor.add_history_entry(line.trim()); // history is a convenience
                    if !self.enter(line.trim()).await? {
                        break;
                    }
                }
                Ok(line) => {
                    entry.push_str(&line);
                    let text = entry.trim();
                    if !text.is_empty() && self.is_open(text) {
                        entry.push('\n');
                        continue;
                    }
                    if !text.is_empty() {
                        let _ = self.editor.add_history_entry(text);
                        let text = text.to_owned();
                        if !self.enter(&text).await? {
                            break;
                        }
                    }
                    entry.clear();
                }
                Err(ReadlineError::Interrupted) => entry.clear(),
                Err(ReadlineError::Eof) => break,
                Err(error) => return Err(terminal(error)),
            }
        }
        if let Some(file) = &self.history {
            if let Some(folder) = file.parent() {
                let _ = std::fs::create_dir_all(folder);
            }
            let _ = self.editor.save_history(file);
        }
        Ok(())
    }

    /// Reads the file of the start: what is wrong in it is told, and does not keep the shell from opening.
    async fn read(&mut self, file: &Path) -> Result<()> {
        let text = read_text(file)?;
        if !self.quiet {
            report(&format!("read {}", shown(file)));
        }
        let is_open = |text: &str| !text.trim().is_empty() && self.is_open(text.trim());
        let entries = startup::entries(&text, is_open, |before, line| self.takes(before, line));
        self.console.folder = file.parent().map(Path::to_owned);
        self.console.tells_settings = false;
        for (line, entry) in entries {
            if !self.enter_from(&shown(file), line, &entry).await? {
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
    async fn enter(&mut self, text: &str) -> Result<bool> {
        if is_leave(text) {
            return Ok(false);
        }
        let stays = self.enter_from("<shell>", 1, text).await;
        for text in self.console.entered.drain(..) {
            let _ = self.editor.add_history_entry(text);
        }
        stays
    }

    /// One entry that begins on this line of a text.
    async fn enter_from(&mut self, origin: &str, line: usize, text: &str) -> Result<bool> {
        self.console.runner.forget_interrupt();
        match self.execute(origin, line, text).await {
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

    /// Whether a statement goes on in the next line.
    fn is_open(&self, text: &str) -> bool {
        let grammar = self.console.runner.grammar();
        !is_leave(text) && commands::ending(text, grammar).is_none() && split(text, grammar).is_open
    }

    /// Whether a line that begins with a backslash goes on with the statement before it: in a string, a
    /// quoted name or a comment, or as its end.
    fn takes(&self, before: &str, line: &str) -> bool {
        let script = split(before, self.console.runner.grammar());
        script.fault.is_some() || script.is_open && commands::ends(line)
    }
}

fn is_command(line: &str) -> bool {
    line.trim_start().starts_with('\\')
}

fn is_leave(text: &str) -> bool {
    let word = text.trim_end_matches(';').trim_end();
    word.eq_ignore_ascii_case("quit") || word.eq_ignore_ascii_case("exit")
}

fn terminal(error: ReadlineError) -> Error {
    match error {
        ReadlineError::Io(source) => Error::file("terminal")(source),
        other => Error::Usage(format!("terminal: {other}")),
    }
}

/// `$XDG_STATE_HOME/goalposts/history`, by default below `~/.local/state`.
fn history_file() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").filter(|path| !path.is_empty());
    let state = state.map(PathBuf::from).or_else(|| {
        let home = std::env::home_dir()?;
        Some(home.join(".local").join("state"))
    })?;
    Some(state.join("goalposts").join("history"))
}
