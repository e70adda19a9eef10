//! Documents of results: chapters of text, tables, pictures, queries and findings, written as a page of HTML that opens
//! offline, as Markdown or as JSON.
//!
//! [`model`] is what a document consists of: whoever makes one fills [`Document`] and knows nothing of how it is written.
//! [`table`] and [`figure`] are results as people read them, [`cells`] what stands in the cells of tables, whichever
//! [`html()`], [`markdown()`] or [`json()`] writes them.

pub mod cells;
pub mod figure;
pub mod html;
pub mod json;
pub mod markdown;
pub mod model;
pub mod table;
pub mod words;

pub use figure::Figure;
pub use html::html;
pub use json::json;
pub use markdown::{Markdown, markdown};
pub use model::{Block, Chapter, Document, Finding, Level, Reference};
pub use table::Table;
