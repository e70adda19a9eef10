//! What is asked for ([`steps`], [`call`], [`rows`]) and what runs: methods bound to the nodes of a
//! framework ([`bound`]), with what they make use of ([`used`]).

pub(crate) mod bound;
pub(crate) mod call;
pub(crate) mod reference;
pub(crate) mod rows;
pub(crate) mod steps;
pub(crate) mod used;
