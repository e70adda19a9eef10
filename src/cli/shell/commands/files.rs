//! `\i` and `\ir`: the statements of a file.

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::cli::error::Result;
use crate::cli::file::QueryFile;
use crate::cli::shell::console::Console;
use crate::cli::shell::words::path;

pub const INCLUDE: Command = Command {
    name: "i",
    also: &["include"],
    argument: "FILE",
    summary: "run the statements of a file",
    group: Group::Files,
    offers: Offers::Files,
    ends: false,
    run: |console, arguments| Box::pin(include(console, arguments, false)),
};

pub const INCLUDE_BESIDE: Command = Command {
    name: "ir",
    also: &["include_relative"],
    summary: "the same, beside the file that says so",
    run: |console, arguments| Box::pin(include(console, arguments, true)),
    ..INCLUDE
};

async fn include(console: &mut Console, arguments: Arguments<'_>, beside: bool) -> Result<Next> {
    let mut file = path(&arguments.one("a file")?);
    if let Some(folder) = console.folder.as_ref().filter(|_| beside) {
        file = folder.join(file); // a path from the root stays as it is
    }
    console.file(QueryFile::read(&file, console.runner.grammar())).await?;
    Ok(Next::Stay)
}
