//! `\g` and `\gx`: the last statement once more, or the end of one.

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::cli::error::Result;
use crate::cli::shell::console::{Console, How, nothing_before};
use crate::cli::shell::results::{Expanded, format_of};

pub const AGAIN: Command = Command {
    name: "g",
    also: &[],
    argument: "[FILE]",
    summary: "run the last statement again, its result to FILE; also in the place of ;",
    group: Group::Results,
    offers: Offers::Files,
    ends: true,
    run: |console, arguments| Box::pin(again(console, arguments, None)),
};

pub const AGAIN_EXPANDED: Command = Command {
    name: "gx",
    summary: "the same, a line for each column of a row",
    run: |console, arguments| Box::pin(again(console, arguments, Some(Expanded::On))),
    ..AGAIN
};

async fn again(
    console: &mut Console,
    arguments: Arguments<'_>,
    expanded: Option<Expanded>,
) -> Result<Next> {
    let to = arguments.path()?;
    if let Some(file) = &to {
        format_of("\\g", file)?; // before anything runs
    }
    if console.last.is_none() {
        return Err(nothing_before(arguments.command));
    }
    console.run_last(&How { to, expanded, unpaged: false }).await?;
    Ok(Next::Stay)
}
