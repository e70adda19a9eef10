//! `\f`: the format of what is shown.

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::cli::error::Result;
use crate::cli::formats;
use crate::cli::shell::console::Console;

pub const FORMAT: Command = Command {
    name: "f",
    also: &["format"],
    argument: "FORMAT",
    summary: "table, csv, csv2, tsv, json, ndjson, markdown, latex",
    group: Group::Settings,
    offers: Offers::Formats,
    ends: false,
    run: |console, arguments| Box::pin(format(console, arguments)),
};

async fn format(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    let name = arguments.one("a format")?;
    let format = formats::named(&name)
        .ok_or_else(|| arguments.fault(&format!("format '{name}' not found (\\? lists them)")))?;
    if !format.is_text() {
        return Err(arguments
            .fault(&format!("must be a format of text, got '{name}' (\\g and COPY write files)")));
    }
    console.screen.format = format;
    Ok(Next::Stay)
}
