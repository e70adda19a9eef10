//! A file for each kind of picture.

pub mod lines;

use super::kind::Kind;

/// Every kind, those whose columns say most first: the first that fits is drawn where none is named.
pub static KINDS: &[&Kind] = &[&lines::KIND];
