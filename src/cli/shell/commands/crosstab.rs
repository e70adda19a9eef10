//! `\crosstab`: the last result from long to wide.

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::cli::error::Result;
use crate::cli::shell::console::{Console, How, nothing_before};

pub const CROSSTAB: Command = Command {
    name: "crosstab",
    also: &[],
    argument: "[ROWS [COLUMNS [VALUES]]]",
    summary: "the last result from long to wide, by names or numbers of columns",
    group: Group::Results,
    offers: Offers::Nothing,
    ends: true,
    run: |console, arguments| Box::pin(crosstab(console, arguments)),
};

async fn crosstab(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    let columns = arguments.words()?;
    if columns.len() > 3 {
        return Err(arguments.fault(&format!("must be three columns, got {}", columns.len())));
    }
    let Some(last) = &mut console.last else { return Err(nothing_before(arguments.command)) };
    let before = last.wide.replace(columns);
    let outcome = console.run_last(&How::default()).await;
    // What could not be made wide is not what `\g` writes.
    if let (Err(_), Some(last)) = (&outcome, &mut console.last) {
        last.wide = before;
    }
    outcome.map(|()| Next::Stay)
}
