//! What is read when the shell opens.

use std::path::PathBuf;

use crate::cli::home::start_up_file;

/// Whether a file is read when the shell opens, and which.
#[derive(Debug, Clone, clap::Args)]
pub struct StartUp {
    /// Statements and \commands that the shell reads when it opens
    /// [default: goalposts/init.sql in $XDG_CONFIG_HOME or ~/.config, if it exists]
    #[arg(long, value_name = "FILE")]
    init: Option<PathBuf>,

    /// Read no such file
    #[arg(long, conflicts_with = "init")]
    no_init: bool,
}

impl StartUp {
    /// Whether a file was asked for.
    pub fn is_given(&self) -> bool {
        self.init.is_some()
    }

    /// The file to read; one that was asked for need not exist.
    pub fn file(&self) -> Option<PathBuf> {
        match (&self.init, self.no_init) {
            (Some(file), _) => Some(file.clone()),
            (None, true) => None,
            (None, false) => start_up_file().filter(|file| file.is_file()),
        }
    }
}

/// The entries of a text as they would be typed, with the line that each begins on: statements, and
/// commands on lines of their own. `is_open` says whether a text goes on in the next line, `takes` whether
/// a line that begins with a backslash goes on with the text before it.
pub fn entries(
    text: &str,
    is_open: impl Fn(&str) -> bool,
    takes: impl Fn(&str, &str) -> bool,
) -> Vec<(usize, String)> {
    let mut entries = Vec::new();
    let (mut begun, mut entry) = (1, String::new());
    for (line, number) in text.lines().zip(1..) {
        if entry.trim().is_empty() {
            (begun, entry) = (number, String::new());
        }
        if line.trim_start().starts_with('\\') && (entry.is_empty() || !takes(&entry, line)) {
            entries.push((number, line.trim().to_owned()));
            continue;
        }
        entry.push_str(line);
        if is_open(&entry) {
            entry.push('\n');
        } else {
            entries.push((begun, std::mem::take(&mut entry)));
        }
    }
    if !entry.is_empty() {
        entries.push((begun, entry));
    }
    entries.retain(|(_, entry)| !entry.trim().is_empty());
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_a_file() {
        let text = "\\timing off\n-- a comment\n\nSELECT 1;\nSELECT\n  '\\x\n', 2;\n  \\f csv\nSELECT 3\n\\g x.csv\nSELECT 4";
        let is_open = |text: &str| {
            !text.trim_end().ends_with([';', 'v'])
                && !text.trim().starts_with("--")
                && !text.is_empty()
        };
        let takes = |text: &str, line: &str| {
            text.matches('\'').count() % 2 == 1 || line.starts_with("\\g ")
        };
        let found = entries(text, is_open, takes);
        let found: Vec<_> = found.iter().map(|(line, text)| (*line, text.as_str())).collect();
        assert_eq!(
            found,
            [
                (1, "\\timing off"),
                (2, "-- a comment"),
                (4, "SELECT 1;"),
                (5, "SELECT\n  '\\x\n', 2;"),
                (8, "\\f csv"),
                (9, "SELECT 3\n\\g x.csv"),
                (11, "SELECT 4\n"),
            ]
        );
    }
}
