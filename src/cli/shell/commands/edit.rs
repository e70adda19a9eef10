//! `\e`, `\w` and `\p`: the text of the last statement in an editor, in a file, on the screen.

use std::io::Write;
use std::path::Path;

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::cli::error::{Error, Result};
use crate::cli::programs::{command_on, is_installed, variable};
use crate::cli::report::shown;
use crate::cli::script::{read_text, split};
use crate::cli::shell::console::{Console, nothing_before};
use crate::cli::whole::write_whole;
use crate::export::Target;

pub const EDIT: Command = Command {
    name: "e",
    also: &["edit"],
    argument: "[FILE]",
    summary: "edit FILE or the last statement in $EDITOR, and run it if ; closes it",
    group: Group::Files,
    offers: Offers::Files,
    ends: false,
    run: |console, arguments| Box::pin(edit(console, arguments)),
};

pub const WRITE: Command = Command {
    name: "w",
    also: &["write"],
    argument: "FILE",
    summary: "write the last statement to a file",
    run: |console, arguments| Box::pin(write(console, arguments)),
    ..EDIT
};

pub const PRINT: Command = Command {
    name: "p",
    also: &["print"],
    argument: "",
    summary: "print the last statement",
    offers: Offers::Nothing,
    run: |console, arguments| Box::pin(print(console, arguments)),
    ..EDIT
};

/// The last statement, closed.
fn last(console: &Console) -> Option<String> {
    Some(format!("{};", console.last.as_ref()?.statement.text()))
}

async fn edit(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    let (origin, before, text) = match arguments.path()? {
        Some(file) => {
            let before = if file.exists() { read_text(&file)? } else { String::new() };
            let text = edited(console, &arguments, &file)?;
            (shown(&file), before, text)
        }
        None => {
            let before = last(console).map(|text| text + "\n").unwrap_or_default();
            let failed = || Error::file("temporary file");
            let mut file = tempfile::Builder::new()
                .prefix("goalposts-")
                .suffix(".sql")
                .tempfile()
                .map_err(failed())?;
            file.write_all(before.as_bytes()).map_err(failed())?;
            // An editor may put another file in its place.
            let file = file.into_temp_path();
            let text = edited(console, &arguments, &file)?;
            ("<shell>".to_owned(), before, text)
        }
    };
    if text == before {
        console.told("nothing was changed, nothing is run");
        return Ok(Next::Stay);
    }
    let text = text.trim();
    if split(text, console.runner.grammar()).is_open {
        text.clone_into(&mut console.prefill);
    } else if !text.is_empty() {
        console.entered.push(text.to_owned());
        console.statements(&origin, text).await?;
    }
    Ok(Next::Stay)
}

/// What a file holds after it was edited.
fn edited(console: &Console, arguments: &Arguments<'_>, file: &Path) -> Result<String> {
    let installed =
        || ["nano", "vi"].into_iter().find(|name| is_installed(name)).map(str::to_owned);
    let Some(editor) = variable(&["VISUAL", "EDITOR"]).or_else(installed) else {
        return Err(arguments.fault("the variable EDITOR must name an editor, found none"));
    };
    let status = {
        let _deaf = console.runner.interrupt().deafen();
        command_on(&editor, file).status()
    };
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => {
            let what = format!("editor '{editor}' must end without a fault, found {status}");
            return Err(arguments.fault(&what));
        }
        Err(source) => return Err(Error::file(editor)(source)),
    }
    if file.exists() { read_text(file) } else { Ok(String::new()) }
}

async fn write(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    let file = arguments.one("a file")?;
    let file = crate::cli::shell::words::path(&file);
    let text = last(console).ok_or_else(|| nothing_before(arguments.command))?;
    if file.is_dir() {
        return Err(arguments.fault(&format!("must be a file, found folder {}", file.display())));
    }
    write_whole(&Target::File(file), format!("{text}\n").as_bytes())?;
    Ok(Next::Stay)
}

async fn print(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    arguments.none()?;
    let text = last(console).ok_or_else(|| nothing_before(arguments.command))?;
    console.screen.say(&text)?;
    Ok(Next::Stay)
}
