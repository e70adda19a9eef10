//! `\rows`: how many rows are shown.

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::cli::error::Result;
use crate::cli::shell::console::Console;

pub const ROWS: Command = Command {
    name: "rows",
    also: &[],
    argument: "N",
    summary: "rows shown at most (0: all)",
    group: Group::Settings,
    offers: Offers::Nothing,
    ends: false,
    run: |console, arguments| Box::pin(rows(console, arguments)),
};

async fn rows(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    let word = arguments.one("a whole number")?;
    let rows: usize = word
        .parse()
        .map_err(|_| arguments.fault(&format!("must be a whole number, got '{word}'")))?;
    console.screen.rows = Some(if rows == 0 { usize::MAX } else { rows });
    Ok(Next::Stay)
}
