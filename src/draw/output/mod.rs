//! Pictures written: as SVG, as PNG, in characters of a terminal; and what files of them say of themselves.

pub mod about;
pub mod cells;
pub mod png;
pub mod raster;
pub mod svg;
pub mod terminal;
