//! Files of others as tables: text in any encoding, sheets, JSON, Arrow and Parquet, packed or not.
//!
//! ```text
//! name ->  source  ->  container  ->  encoding -> text (layout, parts)  ->  looks -> decide -> table
//!          which       gz, zst,       sheet                                 what every cell is
//!          files       zip
//! ```
//!
//! [`source`] finds the files and what each is; [`container`] unpacks; [`encoding`] and [`sheet`] make
//! rows of text of what is inside; [`text`] finds the table among its lines; [`looks`] sees every cell,
//! and [`decide`] says from all of them what a column is. [`table`] reads the rows a second time, into
//! batches. [`options`] are the same for `read_table` in `FROM`, for `goalposts import`, and, left at
//! their defaults, for a file named in `FROM`.

pub mod arrow;
pub mod call;
pub mod cell;
pub mod cells;
pub mod columns;
pub mod container;
pub mod decide;
pub mod door;
pub mod encoding;
pub mod fault;
pub mod files;
pub mod format;
pub mod kept;
pub mod lineage;
pub mod looks;
pub mod missing;
pub mod notes;
pub mod number;
pub mod open;
pub mod options;
pub mod origin;
pub mod part;
pub mod pattern;
pub mod period;
pub mod reshape;
pub mod shape;
pub mod sheet;
pub mod source;
pub mod table;
pub mod text;
pub mod text_file;
pub mod types;
pub mod unite;
