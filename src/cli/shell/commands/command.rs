//! What a command is, and how it reads its arguments.

use std::path::PathBuf;

use futures::future::LocalBoxFuture;

use crate::cli::error::{Error, Result};
use crate::cli::shell::console::Console;
use crate::cli::shell::words::{path, words};

/// A command of the shell.
pub struct Command {
    /// Its name, without the backslash.
    pub name: &'static str,
    /// Other names.
    pub also: &'static [&'static str],
    /// What follows it, as help writes it.
    pub argument: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// Where help has it.
    pub group: Group,
    /// What Tab offers after it.
    pub offers: Offers,
    /// Whether it may stand at the end of a statement, in the place of the semicolon.
    pub ends: bool,
    /// What it does.
    pub run: for<'a> fn(&'a mut Console, Arguments<'a>) -> LocalBoxFuture<'a, Result<Next>>,
}

/// The groups of help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// What becomes of results.
    Results,
    /// Tables and functions.
    Tables,
    /// Files and texts.
    Files,
    /// What stays as it is set.
    Settings,
    /// The shell itself.
    Shell,
}

impl Group {
    /// All of them, in the order of help.
    pub const ALL: [Self; 5] =
        [Self::Results, Self::Tables, Self::Files, Self::Settings, Self::Shell];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Results => "Results",
            Self::Tables => "Tables and functions",
            Self::Files => "Files",
            Self::Settings => "Settings",
            Self::Shell => "The shell",
        }
    }
}

/// What can follow a command.
#[derive(Debug, Clone, Copy)]
pub enum Offers {
    /// Nothing that is known.
    Nothing,
    /// The name of a table.
    Tables,
    /// The name of a function.
    Functions,
    /// A format of text.
    Formats,
    /// A file.
    Files,
    /// The name of a parameter.
    Parameters,
    /// A kind of picture with its roles.
    Pictures,
    /// One of these.
    Words(&'static [&'static str]),
}

/// What a command does with the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It goes on.
    Stay,
    /// It ends.
    Leave,
}

/// What follows a command.
#[derive(Debug, Clone, Copy)]
pub struct Arguments<'a> {
    /// The command.
    pub command: &'a str,
    /// What follows, as it was written.
    pub text: &'a str,
}

impl Arguments<'_> {
    /// An error of the command.
    pub fn fault(&self, what: &str) -> Error {
        Error::Usage(format!("\\{}: {what}", self.command))
    }

    /// The words that follow.
    pub fn words(&self) -> Result<Vec<String>> {
        words(self.text)
            .map_err(|quote| self.fault(&format!("a quote must be closed, found {quote} open")))
    }

    /// One word, if there is any; `what` says what it is.
    pub fn word(&self, what: &str) -> Result<Option<String>> {
        let mut words = self.words()?;
        match words.len() {
            0 | 1 => Ok(words.pop()),
            _ => {
                let hint = "(quotes keep blanks)";
                Err(self.fault(&format!("must be {what}, got '{}' {hint}", self.text)))
            }
        }
    }

    /// One word.
    pub fn one(&self, what: &str) -> Result<String> {
        self.word(what)?.ok_or_else(|| self.fault(&format!("must be {what}, found nothing")))
    }

    /// A file, if one is named.
    pub fn path(&self) -> Result<Option<PathBuf>> {
        Ok(self.word("a file")?.map(|word| path(&word)))
    }

    /// Nothing.
    pub fn none(&self) -> Result<()> {
        match self.text {
            "" => Ok(()),
            text => Err(self.fault(&format!("must stand alone, found '{text}'"))),
        }
    }

    /// `on` or `off`; by default what is not so now.
    pub fn switch(&self, is_on: bool) -> Result<bool> {
        match self.text {
            "" => Ok(!is_on),
            "on" => Ok(true),
            "off" => Ok(false),
            text => Err(self.fault(&format!("must be on or off, got '{text}'"))),
        }
    }
}
