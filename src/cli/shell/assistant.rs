//! What the line editor asks about a text: whether it is complete, how it is coloured, what may come
//! next.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use rustyline::completion::Completer;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter, HistoryHinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};
use terminal_size::{Height, Width, terminal_size};
use textwrap::core::display_width;

use super::complete::{Completion, Fitting, List, draw, written};
use super::entries::cut;
use super::highlight::{dimmed, paint, prompt};
use crate::cli::execute::Runner;
use crate::cli::script::Grammar;

/// Room of the prompt.
const PROMPT: usize = 11;

/// What the editor asks about a text.
#[derive(Helper)]
pub struct Assistant {
    completion: Completion,
    grammar: Grammar,
    /// The functions of the engine, which are drawn apart from ours.
    functions: HashSet<String>,
    has_colours: bool,
    /// Whether a text is drawn for the last time.
    is_final: Cell<bool>,
    /// What Tab found last.
    offered: RefCell<Option<Offered>>,
}

/// A list below a text.
struct Offered {
    text: String,
    cursor: usize,
    page: usize,
    list: List,
}

impl Assistant {
    /// For texts in a session.
    pub fn new(runner: &Runner, has_colours: bool) -> Self {
        Self {
            completion: Completion::new(runner),
            grammar: runner.grammar(),
            functions: HashSet::new(),
            has_colours,
            is_final: Cell::new(false),
            offered: RefCell::new(None),
        }
    }

    /// Looks at the session again, in which a statement may have changed anything.
    pub fn renew(&mut self, runner: &Runner, last_columns: &[String]) {
        self.grammar = runner.grammar();
        self.completion.renew(runner, last_columns);
        self.functions = self.completion.functions_of_engine();
        self.offered.take();
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(match cut(context.input(), self.grammar).is_complete() {
            true => ValidationResult::Valid(None),
            false => ValidationResult::Incomplete,
        })
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, at: usize) -> Cow<'l, str> {
        let at = (!self.is_final.get()).then_some(at);
        paint(line, at, self.grammar, |name| self.functions.contains(name)).into()
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, text: &'p str, is_own: bool) -> Cow<'b, str> {
        if is_own { prompt(text).into() } else { text.into() }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        match &*self.offered.borrow() {
            Some(offered) if offered.list.plain == hint => offered.list.coloured.clone().into(),
            _ => dimmed(hint).into(),
        }
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.is_final.set(kind == CmdKind::ForcedRefresh);
        true
    }
}

/// What is drawn after a text: the rest of one that was entered before, or what Tab found.
pub struct After {
    shown: String,
    /// What the right arrow takes.
    whole: Option<String>,
}

impl Hint for After {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        self.whole.as_deref()
    }
}

impl Hinter for Assistant {
    type Hint = After;

    fn hint(&self, line: &str, at: usize, context: &Context<'_>) -> Option<After> {
        let is_same = |offered: &Offered| offered.text == line && offered.cursor == at;
        if let Some(offered) = self.offered.take().filter(is_same) {
            let shown = offered.list.plain.clone();
            self.offered.replace(Some(offered));
            return Some(After { shown, whole: None });
        }
        if !self.has_colours {
            return None; // it would look as if it had been typed
        }
        let whole = HistoryHinter::new().hint(line, at, context)?;
        let shown = match whole.split_once('\n') {
            Some((first, _)) => format!("{first} …"),
            None => whole.clone(),
        };
        Some(After { shown, whole: Some(whole) })
    }
}

/// Completion writes what all that fits has in common; what there is to choose from is drawn below the
/// text until the next key. The list of the editor itself would draw over texts of several lines.
impl Completer for Assistant {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let before = self.offered.take();
        let Fitting { start, word, offers } = self.completion.complete(line, at);
        if offers.is_empty() {
            return Ok((start, Vec::new()));
        }
        let written = written(&offers, &word);
        if offers.len() > 1 {
            let text = format!("{}{written}{}", &line[..start], &line[at..]);
            let cursor = start + written.len();
            let page = match before {
                Some(before) if before.text == text && before.cursor == cursor => before.page + 1,
                _ => 0,
            };
            let (width, height) = terminal_size()
                .map_or((80, 24), |(Width(width), Height(height))| {
                    (usize::from(width), usize::from(height))
                });
            let used =
                text.split('\n').map(|line| 1 + (display_width(line) + PROMPT) / width.max(1));
            let rows = height.saturating_sub(used.sum::<usize>() + 1).max(2);
            let list = draw(&offers, width.saturating_sub(1), rows, page);
            self.offered.replace(Some(Offered { text, cursor, page, list }));
        }
        Ok((start, vec![written]))
    }
}
