//! What is asked for ([`steps`], [`call`], [`rows`]) and what runs: methods bound to the nodes of a
//! framework ([`bound`]), with what they make use of ([`used`]) and what is given
//! in vain ([`unused`]).

pub mod bound;
pub mod call;
pub mod denomination;
pub mod reference;
pub mod rows;
pub mod steps;
pub mod transform;
pub mod unused;
pub mod used;
