//! Where a result comes from: the files that its query reads with their hashes, the frameworks that
//! its indices follow, the text, the parameters.
//!
//! [`lineage`] finds the files of a plan and remembers those of tables that statements made;
//! [`trail`] is what was found; [`hash`] and [`fingerprint`] say what was in it; [`metadata`] is how a
//! file of Arrow or Parquet, or a picture, carries it.

pub mod fingerprint;
pub mod hash;
pub mod input;
pub mod lineage;
pub mod metadata;
pub mod place;
pub mod trail;
