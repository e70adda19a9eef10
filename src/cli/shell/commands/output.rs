//! `\o`: results to a file from now on.

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::cli::error::Result;
use crate::cli::shell::console::Console;
use crate::cli::shell::results::Collected;

pub const OUTPUT: Command = Command {
    name: "o",
    also: &[],
    argument: "[FILE]",
    summary: "results to FILE from now on, one after another; without FILE to the screen",
    group: Group::Results,
    offers: Offers::Files,
    ends: false,
    run: |console, arguments| Box::pin(output(console, arguments)),
};

async fn output(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    console.collected = match arguments.path()? {
        Some(path) => {
            let collected = Collected::new("\\o", path)?;
            console.told(&format!("results go to {} until \\o", collected.path().display()));
            Some(collected)
        }
        None => None,
    };
    Ok(Next::Stay)
}
