//! How a result is written: its format, and what the format leaves open.

use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;

use datafusion::arrow::ipc::CompressionType;
use datafusion::arrow::ipc::writer::IpcWriteOptions;
use datafusion::common::{DataFusionError, Result, config_err, plan_err};
use datafusion::parquet::basic::{Compression as Codec, GzipLevel, ZstdLevel};

use super::format::Format;

/// How a result is written.
///
/// A [`Format`] alone is enough: it becomes options that leave all else at its defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportOptions {
    /// The format.
    pub format: Format,
    /// How Parquet and Arrow are compressed; Parquet by zstd and Arrow not at all if not said.
    pub compression: Option<Compression>,
    /// Rows of a row group of Parquet at most; 1,048,576 if not said.
    pub row_group_rows: Option<NonZeroUsize>,
    /// Columns whose order the rows have, noted in Parquet.
    pub sorted_by: Vec<String>,
    /// Columns that become folders, `column=value`, of Parquet or Arrow files. None: one file.
    pub partition_by: Option<Vec<String>>,
    /// Whether a folder of such files may be replaced; a file always is.
    pub overwrite: bool,
    /// What else a file of Parquet or Arrow says of itself, by keys.
    pub metadata: Vec<(String, String)>,
}

impl ExportOptions {
    /// A format with its defaults.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            compression: None,
            row_group_rows: None,
            sorted_by: Vec::new(),
            partition_by: None,
            overwrite: false,
            metadata: Vec::new(),
        }
    }

    /// Compressed so, or by the format's default.
    #[must_use]
    pub fn with_compression(self, compression: impl Into<Option<Compression>>) -> Self {
        Self { compression: compression.into(), ..self }
    }

    /// With so many rows in a row group at most, or the default.
    #[must_use]
    pub fn with_row_group_rows(self, rows: impl Into<Option<NonZeroUsize>>) -> Self {
        Self { row_group_rows: rows.into(), ..self }
    }

    /// Noting that the rows have the order of these columns.
    #[must_use]
    pub fn with_sorted_by(self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { sorted_by: columns.into_iter().map(Into::into).collect(), ..self }
    }

    /// As a folder, with a folder in it for each combination of values of these columns.
    #[must_use]
    pub fn with_partition_by(self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { partition_by: Some(columns.into_iter().map(Into::into).collect()), ..self }
    }

    /// Replacing a folder of partitions, or not.
    #[must_use]
    pub fn with_overwrite(self, overwrite: bool) -> Self {
        Self { overwrite, ..self }
    }

    /// Saying something of itself.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.push((key.into(), value.into()));
        self
    }

    /// Whether the format has what is asked of it.
    ///
    /// # Errors
    /// When it has not.
    pub(crate) fn check(&self) -> Result<()> {
        let is_arrow = matches!(self.format, Format::Arrow | Format::Arrows);
        let is_parquet = self.format == Format::Parquet;
        let found = self.format.ending();
        if !is_arrow && !is_parquet {
            let unfit = [
                ("compression", self.compression.is_some()),
                ("partitions", self.partition_by.is_some()),
                ("metadata", !self.metadata.is_empty()),
            ];
            if let Some((what, _)) = unfit.iter().find(|(_, is_asked)| *is_asked) {
                return plan_err!("{what} must be of parquet or arrow, found {found}");
            }
        }
        if self.row_group_rows.is_some() && !is_parquet {
            return plan_err!("row groups must be of parquet, found {found}");
        }
        match self.compression {
            Some(compression) if is_arrow => self.ipc().map(drop).map_err(|_| {
                DataFusionError::Plan(format!(
                    "compression of arrow must be none, lz4 or zstd, found {compression}"
                ))
            }),
            _ => self.codec().map(drop),
        }
    }

    /// What the writers of Arrow are told.
    pub(super) fn ipc(&self) -> Result<IpcWriteOptions> {
        let (compression, level) = match self.compression {
            None | Some(Compression::None) => (None, None),
            Some(Compression::Lz4) => (Some(CompressionType::LZ4_FRAME), None),
            Some(Compression::Zstd(level)) => (Some(CompressionType::ZSTD), level),
            Some(other) => return plan_err!("Arrow has no {other}"),
        };
        let options = IpcWriteOptions::default().try_with_compression(compression)?;
        Ok(options.try_with_compression_level(level)?)
    }

    /// What the writer of Parquet is told.
    pub(super) fn codec(&self) -> Result<Codec> {
        Ok(match self.compression {
            None | Some(Compression::Zstd(None)) => Codec::ZSTD(ZstdLevel::default()),
            Some(Compression::None) => Codec::UNCOMPRESSED,
            Some(Compression::Snappy) => Codec::SNAPPY,
            Some(Compression::Lz4) => Codec::LZ4_RAW,
            Some(Compression::Gzip(None)) => Codec::GZIP(GzipLevel::default()),
            Some(Compression::Gzip(Some(level))) => Codec::GZIP(GzipLevel::try_new(level)?),
            Some(Compression::Zstd(Some(level))) => Codec::ZSTD(ZstdLevel::try_new(level)?),
        })
    }
}

impl From<Format> for ExportOptions {
    fn from(format: Format) -> Self {
        Self::new(format)
    }
}

/// How the bytes of a file are made fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all.
    None,
    /// Snappy (Parquet).
    Snappy,
    /// LZ4: raw blocks in Parquet, frames in Arrow.
    Lz4,
    /// Gzip (Parquet), 0 to 9, or the default level.
    Gzip(Option<u32>),
    /// Zstandard, 1 to 22, or the default level.
    Zstd(Option<i32>),
}

/// The words of [`Compression`].
const WORDS: &str = "none, snappy, lz4, gzip, zstd or a level such as zstd(9)";

impl FromStr for Compression {
    type Err = DataFusionError;

    fn from_str(text: &str) -> Result<Self> {
        let word = text.trim().to_ascii_lowercase();
        let (name, level) = match word.strip_suffix(')').and_then(|word| word.split_once('(')) {
            Some((name, level)) => (name.trim(), Some(level.trim())),
            None => (word.as_str(), None),
        };
        let fault = || config_err!("must be {WORDS}, got '{text}'");
        let within = |most: u32, least: u32| match level.map(str::parse::<u32>) {
            None => Ok(None),
            Some(Ok(level)) if (least..=most).contains(&level) => Ok(Some(level)),
            Some(_) => config_err!("level of {name} must be {least} to {most}, got '{text}'"),
        };
        Ok(match (name, level) {
            ("none" | "uncompressed", None) => Self::None,
            ("snappy", None) => Self::Snappy,
            ("lz4" | "lz4_raw", None) => Self::Lz4,
            ("gzip", _) => Self::Gzip(within(9, 0)?),
            ("zstd", _) => Self::Zstd(within(22, 1)?.map(|level| level as i32)),
            _ => return fault(),
        })
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Snappy => f.write_str("snappy"),
            Self::Lz4 => f.write_str("lz4"),
            Self::Gzip(None) => f.write_str("gzip"),
            Self::Zstd(None) => f.write_str("zstd"),
            Self::Gzip(Some(level)) => write!(f, "gzip({level})"),
            Self::Zstd(Some(level)) => write!(f, "zstd({level})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_shown() {
        for word in ["none", "snappy", "lz4", "gzip", "gzip(0)", "zstd", "zstd(22)"] {
            assert_eq!(word.parse::<Compression>().unwrap().to_string(), word);
        }
        assert_eq!("LZ4_RAW".parse::<Compression>().unwrap(), Compression::Lz4);
        for word in ["", "brotli", "snappy(1)", "zstd(0)", "zstd(23)", "gzip(x)", "none(1)"] {
            assert!(word.parse::<Compression>().is_err(), "{word}");
        }
    }

    #[test]
    fn what_a_format_has_not_is_an_error() {
        let zstd = Some(Compression::Zstd(Some(3)));
        for format in [Format::Parquet, Format::Arrow, Format::Arrows] {
            ExportOptions::new(format).with_compression(zstd).check().unwrap();
        }
        let csv = ExportOptions::new(Format::Csv);
        assert!(csv.clone().with_compression(zstd).check().is_err());
        assert!(csv.clone().with_partition_by(["a"]).check().is_err());
        assert!(csv.with_metadata("a", "b").check().is_err());
        let arrow = ExportOptions::new(Format::Arrow);
        assert!(arrow.clone().with_compression(Compression::Snappy).check().is_err());
        assert!(arrow.with_row_group_rows(NonZeroUsize::new(9)).check().is_err());
    }
}
