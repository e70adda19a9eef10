//! The numbers of the roles of the kind.

pub const LABEL: usize = 0;
pub const VALUE: usize = 1;
pub const FROM: usize = 2;
pub const TO: usize = 3;
pub const FROM_NAME: usize = 4;
pub const TO_NAME: usize = 5;
