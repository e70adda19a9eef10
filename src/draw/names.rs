//! Names of units and series, also of those that have none, and of those that are long.

use super::look::{Look, TEXT};
use super::text;

/// What is written where a name is NULL or empty.
pub const NONE: &str = "(none)";

/// Columns of a name beside its marks.
const LONGEST: usize = 44;

/// Names as long as there is space: none takes more than a share of the width of the picture.
pub fn short(names: &[String], share: f64, look: &Look) -> Vec<String> {
    let space = look.width * share;
    let cut = |columns| names.iter().map(|name| text::cut(name, columns)).collect::<Vec<_>>();
    let fits = |names: &Vec<String>| names.iter().all(|name| look.wide(name, TEXT) <= space);
    (8..=LONGEST).rev().map(cut).find(fits).unwrap_or_else(|| cut(8))
}

/// Names, with a word where there is none.
pub fn filled(names: Vec<Option<String>>) -> Vec<String> {
    let name = |name: Option<String>| name.filter(|name| !name.trim().is_empty());
    names.into_iter().map(|of| name(of).unwrap_or_else(|| NONE.to_owned())).collect()
}
