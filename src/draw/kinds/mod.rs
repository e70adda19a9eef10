//! A file or a folder for each kind of picture.

pub mod bars;
pub mod bump;
pub mod distribution;
pub mod dots;
pub mod framework;
pub mod heatmap;
pub mod lines;
pub mod profile;
pub mod scatter;
pub mod waterfall;

use super::kind::Kind;

/// Every kind, those whose columns say most first: the first that fits is drawn where none is named.
pub static KINDS: &[&Kind] = &[
    &dots::KIND,
    &waterfall::KIND,
    &lines::KIND,
    &bars::KIND,
    &bump::KIND,
    &heatmap::KIND,
    &framework::KIND,
    &scatter::KIND,
    &distribution::KIND,
    &profile::KIND,
];

/// The kind of a name.
pub fn named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|kind| kind.name.eq_ignore_ascii_case(name))
}
