//! The function reference as a document.

use std::fmt::Write;

use super::registry::pages;
use crate::page::Family;

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
    for family in Family::ALL {
        let _ = write!(text, "\n## {}\n", family.title());
        for page in pages().filter(|page| page.family == family) {
            let _ = write!(text, "\n{}", page.markdown());
        }
    }
    text
}
