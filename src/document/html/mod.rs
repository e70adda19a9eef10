//! A document as one page of HTML that asks the network for nothing. It is well-formed XML as well.

mod blocks;
mod page;
mod picture;
mod table;
mod text;

pub use page::html;
