//! Values whose distribution is brought into shape.

pub mod box_cox;
pub mod draw_in;
pub mod logarithm;
