//! Text as rows of cells: where its bytes are, what separates its columns, where its table begins
//! and ends, and its rows, part by part.

pub mod bytes;
pub mod delimiter;
pub mod layout;
pub mod parts;
pub mod rows;
