//! The numbers of the roles of the kind.

pub const X: usize = 0;
pub const Y: usize = 1;
pub const SERIES: usize = 2;
pub const PUBLISHED: usize = 3;
