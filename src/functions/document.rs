//! The function reference as a document.

use std::fmt::Write;

use super::registry::pages;
use crate::page::{Family, HEAD, Page, Parameter};

/// The whole function reference as Markdown: `docs/functions.md`.
pub fn reference() -> String {
    let mut text = String::from(
        "# Functions\n\n\
         Generated from the code (`UPDATE_REFERENCE=1 cargo test --test all -- reference`); do not edit.\n\n\
         Arguments can be given by position or by name (`direction => -1`), in any order; those\n\
         with a default can be left out. Any integer, decimal or float column is accepted where\n\
         DOUBLE is required. NULL is a missing value: it is excluded and has no score. NaN and\n\
         infinities are errors, not values.\n",
    );
    for family in Family::ALL {
        let _ = write!(text, "\n{}\n\n", family.title());
        for page in pages().filter(|page| page.family == family) {
            let _ = writeln!(text, "- [`{0}`](#{0}): {1}", page.name, page.summary);
        }
    }
    let shared = Shared::of_all();
    text.push_str(&shared.markdown());
    for family in Family::ALL {
        let _ = write!(text, "\n## {}\n", family.title());
        for page in pages().filter(|page| page.family == family) {
            let _ = write!(text, "\n{}", page.markdown_beside(|parameter| shared.link(parameter)));
        }
    }
    text
}

/// The arguments that many pages have in the same words.
struct Shared(Vec<Argument>);

struct Argument {
    parameter: &'static Parameter,
    pages: Vec<&'static Page>,
    /// Where the document has it.
    anchor: String,
}

impl Shared {
    /// So many pages make an argument one that is said once for all of them.
    const PAGES: usize = 3;

    fn of_all() -> Self {
        let mut all: Vec<Argument> = Vec::new();
        for page in pages() {
            for parameter in page.parameters.iter().chain(page.over_parameters.unwrap_or_default())
            {
                match all.iter_mut().find(|known| is_same(known.parameter, parameter)) {
                    Some(known) if known.pages.contains(&page) => {}
                    Some(known) => known.pages.push(page),
                    None => {
                        let (pages, anchor) = (vec![page], String::new());
                        all.push(Argument { parameter, pages, anchor });
                    }
                }
            }
        }
        all.retain(|argument| argument.pages.len() >= Self::PAGES);
        all.sort_by_key(|argument| argument.parameter.name);
        for i in 0..all.len() {
            let name = all[i].parameter.name;
            let before = all[..i].iter().filter(|other| other.parameter.name == name).count();
            all[i].anchor = format!("shared-{name}-{}", before + 1);
        }
        Self(all)
    }

    fn link(&self, parameter: &Parameter) -> Option<String> {
        let shared = self.0.iter().find(|shared| is_same(shared.parameter, parameter))?;
        Some(format!("[`{}`](#{})", parameter.name, shared.anchor))
    }

    fn markdown(&self) -> String {
        let mut text = format!(
            "\n## Shared arguments\n\n\
             What several functions say of an argument in the same words is said here; their pages\n\
             lead to it.\n\n\
             {}",
            HEAD.replacen("| argument |", "| argument | functions |", 1).replacen(
                "|---|",
                "|---|---|",
                1
            )
        );
        for Argument { parameter, pages, anchor } in &self.0 {
            let _ = write!(
                text,
                "| <a id=\"{anchor}\"></a>`{}` | {} {}",
                parameter.name,
                functions(pages),
                parameter.row()
            );
        }
        text
    }
}

fn is_same(a: &Parameter, b: &Parameter) -> bool {
    a.name == b.name && a.row() == b.row()
}

/// The functions of pages in few words: those of one prefix together.
fn functions(pages: &[&Page]) -> String {
    let mut words: Vec<String> = Vec::new();
    for page in pages {
        let prefix = page.name.split_once('_').map_or(page.name, |(prefix, _)| prefix);
        let is_one = pages.iter().filter(|other| other.name.starts_with(prefix)).count() == 1;
        let word = match page.family {
            Family::Index => "table functions".to_owned(),
            _ if is_one => format!("`{}`", page.name),
            _ => format!("`{prefix}_*`"),
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(", ")
}
