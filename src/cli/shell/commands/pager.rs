//! `\pager`: what shows a result that does not fit the screen.

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::cli::error::Result;
use crate::cli::shell::console::Console;
use crate::cli::shell::pager::When;

pub const PAGER: Command = Command {
    name: "pager",
    also: &[],
    argument: "[on|off|auto|COMMAND]",
    summary: "a pager for every result, for none, for what does not fit the screen",
    group: Group::Settings,
    offers: Offers::Words(&["on", "off", "auto"]),
    ends: false,
    run: |console, arguments| Box::pin(pager(console, arguments)),
};

async fn pager(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    let pager = &mut console.screen.pager;
    match arguments.text {
        "" => {}
        "on" => pager.when = When::On,
        "off" => pager.when = When::Off,
        "auto" => pager.when = When::Auto,
        command => {
            pager.command = Some(command.to_owned());
            if pager.when == When::Off {
                pager.when = When::Auto;
            }
        }
    }
    let setting = match (pager.used(), pager.when) {
        (_, When::Off) => "the pager is off".to_owned(),
        (None, _) => "no pager is found (\\pager COMMAND names one)".to_owned(),
        (Some(used), When::On) => format!("'{used}' shows every result"),
        (Some(used), When::Auto) => format!("'{used}' shows what does not fit the screen"),
    };
    console.told(&setting);
    Ok(Next::Stay)
}
