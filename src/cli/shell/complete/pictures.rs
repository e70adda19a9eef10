//! Kinds of pictures, their roles and settings, and what these may be.

use super::candidate::{Offer, quoted};
use super::files::files;
use crate::draw::kind::Kind;
use crate::draw::kinds::{KINDS, named};
use crate::draw::request::WORDS;
use crate::draw::setting::Values;

/// What may stand at the end of what is asked for: where it begins, what of it is typed, and the offers.
pub fn pictures(asked: &str, columns: &[String]) -> (usize, String, Vec<Offer>) {
    let last = asked.rfind(['>', ',', '=']).map_or(0, |at| at + 1);
    let start = asked.len() - asked[last..].trim_start().len();
    let word = asked[start..].to_owned();
    let kind = asked.split([',', '>']).next().and_then(|first| named(first.trim()));
    let offers = match asked[..last].chars().last() {
        Some('>') => files(&word),
        Some('=') => {
            let name = asked[..last - 1].rsplit(',').next().unwrap_or_default().trim();
            values(kind, name, columns)
        }
        Some(_) => roles(kind),
        None => KINDS
            .iter()
            .map(|kind| Offer::new(kind.name, kind.summary))
            .chain(roles(None))
            .collect(),
    };
    (start, word, offers)
}

fn kinds(kind: Option<&'static Kind>) -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().copied().filter(move |known| kind.is_none_or(|kind| kind.name == known.name))
}

/// The names that may stand before a `=`.
fn roles(kind: Option<&'static Kind>) -> Vec<Offer> {
    let offer = |name: &str, what: &str| Offer::written(name, format!("{name} = "), what);
    let mut offers: Vec<Offer> = Vec::new();
    for kind in kinds(kind) {
        offers.extend(kind.roles.iter().map(|role| offer(role.name, role.meaning)));
        offers.extend(kind.settings.iter().map(|setting| offer(setting.name, setting.meaning)));
    }
    offers.extend(WORDS.map(|word| offer(word, "text")));
    offers
}

/// What may stand behind it.
fn values(kind: Option<&'static Kind>, name: &str, columns: &[String]) -> Vec<Offer> {
    let setting = kinds(kind).find_map(|kind| kind.settings.get(kind.setting(name)?));
    match setting.map(|setting| setting.takes) {
        Some(Values::Words(words)) => words.iter().map(|word| Offer::new(*word, "")).collect(),
        Some(Values::Number(..)) => Vec::new(),
        None if WORDS.contains(&name) => Vec::new(),
        None => columns.iter().map(|name| Offer::new(quoted(name), "column")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(asked: &str) -> (usize, String, Vec<String>) {
        let columns = ["period".to_owned(), "Score".to_owned()];
        let (start, word, offers) = pictures(asked, &columns);
        (start, word, offers.into_iter().map(|offer| offer.text).collect())
    }

    #[test]
    fn kinds_then_roles_then_columns() {
        assert!(names("").2.contains(&"lines".to_owned()));
        let (start, word, offers) = names("bars, va");
        assert_eq!((start, word.as_str()), (6, "va"));
        assert_eq!(offers[..2], ["label = ", "value = "]);
        assert!(!offers.contains(&"published = ".to_owned()));
        assert_eq!(
            names("lines, x = p"),
            (11, "p".to_owned(), vec!["period".to_owned(), "\"Score\"".to_owned()])
        );
        assert_eq!(names("bars, order =").2, ["total", "rows"]);
        assert_eq!(names("bars, title = a").2, Vec::<String>::new());
    }
}
