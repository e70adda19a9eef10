//! What Tab offers, and which of it fits.

use std::collections::HashSet;

/// Something that may stand where the cursor is.
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
    let mut seen = HashSet::new();
    kept.retain(|offer| seen.insert(offer.text.clone()));
    kept
}

/// What is written for them: the one that there is, or else what they have in common, if that goes on
/// from what was typed.
pub fn written(offers: &[Offer], word: &str) -> String {
    let [first, rest @ ..] = offers else { return word.to_owned() };
    let mut common = first.text.as_str();
    for offer in rest {
        let same = common.chars().zip(offer.text.chars()).take_while(|(a, b)| a == b);
        common = &common[..same.map(|(a, _)| a.len_utf8()).sum::<usize>()];
    }
    let goes_on = common.to_lowercase().starts_with(&word.to_lowercase());
    if rest.is_empty() || goes_on { common.to_owned() } else { word.to_owned() }
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
    fn what_all_have_in_common_is_written() {
        let written = |offers: &[&str], word: &str| {
            let offers: Vec<_> = offers.iter().map(|name| Offer::new(*name, "")).collect();
            super::written(&offers, word)
        };
        assert_eq!(written(&["value"], "VAL"), "value");
        assert_eq!(written(&["norm_minmax(", "norm_midrank("], "nor"), "norm_mi");
        assert_eq!(written(&["北京市", "北京"], "北"), "北京");
        assert_eq!(written(&["北京", "北海"], ""), "北");
        // What was typed is never made shorter.
        assert_eq!(written(&["any_value(", "first_value("], "value"), "value");
        assert_eq!(written(&["\"Share\"", "shape"], "sha"), "sha");
    }
}
