//! What belongs to a series in time.

pub mod growth;
pub mod lag;
pub mod line;
pub mod prices;
