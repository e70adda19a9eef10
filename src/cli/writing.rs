//! Arguments of commands that write files: compression, row groups, partitions.

use std::num::NonZeroUsize;

use super::error::{Error, Result};
use crate::error::describe;
use crate::export::{Compression, ExportOptions, Format};

/// How files are written.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct WritingArguments {
    /// Compression of Parquet (none, snappy, lz4, gzip, zstd) and Arrow (none, lz4, zstd); with a level
    /// as zstd(9) [default: zstd for Parquet, none for Arrow]
    #[arg(long, value_name = "WORD", value_parser = parse_compression)]
    compression: Option<Compression>,

    /// Rows of a row group of Parquet [default: 1048576]
    #[arg(long, value_name = "N")]
    row_group_rows: Option<NonZeroUsize>,

    /// Columns whose values become folders, COLUMN=VALUE, with files of Parquet (or Arrow, as --format
    /// says) in them
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    partition_by: Vec<String>,

    /// Replace a folder of partitions that exists
    #[arg(long, requires = "partition_by")]
    overwrite: bool,
}

fn parse_compression(text: &str) -> Result<Compression, String> {
    text.parse().map_err(|error| describe(&error))
}

impl WritingArguments {
    /// Whether folders are asked for.
    pub fn is_partitioned(&self) -> bool {
        !self.partition_by.is_empty()
    }

    /// What is asked of a format.
    ///
    /// # Errors
    /// When it has not what is asked.
    pub fn options(&self, format: Format) -> Result<ExportOptions> {
        let mut options = ExportOptions::new(format)
            .with_compression(self.compression)
            .with_row_group_rows(self.row_group_rows)
            .with_overwrite(self.overwrite);
        if self.is_partitioned() {
            options = options.with_partition_by(&self.partition_by);
        }
        options.check().map_err(|error| Error::Usage(describe(&error)))?;
        Ok(options)
    }

    /// An error if something is asked where nothing can be.
    ///
    /// # Errors
    /// See above.
    pub fn ensure_none(&self, found: &str) -> Result<()> {
        let asked = [
            ("--compression", self.compression.is_some()),
            ("--row-group-rows", self.row_group_rows.is_some()),
            ("--partition-by", self.is_partitioned()),
        ];
        match asked.iter().find(|(_, is_asked)| *is_asked) {
            Some((option, _)) => {
                Err(Error::Usage(format!("{option} must be of files in a folder, found {found}")))
            }
            None => Ok(()),
        }
    }
}
