//! `\df` and `\h`: functions, ours and the engine's.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::execution::SessionState;
use datafusion::logical_expr::Documentation;
use terminal_size::{Width, terminal_size};

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::cli::error::{Error, Result};
use crate::cli::shell::console::Console;
use crate::cli::shell::patterns::fits;
use crate::error::one_line;
use crate::functions::{self, Form};
use crate::hint::did_you_mean;

pub const FUNCTIONS: Command = Command {
    name: "df",
    also: &[],
    argument: "[PATTERN]",
    summary: "functions with kind and call: part of a name, or with * and ?",
    group: Group::Tables,
    offers: Offers::Functions,
    ends: false,
    run: |console, arguments| Box::pin(list(console, arguments)),
};

pub const HELP: Command = Command {
    name: "h",
    argument: "[FUNCTION]",
    summary: "functions; documentation of one",
    run: |console, arguments| Box::pin(help(console, arguments)),
    ..FUNCTIONS
};

/// A function in a line.
struct Line {
    kind: &'static str,
    of: &'static str,
    call: String,
    summary: String,
}

/// All functions by name.
fn all(state: &SessionState) -> BTreeMap<String, Line> {
    let mut lines = BTreeMap::new();
    for (name, documentation, kind) in documented(state) {
        if name.contains("_fitted") {
            continue; // the internal form of a normalisation
        }
        let (call, summary) = match documentation {
            Some(text) => (first(&text.syntax_example), sentence(&text.description)),
            None => (format!("{name}(...)"), String::new()),
        };
        lines.insert(name, Line { kind, of: "engine", call, summary });
    }
    for (page, form) in functions::forms() {
        let kind = match form {
            Form::Aggregate => "aggregate",
            Form::Window => "window",
            Form::Normalisation => "window, or with a fit",
            Form::Scalar => "scalar",
            Form::Table => "table",
        };
        let (call, summary) = (page.syntax.first().copied().unwrap_or_default(), page.summary);
        let (call, summary) = (call.to_owned(), summary.to_owned());
        lines.insert(page.name.to_owned(), Line { kind, of: "goalposts", call, summary });
    }
    lines
}

/// The functions of a session.
fn documented(
    state: &SessionState,
) -> impl Iterator<Item = (String, Option<&Documentation>, &'static str)> {
    let scalar = state.scalar_functions().iter();
    let scalar = scalar.map(|(name, f)| (name.clone(), f.documentation(), "scalar"));
    let aggregate = state.aggregate_functions().iter();
    let aggregate = aggregate.map(|(name, f)| (name.clone(), f.documentation(), "aggregate"));
    let window = state.window_functions().iter();
    let window = window.map(|(name, f)| (name.clone(), f.documentation(), "window"));
    let table = state.table_functions().keys().map(|name| (name.clone(), None, "table"));
    scalar.chain(aggregate).chain(window).chain(table)
}

fn first(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// The first sentence of a text.
fn sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = text.find(". ").map_or(text.len(), |end| end + 1);
    text[..end].to_owned()
}

async fn list(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    let pattern = arguments.word("a pattern")?.unwrap_or_default();
    let mut lines = all(&console.runner.context().state());
    lines.retain(|name, _| fits(name, &pattern));
    if lines.is_empty() {
        return Err(arguments.fault(&format!("function '{pattern}' not found (\\df lists them)")));
    }
    let text = |of: &dyn Fn((&String, &Line)) -> String| {
        Arc::new(lines.iter().map(|line| Some(of(line))).collect::<StringArray>()) as ArrayRef
    };
    let columns = [
        ("function", text(&|(name, _)| name.clone())),
        ("kind", text(&|(_, line)| line.kind.to_owned())),
        ("of", text(&|(_, line)| line.of.to_owned())),
        ("call", text(&|(_, line)| line.call.clone())),
        ("summary", text(&|(_, line)| line.summary.clone())),
    ];
    let batch = RecordBatch::try_from_iter(columns)
        .map_err(|error| Error::Data(one_line(&error.to_string())))?;
    console.screen.show_batch(&batch, None)?;
    Ok(Next::Stay)
}

async fn help(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    let name = arguments.text.trim_end_matches("()");
    if name.is_empty() {
        let lines = functions::pages().map(|page| format!("{:<16}{}", page.name, page.summary));
        console.screen.say(&lines.collect::<Vec<_>>().join("\n"))?;
        return Ok(Next::Stay);
    }
    if let Some(page) = functions::page(name) {
        console.screen.say(&wrapped(page.text().trim_end()))?;
        return Ok(Next::Stay);
    }
    let state = console.runner.context().state();
    let text = documented(&state)
        .find(|(known, ..)| known.eq_ignore_ascii_case(name))
        .and_then(|(_, documentation, _)| documentation.map(of_engine));
    let Some(text) = text else {
        let known = all(&state);
        let begun = known.keys().find(|known| known.starts_with(&name.to_lowercase()));
        let meant = match begun {
            Some(begun) => format!("; did you mean '{begun}'?"),
            None => did_you_mean(name, known.keys().map(String::as_str)),
        };
        let what = format!("function '{name}' not found (\\h lists them){meant}");
        return Err(arguments.fault(&what));
    };
    console.screen.say(&wrapped(text.trim_end()))?;
    Ok(Next::Stay)
}

/// What the engine says of a function of its own.
fn of_engine(documentation: &Documentation) -> String {
    let mut text = documentation.syntax_example.clone();
    for form in documentation.alternative_syntax.iter().flatten() {
        text += &format!("\n{form}");
    }
    text += &format!("\n\n  {}\n", documentation.description.trim().replace('\n', "\n  "));
    for (name, meaning) in documentation.arguments.iter().flatten() {
        text += &format!("\n  {name:<12} {}", meaning.trim().replace('\n', " "));
    }
    text
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
