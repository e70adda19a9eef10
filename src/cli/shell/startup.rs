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
