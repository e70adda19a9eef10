//! The commands and what can follow each.

use super::candidate::Offer;
use crate::cli::formats;
use crate::cli::shell::help::{COMMANDS, HELP};
use crate::functions;

/// What can follow a command.
pub enum Follows {
    Nothing,
    Tables,
    Parameters,
    Files,
    These(Vec<Offer>),
}

/// The commands with what they do.
pub fn commands() -> Vec<Offer> {
    let offer = |name: &&str| Offer::new(format!("\\{name}"), summary(name));
    COMMANDS.iter().map(offer).collect()
}

/// What help says of a command.
fn summary(name: &str) -> String {
    let line = HELP
        .lines()
        .find(|line| line.strip_prefix('\\').and_then(|line| line.split(' ').next()) == Some(name));
    let said = line.and_then(|line| line.get(19..)).unwrap_or_default();
    said.split("   ").next().unwrap_or_default().trim().to_owned()
}

/// What can follow one.
pub fn following(command: &str) -> Follows {
    match command {
        "d" => Follows::Tables,
        "h" => {
            let kind = |page: &functions::Page| Offer::new(page.name, page.summary);
            Follows::These(functions::pages().map(kind).collect())
        }
        "f" | "format" => {
            Follows::These(formats::words_of_text().map(|word| Offer::new(word, "")).collect())
        }
        "timing" => Follows::These(["on", "off"].map(|word| Offer::new(word, "")).into()),
        "set" => Follows::Parameters,
        "i" | "o" | "g" | "gx" | "e" => Follows::Files,
        _ => Follows::Nothing,
    }
}
