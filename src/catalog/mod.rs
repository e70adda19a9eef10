//! A data folder as a catalog: `data/bth/indicators.parquet` is table `bth.indicators`.
//!
//! Files straight under the folder are in the default schema, each folder below it is a schema,
//! and a folder inside that one is one table of many files. A folder of hive partitions
//! (`year=2024/`) is a table wherever it stands. Only names are read at the start: a table's
//! footers are read when a query names it, and a broken file is an error of that query alone.

mod arrow;
mod columns;
mod discover;
mod file;
mod information_schema;
mod looks;
mod names;
mod open;
mod part;
mod reading;
mod schema;
mod text;

pub use names::{CATALOG, DEFAULT_SCHEMA};
pub use open::open;

#[cfg(feature = "cli")]
pub use {
    file::Source,
    open::{is_on_disk, table_names},
    part::Part,
    reading::{Missing, Reading},
};
