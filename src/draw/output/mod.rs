//! Pictures written: as SVG, as PNG, in characters of a terminal.

pub mod cells;
pub mod png;
pub mod raster;
pub mod svg;
pub mod terminal;
