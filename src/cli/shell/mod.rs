//! The prompt: statements end with a semicolon, commands begin with a backslash.

mod assistant;
mod complete;
mod editor;
mod entries;
mod help;
mod highlight;
mod keywords;

use std::io;
use std::path::Path;
use std::time::Instant;

use terminal_size::{Width, terminal_size};
use tokio::runtime::{Handle, Runtime};

use editor::Editor;
use entries::{Entry, is_leave};
use help::HELP;

use super::error::{Error, Result};
use super::execute::Runner;
use super::formats;
use super::options::Options;
use super::output::{write_next, write_with};
use super::report::{count, report, since};
use super::script::{ensure_closed, read_text, split};
use super::threads::workers;
use crate::export::{Format, Hints, Style, Table, Target};
use crate::functions;

/// How to see what a table leaves out.
const HINTS: Hints = Hints { rows: " (\\rows 0 shows all)", columns: " (\\f csv shows all)" };

/// Threads that are not waited for.
struct Workers(Option<Runtime>);

impl Drop for Workers {
    fn drop(&mut self) {
        if let Some(workers) = self.0.take() {
            workers.shutdown_background();
        }
    }
}

/// A person at a prompt.
pub struct Shell {
    runner: Runner,
    own_workers: Option<Workers>,
    editor: Editor,
    format: Format,
    max_rows: usize,
    timing: bool,
    quiet: bool,
}

impl Shell {
    /// A shell on the data folder.
    pub async fn new(options: Options, workers: &Handle) -> Result<Self> {
        let format = options.format();
        if !format.is_text() {
            return Err(unreadable("-f", format.ending()));
        }
        let runner = options.runner(workers).await?;
        let editor = Editor::new(&runner)?;
        let (max_rows, timing) = (100, true);
        Ok(Self {
            runner,
            own_workers: None,
            editor,
            format,
            max_rows,
            timing,
            quiet: options.quiet,
        })
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
        while let Some(entry) = self.editor.read(&self.runner)? {
            if !self.enter(&entry).await? {
                break;
            }
        }
        self.editor.save();
        Ok(())
    }

    /// One entry; what goes wrong is told. False: leave.
    async fn enter(&mut self, entry: &Entry) -> Result<bool> {
        self.runner.forget_interrupt();
        let outcome = match entry {
            Entry::Command(text) if is_leave(text) => return Ok(false),
            Entry::Command(text) => self.command(&text[1..]).await,
            Entry::Statements(text) => self.statements("<shell>", text).await.map(|()| true),
        };
        match outcome {
            Ok(stay) => return Ok(stay),
            Err(error @ Error::ClosedPipe) => return Err(error),
            Err(Error::Interrupted) => {
                report("cancelled");
                self.change_workers()?;
            }
            Err(error) => report(&format!("error: {error}")),
        }
        self.editor.drop_waiting();
        Ok(true)
    }

    /// Takes new threads: a query that was cancelled may keep those it has for hours, if it does
    /// not look up from its work.
    fn change_workers(&mut self) -> Result<()> {
        let fresh = workers()?;
        self.runner.run_on(fresh.handle());
        self.own_workers = Some(Workers(Some(fresh)));
        Ok(())
    }

    async fn command(&mut self, text: &str) -> Result<bool> {
        let (name, argument) = match text.split_once(char::is_whitespace) {
            Some((name, argument)) => (name, argument.trim().trim_end_matches(';')),
            None => (text.trim_end_matches(';'), ""),
        };
        match (name, argument) {
            ("q" | "quit", _) => return Ok(false),
            ("?" | "help", _) => say(HELP)?,
            ("d", "") => {
                let tables = "SELECT table_schema AS schema, table_name AS \"table\", table_type AS type \
                              FROM information_schema.tables \
                              WHERE table_schema <> 'information_schema' ORDER BY 1, 2";
                self.statements("\\d", tables).await?;
            }
            ("d", table) => self.statements("\\d", &format!("DESCRIBE {table}")).await?,
            ("h", "") => {
                for page in functions::pages() {
                    say(&format!("{:<16}{}", page.name, page.summary))?;
                }
            }
            ("h", name) => match functions::page(name) {
                Some(page) => say(&wrapped(page.text().trim_end()))?,
                None => {
                    return Err(Error::Usage(format!(
                        "\\h: function '{name}' not found (\\h lists them)"
                    )));
                }
            },
            ("f" | "format", "") => return Err(missing("\\f: must be a format")),
            ("f" | "format", name) => {
                let format = formats::named(name).ok_or_else(|| {
                    Error::Usage(format!("\\f: format '{name}' not found (\\? lists them)"))
                })?;
                if !format.is_text() {
                    return Err(unreadable("\\f", name));
                }
                self.format = format;
            }
            ("rows", "") => return Err(missing("\\rows: must be a whole number")),
            ("rows", n) => {
                let rows: usize = n.parse().map_err(|_| {
                    Error::Usage(format!("\\rows: must be a whole number, got '{n}'"))
                })?;
                self.max_rows = if rows == 0 { usize::MAX } else { rows };
            }
            ("timing", which) => {
                self.timing = match which {
                    "" => !self.timing,
                    "on" => true,
                    "off" => false,
                    _ => {
                        return Err(Error::Usage(format!(
                            "\\timing: must be on or off, got '{which}'"
                        )));
                    }
                };
                report(if self.timing { "timing is on" } else { "timing is off" });
            }
            ("set", "") => return Err(missing("\\set: must be NAME VALUE")),
            ("set", pair) => match pair.split_once(char::is_whitespace) {
                Some((name, value)) => self.runner.set(name.trim_start_matches('$'), value.trim()),
                None => {
                    return Err(Error::Usage(format!("\\set: must be NAME VALUE, got '{pair}'")));
                }
            },
            ("i", "") => return Err(missing("\\i: must be a file")),
            ("i", file) => {
                let text = read_text(Path::new(file))?;
                self.statements(file, &text).await?;
            }
            _ => return Err(Error::Usage(format!("\\{name}: command not found (\\? lists them)"))),
        }
        Ok(true)
    }

    async fn statements(&mut self, origin: &str, text: &str) -> Result<()> {
        let script = split(text, self.runner.grammar());
        for statement in &script.statements {
            let start = Instant::now();
            let rows = self.runner.start(statement, origin).await?;
            let has_columns = rows.has_columns();
            let written = match self.format {
                Format::Table => {
                    let width = terminal_size().map(|(Width(width), _)| width);
                    let style = Style::terminal(width, self.max_rows, HINTS);
                    write_with(rows, &Target::Output, |out, schema| {
                        Ok(Box::new(Table::new(out, schema, style.clone())))
                    })
                    .await?
                }
                format => write_next(rows, format).await?,
            };
            if self.timing {
                report(&match has_columns {
                    true => format!("{}, {}", count(written, "row"), since(start)),
                    false => format!("done, {}", since(start)),
                });
            }
        }
        ensure_closed(&script, origin)
    }
}

/// A command whose argument is missing.
fn missing(what: &str) -> Error {
    Error::Usage(format!("{what}, found nothing"))
}

/// A format that a terminal cannot show.
fn unreadable(place: &str, name: &str) -> Error {
    Error::Usage(format!("{place}: must be a format of text, got '{name}' (COPY writes files)"))
}

/// Lines wrapped between words to the terminal's width, under their own indentation.
fn wrapped(text: &str) -> String {
    let width = terminal_size().map_or(100, |(Width(width), _)| usize::from(width).max(40));
    let wrap = |line: &str| {
        let indent = &line[..line.len() - line.trim_start().len()];
        let options = textwrap::Options::new(width).subsequent_indent(indent).break_words(false);
        textwrap::fill(line, options)
    };
    text.lines().map(wrap).collect::<Vec<_>>().join("\n")
}

fn say(text: &str) -> Result<()> {
    use std::io::Write;
    writeln!(io::stdout(), "{text}").map_err(Error::output)
}
