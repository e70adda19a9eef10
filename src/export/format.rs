//! The formats a result can be written in.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use clap::ValueEnum;
use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::writer::{FileWriter, StreamWriter};
use datafusion::arrow::json;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::SortingColumn;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;

use crate::cli::render;
use crate::error::one_line;

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns aligned, for reading
    Table,
    /// Comma-separated, a header line, NULL empty
    Csv,
    /// As csv, separated by tabs
    Tsv,
    /// One array of objects
    Json,
    /// One object a line
    Ndjson,
    /// A Markdown table
    Markdown,
    /// Arrow IPC: a file (.arrow), or a stream on standard output
    Arrow,
    /// Arrow IPC stream (.arrows)
    Arrows,
    /// Parquet, zstd, with statistics and page index
    Parquet,
}

impl Format {
    /// The format that a file's ending stands for.
    pub fn from_ending(path: &Path) -> Option<Self> {
        Some(match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "arrow" | "feather" | "ipc" => Self::Arrow,
            "arrows" => Self::Arrows,
            "parquet" => Self::Parquet,
            "csv" => Self::Csv,
            "tsv" => Self::Tsv,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::Ndjson,
            "md" => Self::Markdown,
            "txt" => Self::Table,
            _ => return None,
        })
    }

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Table => "txt",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Markdown => "md",
            Self::Arrow => "arrow",
            Self::Arrows => "arrows",
            Self::Parquet => "parquet",
        }
    }

    /// Whether a person can read it.
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Arrow | Self::Arrows | Self::Parquet)
    }
}

/// Why a batch could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The format cannot hold the data.
    #[error("{0}")]
    Data(String),
}

impl From<ArrowError> for WriteError {
    fn from(error: ArrowError) -> Self {
        match error {
            ArrowError::IoError(_, source) => Self::Io(source),
            // The writer of CSV hands on only the text of a system error.
            ArrowError::CsvError(text) if text.contains("Broken pipe") => {
                Self::Io(io::ErrorKind::BrokenPipe.into())
            }
            other => Self::Data(one_line(&other.to_string())),
        }
    }
}

impl From<ParquetError> for WriteError {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(source) => Self::Io(*source),
                Err(inner) => Self::Data(one_line(&inner.to_string())),
            },
            other => Self::Data(one_line(&other.to_string())),
        }
    }
}

type Written = Result<(), WriteError>;

/// Writes batches of one schema.
pub trait BatchWriter: Send {
    /// Appends a batch.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&mut self, batch: &RecordBatch) -> Written;

    /// Writes what comes last, and out of every buffer.
    ///
    /// # Errors
    /// When it cannot be written.
    fn finish(&mut self) -> Written;
}

/// Where bytes go.
pub type Out = Box<dyn Write + Send>;

/// The writer of a format. An empty result has its schema, or its header, all the same.
///
/// # Errors
/// When the format cannot hold the schema or its first bytes cannot be written.
pub fn batch_writer(
    format: Format,
    out: Out,
    schema: &SchemaRef,
) -> Result<Box<dyn BatchWriter>, WriteError> {
    let plain = match format {
        Format::Table | Format::Markdown => Arc::clone(schema),
        _ => file_schema(schema)?,
    };
    Ok(match format {
        Format::Arrow => {
            Box::new(Plain { writer: FileWriter::try_new(out, &plain)?, schema: plain })
        }
        Format::Arrows => {
            Box::new(Plain { writer: StreamWriter::try_new(out, &plain)?, schema: plain })
        }
        Format::Parquet => return parquet_writer(out, schema, &[]),
        Format::Csv => Box::new(Text::new(out, &plain, b',')?),
        Format::Tsv => Box::new(Text::new(out, &plain, b'\t')?),
        Format::Json => {
            let writer = json::WriterBuilder::new().with_explicit_nulls(true).build(out);
            Box::new(Plain { writer: Json::<json::writer::JsonArray>(writer, true), schema: plain })
        }
        Format::Ndjson => {
            let writer = json::WriterBuilder::new().with_explicit_nulls(true).build(out);
            Box::new(Plain {
                writer: Json::<json::writer::LineDelimited>(writer, false),
                schema: plain,
            })
        }
        Format::Table => Box::new(render::Table::new(out, schema, render::Style::plain())),
        Format::Markdown => Box::new(render::Table::new(out, schema, render::Style::markdown())),
    })
}

/// A writer of Parquet: zstd, statistics and index of every page, and `sorted_by`, the columns
/// whose order the rows have, noted in the footer.
///
/// # Errors
/// When Parquet cannot hold the schema.
pub fn parquet_writer(
    out: Out,
    schema: &SchemaRef,
    sorted_by: &[String],
) -> Result<Box<dyn BatchWriter>, WriteError> {
    let schema = file_schema(schema)?;
    let properties = parquet_properties(&schema, sorted_by);
    let writer = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties))?;
    Ok(Box::new(Plain { writer: Some(writer), schema }))
}

fn parquet_properties(schema: &Schema, sorted_by: &[String]) -> WriterProperties {
    let sorted = sorted_by.iter().filter_map(|name| schema.index_of(name).ok());
    let sorting = sorted.map(|column| SortingColumn {
        column_idx: column as i32,
        descending: false,
        nulls_first: false,
    });
    let sorting: Vec<_> = sorting.collect();
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_created_by(concat!("goalposts ", env!("CARGO_PKG_VERSION")).into())
        .set_sorting_columns((!sorting.is_empty()).then_some(sorting));
    for field in schema.fields() {
        // Computed doubles hardly repeat: a dictionary only costs.
        if *field.data_type() == DataType::Float64 {
            let column = ColumnPath::from(field.name().as_str());
            properties = properties.set_column_dictionary_enabled(column, false);
        }
    }
    properties.build()
}

/// Types every reader knows: text and bytes plain, dictionaries unpacked (ours may repeat entries,
/// which some readers refuse).
fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8View => DataType::Utf8,
        DataType::BinaryView => DataType::Binary,
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::Struct(fields) => {
            DataType::Struct(fields.iter().map(|field| plain_field(field)).collect::<Fields>())
        }
        DataType::List(field) => DataType::List(Arc::new(plain_field(field))),
        other => other.clone(),
    }
}

fn plain_field(field: &Field) -> Field {
    field.clone().with_data_type(plain_type(field.data_type()))
}

/// The schema in a file: plain types, and names that tell columns apart. A reader that finds columns
/// by name would find one of two alike, and JSON has room for one only.
fn file_schema(schema: &Schema) -> Result<SchemaRef, WriteError> {
    let mut names = HashSet::new();
    if let Some(twice) = schema.fields().iter().find(|field| !names.insert(field.name())) {
        return Err(WriteError::Data(format!(
            "columns must have names of their own in a file, found two called '{}' (rename one: \
             SELECT ... AS name)",
            twice.name()
        )));
    }
    Ok(Arc::new(Schema::new(
        schema.fields().iter().map(|field| plain_field(field)).collect::<Fields>(),
    )))
}

fn plain_batch(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, WriteError> {
    let columns = batch.columns().iter().zip(schema.fields());
    let columns = columns.map(|(column, field)| match column.data_type() == field.data_type() {
        true => Ok(Arc::clone(column)),
        false => cast(column, field.data_type()),
    });
    let rows =
        datafusion::arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let columns = columns.collect::<Result<_, ArrowError>>()?;
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &rows)?)
}

/// A library's writer behind [`BatchWriter`].
trait Library: Send {
    fn write(&mut self, batch: &RecordBatch) -> Written;
    fn finish(&mut self) -> Written;
}

struct Plain<W> {
    writer: W,
    schema: SchemaRef,
}

impl<W: Library> BatchWriter for Plain<W> {
    fn write(&mut self, batch: &RecordBatch) -> Written {
        self.writer.write(&plain_batch(batch, &self.schema)?)
    }

    fn finish(&mut self) -> Written {
        self.writer.finish()
    }
}

impl Library for FileWriter<Out> {
    fn write(&mut self, batch: &RecordBatch) -> Written {
        Ok(self.write(batch)?)
    }

    fn finish(&mut self) -> Written {
        self.finish()?;
        Ok(self.get_mut().flush()?)
    }
}

impl Library for StreamWriter<Out> {
    fn write(&mut self, batch: &RecordBatch) -> Written {
        Ok(self.write(batch)?)
    }

    fn finish(&mut self) -> Written {
        self.finish()?;
        Ok(self.get_mut().flush()?)
    }
}

impl Library for Option<ArrowWriter<Out>> {
    fn write(&mut self, batch: &RecordBatch) -> Written {
        match self {
            Some(writer) => Ok(writer.write(batch)?),
            None => Ok(()),
        }
    }

    fn finish(&mut self) -> Written {
        match self.take() {
            Some(writer) => Ok(writer.into_inner()?.flush()?),
            None => Ok(()),
        }
    }
}

struct Json<F: json::writer::JsonFormat>(json::Writer<Out, F>, bool);

impl<F: json::writer::JsonFormat + Send> Library for Json<F> {
    fn write(&mut self, batch: &RecordBatch) -> Written {
        Ok(self.0.write(batch)?)
    }

    fn finish(&mut self) -> Written {
        self.0.finish()?;
        if self.1 {
            self.0.get_mut().write_all(b"\n")?; // an array ends without one
        }
        Ok(self.0.get_mut().flush()?)
    }
}

/// Separated text. Structs and lists, which it has no notion of, are written as they are shown.
struct Text {
    writer: Option<csv::Writer<Out>>,
    schema: SchemaRef,
}

impl Text {
    fn new(out: Out, schema: &SchemaRef, delimiter: u8) -> Result<Self, WriteError> {
        let mut writer = csv::WriterBuilder::new().with_delimiter(delimiter).build(out);
        let flat: Fields = schema
            .fields()
            .iter()
            .map(|field| match field.data_type().is_nested() {
                true => field.as_ref().clone().with_data_type(DataType::Utf8),
                false => field.as_ref().clone(),
            })
            .collect();
        let flat = Arc::new(Schema::new(flat));
        writer.write(&RecordBatch::new_empty(Arc::clone(&flat)))?; // the header
        Ok(Self { writer: Some(writer), schema: flat })
    }
}

impl BatchWriter for Text {
    fn write(&mut self, batch: &RecordBatch) -> Written {
        let columns = batch.columns().iter().map(|column| match column.data_type().is_nested() {
            true => shown(column),
            false => Ok(Arc::clone(column)),
        });
        let columns = columns.collect::<Result<Vec<_>, ArrowError>>()?;
        let flat: Fields = self
            .schema
            .fields()
            .iter()
            .zip(&columns)
            .map(|(field, column)| {
                field.as_ref().clone().with_data_type(column.data_type().clone())
            })
            .collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(flat)), columns)?;
        match &mut self.writer {
            Some(writer) => Ok(writer.write(&plain_batch(&batch, &self.schema)?)?),
            None => Ok(()),
        }
    }

    fn finish(&mut self) -> Written {
        match self.writer.take() {
            Some(writer) => Ok(writer.into_inner().flush()?),
            None => Ok(()),
        }
    }
}

fn shown(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let options = FormatOptions::default();
    let cells = ArrayFormatter::try_new(column, &options)?;
    let text: StringArray = (0..column.len())
        .map(|row| column.is_valid(row).then(|| cells.value(row).to_string()))
        .collect();
    Ok(Arc::new(text))
}
