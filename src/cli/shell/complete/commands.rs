//! The commands and what can follow each.

use super::candidate::Offer;
use crate::cli::formats;
use crate::cli::shell::commands::{COMMANDS, Command, Offers, find};
use crate::functions;

/// What can follow a command.
pub enum Follows {
    Nothing,
    Tables,
    Parameters,
    Files,
    Pictures,
    These(Vec<Offer>),
}

/// The commands that are wanted, with what they do.
pub fn commands(is_wanted: fn(&Command) -> bool) -> Vec<Offer> {
    let offers = COMMANDS.iter().filter(|command| is_wanted(command));
    offers.map(|command| Offer::new(format!("\\{}", command.name), command.summary)).collect()
}

/// What can follow one.
pub fn following(command: &str) -> Follows {
    match find(command).map_or(Offers::Nothing, |command| command.offers) {
        Offers::Tables => Follows::Tables,
        Offers::Functions => {
            let offer = |page: &functions::Page| Offer::new(page.name, page.summary);
            Follows::These(functions::pages().map(offer).collect())
        }
        Offers::Formats => {
            Follows::These(formats::words_of_text().map(|word| Offer::new(word, "")).collect())
        }
        Offers::Words(words) => {
            Follows::These(words.iter().map(|word| Offer::new(*word, "")).collect())
        }
        Offers::Files => Follows::Files,
        Offers::Parameters => Follows::Parameters,
        Offers::Pictures => Follows::Pictures,
        Offers::Nothing => Follows::Nothing,
    }
}
