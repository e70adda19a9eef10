//! What belongs to a series in time.

pub mod calendar;
pub mod growth;
pub mod lag;
pub mod line;
pub mod period;
pub mod prices;
