//! Where the axes of lines lie.

use crate::draw::scale::Scale;

/// The axes.
pub struct Axes {
    pub x: Scale,
    pub y: Scale,
    pub top: f64,
    pub bottom: f64,
    pub left: f64,
    pub right: f64,
}
