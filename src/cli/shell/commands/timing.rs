//! `\timing`: rows and seconds after each result.

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::cli::error::Result;
use crate::cli::shell::console::Console;

pub const TIMING: Command = Command {
    name: "timing",
    also: &[],
    argument: "[on|off]",
    summary: "print row count and time after each result",
    group: Group::Settings,
    offers: Offers::Words(&["on", "off"]),
    ends: false,
    run: |console, arguments| Box::pin(timing(console, arguments)),
};

async fn timing(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    console.timing = arguments.switch(console.timing)?;
    console.told(if console.timing { "timing is on" } else { "timing is off" });
    Ok(Next::Stay)
}
