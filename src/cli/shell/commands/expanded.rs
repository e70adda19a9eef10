//! `\x`: a row as lines of its columns.

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::cli::error::Result;
use crate::cli::shell::console::Console;
use crate::cli::shell::results::Expanded;

pub const EXPANDED: Command = Command {
    name: "x",
    also: &[],
    argument: "[on|off|auto]",
    summary: "a line for each column of a row; auto: where a table is too wide",
    group: Group::Results,
    offers: Offers::Words(&["on", "off", "auto"]),
    ends: false,
    run: |console, arguments| Box::pin(expanded(console, arguments)),
};

async fn expanded(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    console.screen.expanded = match arguments.text {
        "" if console.screen.expanded == Expanded::Off => Expanded::On,
        "" | "off" => Expanded::Off,
        "on" => Expanded::On,
        "auto" => Expanded::Auto,
        other => return Err(arguments.fault(&format!("must be on, off or auto, got '{other}'"))),
    };
    console.told(match console.screen.expanded {
        Expanded::Off => "rows are shown in a table",
        Expanded::On => "rows are shown a line for each column",
        Expanded::Auto => "rows are shown a line for each column where a table is too wide",
    });
    Ok(Next::Stay)
}
