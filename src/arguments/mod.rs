//! What a call gives, by name: which argument is which ([`assign`]), its type ([`types`]), and the
//! constants among them ([`constants`]).

pub(crate) mod assign;
pub(crate) mod check;
pub(crate) mod constants;
pub(crate) mod types;
