//! `goalposts completions`: what the shells of systems complete the command line by.

use std::io::{self, Write};

use clap::{Command, ValueEnum};
use clap_complete::Shell;
use clap_complete::generate;

use super::error::{Error, Result};

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = INSTALL)]
pub struct CompletionsCommand {
    /// The shell they are for
    shell: For,
}

const INSTALL: &str = "To have them in every session:\n  \
    bash  goalposts completions bash > ~/.local/share/bash-completion/completions/goalposts\n  \
    zsh   goalposts completions zsh > ~/.zfunc/_goalposts, and in ~/.zshrc, before compinit: fpath=(~/.zfunc $fpath)\n  \
    fish  goalposts completions fish > ~/.config/fish/completions/goalposts.fish";

/// The shells.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum For {
    Bash,
    Zsh,
    Fish,
}

impl CompletionsCommand {
    /// Prints them, for the command line of `program`.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub fn execute(&self, mut program: Command) -> Result<()> {
        let shell = match self.shell {
            For::Bash => Shell::Bash,
            For::Zsh => Shell::Zsh,
            For::Fish => Shell::Fish,
        };
        let mut text = Vec::new();
        let name = program.get_name().to_owned();
        generate(shell, &mut program, name, &mut text);
        io::stdout().write_all(&text).map_err(Error::output)
    }
}
