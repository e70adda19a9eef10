//! `\watch`: the last statement again and again.

use std::time::{SystemTime, UNIX_EPOCH};

use datafusion::common::ScalarValue;

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::cli::error::{Error, Result};
use crate::cli::shell::console::{Console, How, nothing_before};

pub const WATCH: Command = Command {
    name: "watch",
    also: &[],
    argument: "[SECONDS]",
    summary: "run the last statement every 2 or SECONDS seconds until Ctrl-C",
    group: Group::Results,
    offers: Offers::Nothing,
    ends: true,
    run: |console, arguments| Box::pin(watch(console, arguments)),
};

async fn watch(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    let what = "a number of seconds";
    let seconds = match arguments.word(what)? {
        None => 2.0,
        Some(word) => match word.parse::<f64>() {
            Ok(seconds) if (0.1..=1e6).contains(&seconds) => seconds,
            _ => {
                return Err(arguments.fault(&format!(
                    "must be a number of seconds from 0.1 to 1000000, got '{word}'"
                )));
            }
        },
    };
    if console.last.is_none() {
        return Err(nothing_before(arguments.command));
    }
    loop {
        if console.collected.is_none() {
            console.screen.say(&format!("{} (every {seconds} s)", now()))?;
        }
        console.run_last(&How { unpaged: true, ..How::default() }).await?;
        match console.wait(seconds).await {
            Err(Error::Interrupted) => return Ok(Next::Stay), // the usual end
            waited => waited?,
        }
    }
}

/// The time, of the one zone that every system knows.
fn now() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = ScalarValue::TimestampSecond(i64::try_from(now.as_secs()).ok(), None);
    let now = now.cast_to(&datafusion::arrow::datatypes::DataType::Utf8).unwrap_or(now);
    format!("{} UTC", now.to_string().replace('T', " "))
}
