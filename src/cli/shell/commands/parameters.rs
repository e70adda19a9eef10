//! `\set` and `\unset`: what `$name` stands for.

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::cli::error::Result;
use crate::cli::options::is_parameter;
use crate::cli::shell::console::Console;
use crate::hint::did_you_mean;

pub const SET: Command = Command {
    name: "set",
    also: &[],
    argument: "[NAME VALUE]",
    summary: "value of $NAME in statements; alone: all that are set",
    group: Group::Settings,
    offers: Offers::Parameters,
    ends: false,
    run: |console, arguments| Box::pin(set(console, arguments)),
};

pub const UNSET: Command = Command {
    name: "unset",
    argument: "NAME",
    summary: "no value of $NAME any more",
    run: |console, arguments| Box::pin(unset(console, arguments)),
    ..SET
};

async fn set(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    match arguments.text.split_once(char::is_whitespace) {
        Some((name, value)) => {
            let (name, value) = (name.trim_start_matches('$'), value.trim());
            if !is_parameter(name) {
                let fault = format!("a name must have letters, digits and _ only, got '{name}'");
                return Err(arguments.fault(&fault));
            }
            if value.starts_with('\'') {
                Arguments { text: value, ..arguments }.words()?; // closed
            }
            console.runner.set(name, value);
        }
        None if arguments.text.is_empty() => {
            let set = console.runner.parameters();
            let line = |name| Some(format!("${name} = {}", set.shown(name)?));
            let lines: Vec<_> = set.names().filter_map(line).collect();
            console.screen.say(
                match lines.is_empty() {
                    true => "no parameters are set".to_owned(),
                    false => lines.join("\n"),
                }
                .as_str(),
            )?;
        }
        None => {
            let pair = arguments.text;
            return Err(arguments.fault(&format!("must be NAME VALUE, got '{pair}'")));
        }
    }
    Ok(Next::Stay)
}

async fn unset(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    let name = arguments.one("a name")?;
    let name = name.trim_start_matches('$');
    if !console.runner.unset(name) {
        let set = console.runner.parameters();
        let meant = did_you_mean(name, set.names());
        return Err(arguments.fault(&format!("parameter '{name}' not found{meant}")));
    }
    Ok(Next::Stay)
}
