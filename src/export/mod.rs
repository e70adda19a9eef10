//! Record batches to a file or a stream: [`Format`] and [`ExportOptions`] say how, [`Target`] where.
//!
//! A format is a line of [`Format`] and a file here with its writer.

mod arrow;
mod aside;
mod claim;
mod delimited;
mod digits;
mod error;
#[cfg(feature = "excel")]
mod excel;
mod format;
mod json;
mod latex;
mod options;
mod parquet;
mod partitions;
mod plain;
mod sink;
#[cfg(feature = "cli")]
mod table;
mod target;
#[cfg(feature = "cli")]
mod workbook;
mod writer;
mod writers;

pub(crate) use digits::Digits;
pub use error::Error;
pub use format::Format;
pub use options::{Compression, ExportOptions};
pub use sink::Export;
pub use target::Target;

#[cfg(feature = "cli")]
pub(crate) use {
    claim::{sweep, temporary},
    json::objects,
    table::{Hints, Style, Table},
    workbook::Workbook,
    writer::{About, BatchWriter, Out, PREFIX, Source},
    writers::batch_writer,
};
