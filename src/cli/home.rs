//! Where a person's own files are: by the variables of the XDG base directories, or below the home.

use std::path::{Path, PathBuf};

/// `$XDG_STATE_HOME/goalposts/history`, by default below `~/.local/state`.
pub fn history_file() -> Option<PathBuf> {
    Some(folder("XDG_STATE_HOME", ".local/state")?.join("history"))
}

/// `$XDG_CONFIG_HOME/goalposts/init.sql`, by default below `~/.config`.
pub fn start_up_file() -> Option<PathBuf> {
    Some(folder("XDG_CONFIG_HOME", ".config")?.join("init.sql"))
}

fn folder(variable: &str, default: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
    let base = named.or_else(|| Some(std::env::home_dir()?.join(Path::new(default))));
    Some(base?.join("goalposts"))
}
