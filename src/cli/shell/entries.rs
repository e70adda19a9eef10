//! A text at the prompt as what it asks for: statements up to their semicolon, and commands, each a
//! line that begins with a backslash.

use std::ops::Range;

use datafusion::sql::sqlparser::tokenizer::Token;

use super::commands;
use crate::cli::script::{Grammar, lex, split};

/// What is asked for at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub kind: Kind,
    /// Statements, each with its semicolon; a command with its backslash and its arguments.
    pub text: String,
    /// The line of the whole text that it begins on, counted from 1.
    pub line: usize,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Statements; a command may end the last.
    Statements,
    /// A command on a line of its own, or a word that leaves.
    Command,
}

/// A text cut into entries.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cut {
    pub entries: Vec<Entry>,
    /// The statement that has no end yet, with its lines.
    pub rest: Option<Entry>,
    /// Where commands stand that begin with a backslash.
    pub commands: Vec<Range<usize>>,
    /// Whether the last line is a command.
    ends_with_command: bool,
}

/// Lines that are not cut yet.
#[derive(Default)]
struct Begun {
    text: String,
    /// Lines before them.
    before: usize,
}

impl Begun {
    /// The same without blanks at its ends, and its line; none if it is blank.
    fn entry(&self) -> Option<Entry> {
        let text = self.text.trim_start();
        let blank = &self.text[..self.text.len() - text.len()];
        let line = 1 + self.before + blank.matches('\n').count();
        let is_there = !text.is_empty();
        is_there.then(|| Entry { kind: Kind::Statements, text: text.to_owned(), line })
    }
}

/// Cuts a text.
pub fn cut(text: &str, grammar: Grammar) -> Cut {
    let mut cut = Cut::default();
    let mut begun = Begun::default();
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let bytes = at..at + line.trim_end_matches('\n').len();
        at += line.len();
        let is_backslash = line.trim_start().starts_with('\\');
        let is_command = match is_backslash {
            true => !takes(&begun.text, line, grammar),
            false => is_leave(line) && !is_open(&begun.text, grammar),
        };
        if !is_command {
            let before = begun.text.len();
            begun.text.push_str(line);
            cut.ends_with_command &= line.trim().is_empty();
            if let Some(command) = commands::ending(&begun.text, grammar) {
                cut.commands.push(bytes.start + command.saturating_sub(before)..bytes.end);
                cut.push(&begun);
                begun = Begun { text: String::new(), before: number + 1 };
            }
            continue;
        }
        // Between two lines of a statement a command does not disturb it, and leaves its line empty.
        let rest = match is_open(&begun.text, grammar) {
            true => begun.text.split_off(closed(&begun.text, grammar)) + "\n",
            false => String::new(),
        };
        cut.push(&begun);
        begun = Begun { before: number + 1 - rest.matches('\n').count(), text: rest };
        if is_backslash {
            cut.commands.push(bytes);
        }
        let text = line.trim().to_owned();
        cut.entries.push(Entry { kind: Kind::Command, text, line: number + 1 });
        cut.ends_with_command = true;
    }
    match is_open(&begun.text, grammar) {
        true => cut.rest = begun.entry(),
        false => cut.push(&begun),
    }
    if cut.ends_with_command
        && let Some(rest) = &mut cut.rest
    {
        rest.text.truncate(rest.text.trim_end().len());
        rest.text.push('\n');
    }
    cut
}

impl Cut {
    /// Whether the text asks for something as it is, or for nothing at all.
    pub fn is_complete(&self) -> bool {
        self.rest.is_none() || self.ends_with_command
    }

    fn push(&mut self, begun: &Begun) {
        self.entries.extend(
            begun.entry().map(|entry| Entry { text: entry.text.trim_end().to_owned(), ..entry }),
        );
    }
}

impl Entry {
    /// Each statement as an entry of its own: one that fails keeps none that follows from running.
    pub fn apart(self, grammar: Grammar) -> Vec<Self> {
        if self.kind == Kind::Command {
            return vec![self];
        }
        let (tokens, _) = lex(&self.text, grammar);
        let ends = tokens.iter().filter(|(token, _)| *token == Token::SemiColon);
        let mut ends: Vec<usize> = ends.map(|(_, bytes)| bytes.end).collect();
        ends.push(self.text.len());
        let (mut from, mut before) = (0, self.line - 1);
        let mut entries = Vec::new();
        for end in ends {
            let text = self.text[from..end].to_owned();
            let lines = text.matches('\n').count();
            entries.extend(Begun { text, before }.entry());
            (from, before) = (end, before + lines);
        }
        entries
    }
}

/// The bytes up to the last semicolon of a statement.
fn closed(text: &str, grammar: Grammar) -> usize {
    let (tokens, _) = lex(text, grammar);
    let last = tokens.iter().rev().find(|(token, _)| *token == Token::SemiColon);
    last.map_or(0, |(_, bytes)| bytes.end)
}

/// Whether a statement goes on in the next line.
pub fn is_open(text: &str, grammar: Grammar) -> bool {
    let text = text.trim();
    !text.is_empty() && commands::ending(text, grammar).is_none() && split(text, grammar).is_open
}

/// Whether a line that begins with a backslash goes on with what stands before it: in a string, a
/// quoted name or a comment, or as its end.
pub fn takes(before: &str, line: &str, grammar: Grammar) -> bool {
    let script = split(before, grammar);
    script.fault.is_some() || script.is_open && commands::ends(line)
}

/// Whether a line is a word that leaves.
pub fn is_leave(line: &str) -> bool {
    let word = line.trim().trim_end_matches(';').trim_end();
    word.eq_ignore_ascii_case("quit") || word.eq_ignore_ascii_case("exit")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> (Vec<String>, String, bool) {
        let cut = cut(text, Grammar::default());
        let is_complete = cut.is_complete();
        let entries = cut.entries.into_iter().map(|entry| entry.text);
        (entries.collect(), cut.rest.map(|rest| rest.text).unwrap_or_default(), is_complete)
    }

    #[test]
    fn a_statement_is_open_until_its_semicolon() {
        for open in ["SELECT 1", "SELECT 1;\nSELECT", "SELECT ';", "/* ;", "SELECT 1 -- ;", "\"a;"]
        {
            assert!(!entries(open).2, "{open}");
        }
        for closed in ["", " \n ", "SELECT 1;", "SELECT\n 1\n;", "SELECT 1; -- end", "-- nothing"] {
            assert!(entries(closed).2, "{closed}");
        }
    }

    #[test]
    fn a_command_is_complete_at_once() {
        assert_eq!(entries("\\d 'x"), (vec!["\\d 'x".to_owned()], String::new(), true));
        assert_eq!(entries("quit"), (vec!["quit".to_owned()], String::new(), true));
        assert!(!entries("SELECT 1 AS\nquit").2);
        let (found, rest, is_complete) = entries("SELECT 1\n\\timing off");
        assert_eq!((found, rest.as_str()), (vec!["\\timing off".to_owned()], "SELECT 1\n"));
        assert!(is_complete);
        // Within a string it is none.
        assert!(!entries("SELECT '1\n\\d").2);
    }

    #[test]
    fn what_is_pasted_is_cut() {
        let (found, rest, is_complete) = entries("\\f csv\nSELECT 1;\nSELECT\n\\rows 2\n 2;\n");
        assert_eq!(found, ["\\f csv", "SELECT 1;", "\\rows 2", "SELECT\n\n 2;"]);
        assert_eq!((rest.as_str(), is_complete), ("", true));
    }

    #[test]
    fn entries_know_their_lines() {
        let text = "\\timing off\n-- a comment\n\nSELECT 1; SELECT 2;\nSELECT\n  '\\x\n', 3;\n  \\f csv\n\
                    SELECT 4\n\\g x.csv\nSELECT\n\\rows 2\n 5;\nquit\nSELECT 6\n";
        let grammar = Grammar::default();
        let cut = cut(text, grammar);
        let found: Vec<_> =
            cut.entries.iter().map(|entry| (entry.line, entry.text.as_str())).collect();
        let statements = "-- a comment\n\nSELECT 1; SELECT 2;\nSELECT\n  '\\x\n', 3;";
        assert_eq!(
            found,
            [
                (1, "\\timing off"),
                (2, statements),
                (8, "\\f csv"),
                (9, "SELECT 4\n\\g x.csv"),
                (12, "\\rows 2"),
                (11, "SELECT\n\n 5;"),
                (14, "quit"),
            ]
        );
        let rest = cut.rest.expect("a rest");
        assert_eq!((rest.line, rest.text.as_str()), (15, "SELECT 6\n"));
        let commands: Vec<_> = cut.commands.into_iter().map(|bytes| &text[bytes]).collect();
        assert_eq!(commands, ["\\timing off", "  \\f csv", "\\g x.csv", "\\rows 2"]);
        let apart = cut.entries[1].clone().apart(grammar);
        let apart: Vec<_> = apart.iter().map(|entry| (entry.line, entry.text.as_str())).collect();
        assert_eq!(
            apart,
            [(2, "-- a comment\n\nSELECT 1;"), (4, "SELECT 2;"), (5, "SELECT\n  '\\x\n', 3;"),]
        );
    }
}
