//! Pictures written: as SVG, as PNG, in characters of a terminal.

pub mod png;
pub mod svg;
pub mod terminal;
