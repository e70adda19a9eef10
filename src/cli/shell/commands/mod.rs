//! The commands of the shell: each a file, and a line in [`COMMANDS`], which help, completion and
//! whoever runs one read.

mod again;
mod command;
mod crosstab;
mod edit;
mod expanded;
mod files;
mod format;
mod functions;
mod output;
mod pager;
mod parameters;
mod plot;
mod rows;
mod tables;
mod timing;
mod watch;

use super::console::Console;
use crate::cli::error::{Error, Result};
use crate::cli::script::{Grammar, split};
use crate::hint::nearest;

pub use command::{Arguments, Command, Group, Next, Offers};

/// All commands, as help lists them.
pub static COMMANDS: &[Command] = &[
    again::AGAIN,
    again::AGAIN_EXPANDED,
    crosstab::CROSSTAB,
    plot::PLOT,
    watch::WATCH,
    output::OUTPUT,
    expanded::EXPANDED,
    tables::DESCRIBE,
    tables::TABLES,
    tables::VIEWS,
    tables::SCHEMAS,
    functions::FUNCTIONS,
    functions::HELP,
    files::INCLUDE,
    files::INCLUDE_BESIDE,
    edit::EDIT,
    edit::WRITE,
    edit::PRINT,
    format::FORMAT,
    rows::ROWS,
    pager::PAGER,
    timing::TIMING,
    parameters::SET,
    parameters::UNSET,
    HELP,
    QUIT,
];

const HELP: Command = Command {
    name: "?",
    also: &["help"],
    argument: "",
    summary: "this list",
    group: Group::Shell,
    offers: Offers::Nothing,
    ends: false,
    run: |console, _| Box::pin(async { console.screen.say(&help()).map(|()| Next::Stay) }),
};

const QUIT: Command = Command {
    name: "q",
    also: &["quit"],
    argument: "",
    summary: "leave (also Ctrl-D); Ctrl-C cancels a query or clears the line",
    group: Group::Shell,
    offers: Offers::Nothing,
    ends: false,
    run: |_, _| Box::pin(async { Ok(Next::Leave) }),
};

/// The command of a name.
pub fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name || command.also.contains(&name))
}

/// Runs a command; `text` is without its backslash.
///
/// # Errors
/// What is wrong with its arguments, or what it did.
pub async fn run(console: &mut Console, text: &str) -> Result<Next> {
    let text = text.trim().trim_end_matches(';').trim_end();
    let (name, argument) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let Some(command) = find(name) else { return Err(unknown(name)) };
    (command.run)(console, Arguments { command: name, text: argument.trim() }).await
}

/// A command that is not known, and the one that may be meant: which it begins, or is near.
fn unknown(name: &str) -> Error {
    let names = || COMMANDS.iter().map(|command| command.name);
    let begun: Vec<_> = names().filter(|known| known.starts_with(name)).collect();
    let meant = match begun.as_slice() {
        [one] if !name.is_empty() => Some(*one),
        _ => nearest(name, names()),
    };
    let hint = meant.map_or_else(String::new, |meant| format!("; did you mean '\\{meant}'?"));
    Error::Usage(format!("\\{name}: command not found (\\? lists them){hint}"))
}

/// What `\?` says.
fn help() -> String {
    let mut text = String::from(
        "A statement ends with a semicolon and may span several lines.\n\
         FILE, NAME, ... stand for your words; [] for what can be left out.\n",
    );
    for group in Group::ALL {
        text.push_str(&format!("\n{}\n", group.title()));
        for command in COMMANDS.iter().filter(|command| command.group == group) {
            let call = format!("\\{} {}", command.name, command.argument);
            let gap = match call.len() {
                0..=23 => " ".repeat(24 - call.len()),
                _ => format!("\n{}", " ".repeat(26)),
            };
            text.push_str(&format!("  {call}{gap}{}\n", command.summary));
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// Where the command begins that ends a statement in the place of its semicolon, if one does.
pub fn ending(text: &str, grammar: Grammar) -> Option<usize> {
    let at = text.trim_end().rfind('\n').map_or(0, |newline| newline + 1);
    let places = text[at..].match_indices('\\').map(|(place, _)| at + place);
    let mut places = places.filter(|&place| {
        let before = &text[..place];
        ends(&text[place..])
            && split(before, grammar).statements.last().is_some()
            && split(before, grammar).fault.is_none()
            && split(&format!("{before}'"), grammar).fault.is_some() // not in a comment
    });
    places.next()
}

/// Whether a text begins with a command that may end a statement.
pub fn ends(text: &str) -> bool {
    let name = text.trim_start().strip_prefix('\\').unwrap_or_default();
    let name = name.split(|c: char| c.is_whitespace() || c == ';').next().unwrap_or_default();
    find(name).is_some_and(|command| command.ends)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_one_commands_own() {
        let names: Vec<_> = COMMANDS.iter().flat_map(|c| c.also.iter().chain([&c.name])).collect();
        let different: BTreeSet<_> = names.iter().collect();
        assert_eq!(different.len(), names.len(), "{names:?}");
        assert!(help().lines().all(|line| line.chars().count() <= 100), "{}", help());
    }

    #[test]
    fn what_ends_a_statement() {
        for (text, expected) in [
            ("SELECT 1 \\g", Some("\\g")),
            ("SELECT 1 \\g 'a b.csv'", Some("\\g 'a b.csv'")),
            ("SELECT 1\n\\gx\n", Some("\\gx\n")),
            ("SELECT 1; SELECT 2 \\crosstab 1 2", Some("\\crosstab 1 2")),
            ("SELECT '\\g'", None),
            ("SELECT '\\g", None),
            ("SELECT 1 -- \\g", None),
            ("SELECT 1 /* \\g */", None),
            ("SELECT 1 /* \\g", None),
            ("SELECT 1 \\timing", None),
            ("SELECT 1 \\gg", None),
            ("SELECT 1 \\g\n;", None),
            ("\\g x.csv", None),
            ("SELECT '京' \\g x.csv;", Some("\\g x.csv;")),
        ] {
            let found = ending(text, Grammar::default()).map(|at| &text[at..]);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_may_be_meant() {
        for (name, expected) in [
            ("cross", "\\cross: command not found (\\? lists them); did you mean '\\crosstab'?"),
            ("timming", "\\timming: command not found (\\? lists them); did you mean '\\timing'?"),
            ("z", "\\z: command not found (\\? lists them)"),
            ("", "\\: command not found (\\? lists them)"),
        ] {
            assert_eq!(unknown(name).to_string(), expected);
        }
    }
}
