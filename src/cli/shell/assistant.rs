//! What the line editor asks about a text: whether it is complete, how it is coloured, what may come
//! next.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;

use rustyline::completion::Completer;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter, HistoryHinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Context, Helper};

use super::complete::{Candidate, Completion};
use super::entries::cut;
use super::highlight::{dimmed, kind_dimmed, paint, prompt};
use crate::cli::execute::Runner;
use crate::cli::script::Grammar;

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
        }
    }

    /// Looks at the session again, in which a statement may have changed anything.
    pub fn renew(&mut self, runner: &Runner) {
        self.grammar = runner.grammar();
        self.completion.renew(runner);
        self.functions = self.completion.functions_of_engine();
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
        dimmed(hint).into()
    }

    fn highlight_candidate<'c>(&self, candidate: &'c str, _: CompletionType) -> Cow<'c, str> {
        kind_dimmed(candidate).into()
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.is_final.set(kind == CmdKind::ForcedRefresh);
        true
    }
}

/// The rest of a text that was entered before.
pub struct Rest {
    /// Its first line.
    shown: String,
    whole: String,
}

impl Hint for Rest {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        Some(&self.whole)
    }
}

impl Hinter for Assistant {
    type Hint = Rest;

    fn hint(&self, line: &str, at: usize, context: &Context<'_>) -> Option<Rest> {
        if !self.has_colours {
            return None; // it would look as if it had been typed
        }
        let whole = HistoryHinter::new().hint(line, at, context)?;
        let shown = match whole.split_once('\n') {
            Some((first, _)) => format!("{first} …"),
            None => whole.clone(),
        };
        Some(Rest { shown, whole })
    }
}

impl Completer for Assistant {
    type Candidate = Candidate;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Candidate>)> {
        Ok(self.completion.complete(line, at))
    }
}
