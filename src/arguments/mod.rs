//! What a call gives, by name: which argument is which ([`assign`]), its type ([`types`]), and the
//! constants among them ([`constants`]).

pub mod assign;
pub mod check;
pub mod constants;
pub mod types;
