//! A text at the prompt as what it asks for: statements up to their semicolon, and commands, each a
//! line that begins with a backslash.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::commands;
use crate::cli::script::{Grammar, lex, split};

/// What a person entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Statements, each with its semicolon.
    Statements(String),
    /// A command with its backslash and its arguments.
    Command(String),
}

/// A text cut into entries.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cut {
    pub entries: Vec<Entry>,
    /// The statement that has no end yet, with its lines.
    pub rest: String,
    /// Whether the last line is a command.
    ends_with_command: bool,
}

impl Cut {
    /// Whether the text asks for something as it is, or for nothing at all.
    pub fn is_complete(&self) -> bool {
        self.rest.is_empty() || self.ends_with_command
    }
}

/// Cuts a text.
pub fn cut(text: &str, grammar: Grammar) -> Cut {
    let mut cut = Cut::default();
    let mut begun = String::new();
    for line in text.split_inclusive('\n') {
        let is_command = match line.trim_start().starts_with('\\') {
            true => !takes(&begun, line, grammar),
            false => is_leave(line) && !is_open(&begun, grammar),
        };
        if !is_command {
            begun.push_str(line);
            cut.ends_with_command &= line.trim().is_empty();
            if commands::ending(&begun, grammar).is_some() {
                cut.push(&begun);
                begun.clear();
            }
            continue;
        }
        // Between two lines of a statement a command does not disturb it.
        let rest = if is_open(&begun, grammar) {
            begun.split_off(closed(&begun, grammar))
        } else {
            String::new()
        };
        cut.push(&begun);
        begun = rest;
        cut.entries.push(Entry::Command(line.trim().to_owned()));
        cut.ends_with_command = true;
    }
    match is_open(&begun, grammar) {
        true => cut.rest = begun.trim_start().to_owned(),
        false => cut.push(&begun),
    }
    cut
}

impl Cut {
    fn push(&mut self, statements: &str) {
        let statements = statements.trim();
        if !statements.is_empty() {
            self.entries.push(Entry::Statements(statements.to_owned()));
        }
    }
}

/// The lines of a text that are commands.
pub fn command_lines(text: &str, grammar: Grammar) -> Vec<std::ops::Range<usize>> {
    let mut lines = Vec::new();
    let (mut begun, mut at) = (String::new(), 0);
    for line in text.split_inclusive('\n') {
        match line.trim_start().starts_with('\\') && !takes(&begun, line, grammar) {
            true => lines.push(at..at + line.trim_end_matches('\n').len()),
            false => begun.push_str(line),
        }
        at += line.len();
    }
    lines
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
        let entries = cut.entries.into_iter().map(|entry| match entry {
            Entry::Statements(text) | Entry::Command(text) => text,
        });
        (entries.collect(), cut.rest, is_complete)
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
        assert_eq!(found, ["\\f csv", "SELECT 1;", "\\rows 2", "SELECT\n 2;"]);
        assert_eq!((rest.as_str(), is_complete), ("", true));
    }
}
