//! Other programs at the same terminal: an editor, a pager.

use std::path::Path;
use std::process::Command;

/// A command line as the system's shell reads it.
pub fn command(line: &str) -> Command {
    let (shell, option) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut command = Command::new(shell);
    command.arg(option).arg(line);
    command
}

/// A command line with a file after it.
pub fn command_on(line: &str, file: &Path) -> Command {
    if cfg!(windows) {
        return command(&format!("{line} \"{}\"", file.display()));
    }
    let mut command = command(&format!("{line} \"$0\""));
    command.arg(file);
    command
}

/// The first of these variables that says something.
pub fn variable(names: &[&str]) -> Option<String> {
    let values = names.iter().filter_map(|name| std::env::var(name).ok());
    values.map(|value| value.trim().to_owned()).find(|value| !value.is_empty())
}

/// Whether a program of this name, or path, is there.
pub fn is_installed(name: &str) -> bool {
    if name.contains(std::path::is_separator) {
        return Path::new(name).is_file();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| {
        let program = folder.join(name);
        program.is_file() || program.with_extension("exe").is_file()
    })
}
