//! What Tab offers, and which of it fits.

use terminal_size::{Width, terminal_size};
use textwrap::core::display_width;

/// Something that may stand where the cursor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What the list shows.
    shown: String,
    /// What is written into the text.
    pub text: String,
}

impl rustyline::completion::Candidate for Candidate {
    fn display(&self) -> &str {
        &self.shown
    }

    fn replacement(&self) -> &str {
        &self.text
    }
}

/// The same before it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What is compared with what was typed, and shown.
    pub name: String,
    /// What is written into the text.
    pub text: String,
    /// What it is.
    pub kind: String,
}

impl Offer {
    /// One that is written as it is shown.
    pub fn new(name: impl Into<String>, kind: impl Into<String>) -> Self {
        let name = name.into();
        Self { text: name.clone(), name, kind: kind.into() }
    }

    /// One that is written in another way.
    pub fn written(
        name: impl Into<String>,
        text: impl Into<String>,
        kind: impl Into<String>,
    ) -> Self {
        Self { name: name.into(), text: text.into(), kind: kind.into() }
    }
}

/// Those that begin with what was typed, in capitals or not; if none does, those that have it within.
/// In their order, the first of each text.
pub fn fitting(offers: Vec<Offer>, word: &str) -> Vec<Offer> {
    let word = word.to_lowercase();
    let bare = word.trim_start_matches('"');
    let begins = |offer: &Offer| {
        let name = offer.name.to_lowercase();
        let name = name.trim_start_matches('"');
        // A table is found by its own name as well as by that of its schema.
        name.starts_with(bare) || (bare.is_empty() && word.is_empty())
    };
    let mut kept: Vec<Offer> = offers.iter().filter(|offer| begins(offer)).cloned().collect();
    if kept.is_empty() && (bare.chars().count() > 1 || !bare.is_ascii()) {
        let within = |offer: &Offer| offer.name.to_lowercase().contains(bare);
        kept = offers.into_iter().filter(within).collect();
    }
    let mut seen = std::collections::HashSet::new();
    kept.retain(|offer| seen.insert(offer.text.clone()));
    kept
}

/// As they are drawn: what each is stands at the right of its name.
pub fn drawn(offers: Vec<Offer>) -> Vec<Candidate> {
    const NARROWEST: usize = 20;
    let width = terminal_size().map_or(100, |(Width(width), _)| usize::from(width));
    let names = offers.iter().map(|offer| display_width(&offer.name)).max().unwrap_or_default();
    let room = width.saturating_sub(names + 4).clamp(NARROWEST, 72);
    let draw = |offer: Offer| {
        let shown = match offer.kind.is_empty() {
            true => offer.name,
            false => {
                let blanks = names - display_width(&offer.name) + 2;
                format!("{}{}{}", offer.name, " ".repeat(blanks), cut(&offer.kind, room))
            }
        };
        Candidate { shown, text: offer.text }
    };
    offers.into_iter().map(draw).collect()
}

/// The beginning of a text that has this room.
fn cut(text: &str, room: usize) -> String {
    if display_width(text) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        if display_width(&kept) + 2 > room {
            break;
        }
        kept.push(letter);
    }
    format!("{}…", kept.trim_end())
}

/// A name as it is written in SQL.
pub fn quoted(name: &str) -> String {
    let is_plain = |c: char| c == '_' || (c.is_alphanumeric() && !c.is_uppercase());
    let is_name = !name.is_empty() && name.chars().all(is_plain);
    match is_name && !name.starts_with(|c: char| c.is_numeric()) {
        true => name.to_owned(),
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(offers: &[&str], word: &str) -> Vec<String> {
        let offers = offers.iter().map(|name| Offer::new(*name, "")).collect();
        fitting(offers, word).into_iter().map(|offer| offer.name).collect()
    }

    #[test]
    fn beginnings_come_before_parts() {
        assert_eq!(names(&["value", "any_value", "VALUES"], "val"), ["value", "VALUES"]);
        assert_eq!(names(&["value", "any_value"], "y_v"), ["any_value"]);
        assert_eq!(names(&["value", "any_value"], "x"), [""; 0]);
        assert_eq!(names(&["\"Share of GDP\"", "面积"], "sha"), ["\"Share of GDP\""]);
        assert_eq!(names(&["面积"], "积"), ["面积"]);
        assert_eq!(names(&["a", "b", "a"], ""), ["a", "b"]);
    }

    #[test]
    fn kinds_stand_below_each_other() {
        let offers = vec![Offer::new("面积", "column"), Offer::new("a", "column")];
        let shown: Vec<_> = drawn(offers).into_iter().map(|candidate| candidate.shown).collect();
        assert_eq!(shown, ["面积  column", "a     column"]);
        assert_eq!(cut("abcdef", 4), "abc…");
    }
}
