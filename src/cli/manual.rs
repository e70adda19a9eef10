//! `goalposts man`: the program's pages in the manual, from its own help.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Command;
use clap_mangen::Man;

use super::error::{Error, Result};

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
#[command(after_help = "To have them in the manual:\n  \
    goalposts man --out ~/.local/share/man/man1\n  man goalposts")]
pub struct ManualCommand {
    /// Folder for the pages, goalposts.1 and one for each command
    /// [default: the first to standard output]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl ManualCommand {
    /// Prints the page of `program`, or writes all pages.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn execute(&self, program: Command) -> Result<()> {
        // Global options and the names of pages are known then.
        let mut program = program.disable_help_subcommand(true);
        program.build();
        let Some(out) = &self.out else {
            return io::stdout().write_all(&page(&program, None)?).map_err(Error::output);
        };
        fs::create_dir_all(out).map_err(Error::file(out))?;
        let commands = program.get_subcommands().map(|command| (command, Some(program.get_name())));
        for (command, of) in std::iter::once((&program, None)).chain(commands) {
            let path = out.join(format!("{}.1", name(command, of)));
            fs::write(&path, page(command, of)?).map_err(Error::file(&path))?;
        }
        Ok(())
    }
}

/// `goalposts-run`
fn name(command: &Command, of: Option<&str>) -> String {
    match of {
        Some(program) => format!("{program}-{}", command.get_name()),
        None => command.get_name().to_owned(),
    }
}

/// A page as roff.
fn page(command: &Command, of: Option<&str>) -> Result<Vec<u8>> {
    let name = name(command, of);
    let version = concat!("goalposts ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone())
        .title(name.to_uppercase())
        .source(version)
        .manual("Composite indicators in SQL");
    let mut text = Vec::new();
    man.render(&mut text).map_err(Error::file(name))?;
    Ok(text)
}
