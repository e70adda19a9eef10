//! The index computed again and again with what is uncertain in it drawn anew: what is uncertain
//! ([`design`]), what the draws share and what each of them is ([`runs`]), and
//! the ranks that come of it ([`ranks`]).

pub mod design;
pub mod ranks;
pub mod runs;
