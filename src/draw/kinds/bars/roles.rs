//! The numbers of the roles and settings of the kind.

pub const LABEL: usize = 0;
pub const VALUE: usize = 1;
pub const PART: usize = 2;
pub const RANK: usize = 3;
pub const TOTAL: usize = 4;
pub const ORDER: usize = 0;
