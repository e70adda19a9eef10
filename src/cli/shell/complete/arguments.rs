//! What may stand in a call of one of our functions: names of arguments, and the words of one.

use super::candidate::{Offer, quoted};
use super::place::Call;
use crate::cli::shell::keywords::in_the_case_of;
use crate::functions::{self, Kind, Page, Parameter};

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A table, or a query in parentheses.
    Table,
    /// The name of a column.
    Column,
    /// One of a few words.
    Word,
    /// Any expression.
    Anything,
}

/// The argument that the call is at: by its name, or by its position.
pub fn parameter(call: &Call) -> Option<&'static Parameter> {
    let all = functions::arguments_of(functions::page(&call.function)?);
    match &call.name {
        Some(name) => all.into_iter().find(|parameter| parameter.name == *name),
        None => by_position(all).nth(call.position),
    }
}

/// Those that can be given without their names: where there are tables, no others.
fn by_position(parameters: Vec<&'static Parameter>) -> impl Iterator<Item = &'static Parameter> {
    let has_tables = parameters.iter().any(|parameter| parameter.kind == Kind::Relation);
    let can = move |parameter: &&Parameter| {
        !has_tables || (parameter.kind == Kind::Relation && parameter.is_required())
    };
    parameters.into_iter().filter(can)
}

/// What may stand for it.
pub fn takes(parameter: &Parameter) -> Takes {
    match parameter.kind {
        Kind::Relation => Takes::Table,
        Kind::Column => Takes::Column,
        Kind::Choice(_) | Kind::Method(_) | Kind::Methods(_) | Kind::Switch => Takes::Word,
        Kind::Text | Kind::Texts => Takes::Word,
        _ => Takes::Anything,
    }
}

/// The names of the arguments that are not given yet.
pub fn names(call: &Call) -> Vec<Offer> {
    let Some(page) = functions::page(&call.function) else { return Vec::new() };
    let mut known: Vec<&'static Parameter> = functions::arguments_of(page);
    for parameter in page.over_parameters.unwrap_or_default() {
        if !known.iter().any(|known| known.name == parameter.name) {
            known.push(parameter);
        }
    }
    // Those before the cursor are given by their position, if they have no name.
    let unnamed = call.position.saturating_sub(call.given_before);
    let placed: Vec<&str> = by_position(functions::arguments_of(page))
        .take(unnamed)
        .map(|parameter| parameter.name)
        .collect();
    let is_free = |parameter: &&Parameter| {
        !placed.contains(&parameter.name) && !call.given.iter().any(|name| name == parameter.name)
    };
    known.into_iter().filter(is_free).map(named).collect()
}

fn named(parameter: &Parameter) -> Offer {
    Offer::new(format!("{} => ", parameter.name), first_clause(parameter.meaning))
}

/// A meaning up to where its details begin.
fn first_clause(meaning: &str) -> String {
    let end = meaning.find([';', '(']).or_else(|| meaning.find(". ")).unwrap_or(meaning.len());
    let end = meaning.find(": ").map_or(end, |colon| end.min(colon));
    meaning[..end].trim_end().trim_end_matches(',').to_owned()
}

/// The words that an argument may be; `typed` is what stands before the cursor.
pub fn words(parameter: &Parameter, typed: &str, in_text: bool) -> Vec<Offer> {
    if let Kind::Switch | Kind::Boolean = parameter.kind {
        let words = ["TRUE", "FALSE"].map(|word| in_the_case_of(typed, word));
        return if in_text { Vec::new() } else { words.map(|word| Offer::new(word, "")).into() };
    }
    if let (Kind::Method(prefix) | Kind::Methods(prefix), true) = (parameter.kind, in_text)
        && let Some((before, _)) = typed.rsplit_once(['(', ','])
    {
        return of_method(prefix, &typed[..before.len() + 1], typed);
    }
    let words = match parameter.kind {
        Kind::Choice(words) => {
            words.iter().map(|word| ((*word).to_owned(), String::new())).collect()
        }
        Kind::Method(prefix) | Kind::Methods(prefix) => methods(prefix),
        _ => in_meaning(parameter),
    };
    let default = match parameter.default {
        functions::DefaultValue::Word(word) => word,
        _ => "",
    };
    let offer = |(word, kind): (String, String)| {
        let kind = match word == default {
            true if kind.is_empty() => "default".to_owned(),
            true => format!("default; {kind}"),
            false => kind,
        };
        let text = if in_text { word.clone() } else { format!("'{word}'") };
        Offer::written(word, text, kind)
    };
    words.into_iter().map(offer).collect()
}

/// The methods of a step, and what each does.
fn methods(prefix: &str) -> Vec<(String, String)> {
    let (pages, has_none) = functions::methods(prefix);
    let short = |page: &&Page| {
        (page.name.trim_start_matches(prefix).to_owned(), first_clause(page.summary))
    };
    let mut found: Vec<_> = pages.iter().map(short).collect();
    if has_none {
        found.push(("none".to_owned(), String::new()));
    }
    found
}

/// The arguments of a method within its text: `'goalposts(lower => 1, up`.
fn of_method(prefix: &str, before: &str, typed: &str) -> Vec<Offer> {
    let method = typed.split('(').next().unwrap_or_default().trim();
    let page = functions::page(&format!("{prefix}{method}")).or_else(|| functions::page(method));
    let Some(page) = page else { return Vec::new() };
    let blank = if before.ends_with(',') { " " } else { "" };
    let own = page.parameters_of(true).iter().filter(|parameter| !parameter.role.is_provided());
    let free = own.filter(|parameter| !before.contains(&format!("{} =>", parameter.name)));
    let offer = |parameter: &Parameter| {
        let offer = named(parameter);
        Offer { text: format!("{before}{blank}{}", offer.name), ..offer }
    };
    free.map(offer).collect()
}

/// What is compared with the candidates: of the text of a method, the argument that is typed.
pub fn typed_part(parameter: &Parameter, typed: &str) -> String {
    match (parameter.kind, typed.rsplit_once(['(', ','])) {
        (Kind::Method(_) | Kind::Methods(_), Some((_, part))) => part.trim_start().to_owned(),
        _ => typed.to_owned(),
    }
}

/// The words that a meaning has in quotes, or as a list of names at its end.
fn in_meaning(parameter: &Parameter) -> Vec<(String, String)> {
    let is_word = |word: &&str| {
        word.len() > 1
            && word.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '-' | '0'..='9'))
    };
    let mut words: Vec<String> = Vec::new();
    let quoted = parameter.meaning.split('\'').skip(1).step_by(2);
    for word in quoted.filter(is_word) {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    if parameter.kind == Kind::Text
        && let Some((_, list)) = parameter.meaning.rsplit_once(": ")
        && list.split(", ").count() > 2
        && list.split(", ").all(|word| is_word(&word))
    {
        words.extend(list.split(", ").map(str::to_owned));
    }
    words.into_iter().map(|word| (word, String::new())).collect()
}

/// The columns that may be named as one.
pub fn columns(names: Vec<String>, in_text: bool) -> Vec<Offer> {
    let offer = |name: String| {
        let text = if in_text { name.clone() } else { quoted(&name) };
        Offer::written(text.clone(), text, "column")
    };
    names.into_iter().map(offer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(function: &str, position: usize, name: Option<&str>, given: &[&str]) -> Call {
        Call {
            function: function.into(),
            position,
            given_before: given.len(),
            name: name.map(str::to_owned),
            given: given.iter().map(|name| (*name).to_owned()).collect(),
            ..Call::default()
        }
    }

    fn texts(offers: Vec<Offer>) -> Vec<String> {
        offers.into_iter().map(|offer| offer.text).collect()
    }

    #[test]
    fn arguments_that_are_free() {
        let all = texts(names(&call("contributions", 3, None, &["strict"])));
        assert!(all.contains(&"normalisation => ".to_owned()), "{all:?}");
        assert!(!all.iter().any(|name| name == "strict => " || name == "panel => "), "{all:?}");
        let own = texts(names(&call("norm_minmax", 1, None, &[])));
        assert!(own.contains(&"lower => ".to_owned()), "{own:?}");
        assert!(!own.contains(&"value => ".to_owned()), "{own:?}");
    }

    #[test]
    fn words_of_an_argument() {
        let of = |name: &str, typed: &str, in_text: bool| {
            let call = call("composite_index", 2, Some(name), &[]);
            texts(words(parameter(&call).expect("an argument"), typed, in_text))
        };
        assert!(of("normalisation", "", false).contains(&"'minmax'".to_owned()));
        assert!(of("normalisation", "", true).contains(&"none".to_owned()));
        assert!(!of("aggregation", "", true).contains(&"none".to_owned()));
        assert_eq!(of("coverage_by", "", false), ["'weight'", "'count'"]);
        assert_eq!(of("strict", "f", false), ["true", "false"]);
        assert_eq!(of("strict", "", false), ["TRUE", "FALSE"]);
        assert_eq!(of("reference", "", false), ["'all'", "'period'"]);
        let inner = of("normalisation", "minmax(lo", true);
        assert!(inner.contains(&"minmax(lower => ".to_owned()), "{inner:?}");
        let kinds = call("read_table", 1, Some("kind"), &[]);
        let kinds = texts(words(parameter(&kinds).expect("an argument"), "", true));
        assert!(kinds.contains(&"parquet".to_owned()), "{kinds:?}");
    }

    #[test]
    fn every_word_is_one_that_a_choice_has() {
        // What is read from a meaning must be short and plain.
        for page in functions::pages() {
            for parameter in functions::arguments_of(page) {
                for offer in words(parameter, "", true) {
                    assert!(
                        offer.text.len() < 32,
                        "{} {}: {}",
                        page.name,
                        parameter.name,
                        offer.text
                    );
                }
            }
        }
    }
}
