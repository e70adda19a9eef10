//! A file or a folder of files as a table.

use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DataFusionError, Result, plan_err};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::arrow::ArrowFormat;
use datafusion::datasource::file_format::csv::CsvFormat;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::object_store::{ObjectMeta, ObjectStore};
use futures::{FutureExt, StreamExt, TryStreamExt, stream};

use crate::error::describe;

/// How many footers are read at a time.
const READERS: usize = 16;
/// How many rows of a text file its types are read from.
const ROWS_FOR_TYPES: usize = 1_000_000;

/// Where a table's rows are.
#[derive(Debug, Clone)]
pub struct Source {
    url: ListingTableUrl,
    /// As the user knows it.
    shown: String,
    extension: String,
}

impl Source {
    /// A Parquet file below the data folder.
    pub(super) fn file(root: &ListingTableUrl, shown: &str, parts: &[&str]) -> Result<Self> {
        Self::below(root, shown, parts)
    }

    /// A folder of Parquet files below the data folder.
    pub(super) fn folder(root: &ListingTableUrl, shown: &str, parts: &[&str]) -> Result<Self> {
        let mut parts = parts.to_vec();
        parts.push(""); // the slash at the end
        Self::below(root, shown, &parts)
    }

    fn below(root: &ListingTableUrl, shown: &str, parts: &[&str]) -> Result<Self> {
        let mut url = root.get_url().clone();
        match url.path_segments_mut() {
            Ok(mut segments) => segments.pop_if_empty().extend(parts),
            Err(()) => return plan_err!("{shown}: must be a folder"),
        };
        let shown = format!("{shown}/{}", parts.join("/"));
        Ok(Self { url: ListingTableUrl::try_new(url, None)?, shown, extension: "parquet".into() })
    }

    /// What a name in `FROM` means if it is no table: a path or URL with a known ending.
    ///
    /// # Errors
    /// When there is no such file, or its ending stands for no format.
    pub fn named(name: &str) -> Result<Option<Self>> {
        let path = Path::new(name);
        let is_folder = path.is_dir();
        let extension = path.extension().and_then(|extension| extension.to_str());
        let extension = match extension.map(str::to_ascii_lowercase) {
            Some(extension) if format(&extension).is_some() => extension,
            _ if is_folder => "parquet".to_owned(),
            Some(_) if path.is_file() => {
                return plan_err!(
                    "{name}: must end in .parquet, .csv, .tsv, .json, .ndjson, .arrow or .arrows"
                );
            }
            _ => return Ok(None),
        };
        let url = if path.exists() {
            let absolute = path.canonicalize()?;
            let mut url = folder_above(&absolute)?;
            if let (Ok(mut segments), Some(file)) = (url.path_segments_mut(), absolute.file_name())
            {
                segments.pop_if_empty().push(&file.to_string_lossy());
                if is_folder {
                    segments.push("");
                }
            }
            ListingTableUrl::try_new(url, None)?
        } else if name.contains("://") || name.contains(['*', '?', '[']) {
            ListingTableUrl::parse(name)?
        } else {
            return plan_err!("{name}: no such file");
        };
        Ok(Some(Self { url, shown: name.to_owned(), extension }))
    }

    /// The place as the user knows it.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Whether there is anything to read.
    pub(super) async fn has_files(&self, store: &Arc<dyn ObjectStore>) -> Result<bool> {
        let mut files = store.list(Some(self.url.prefix()));
        while let Some(file) = files.try_next().await? {
            if file.location.as_ref().ends_with(".parquet") {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads the footers and makes the table.
    pub(super) async fn open(&self, session: &dyn Session) -> Result<Arc<dyn TableProvider>> {
        self.open_as(session, Field::clone).await
    }

    /// As `open`, with columns read as `typed` says.
    ///
    /// # Errors
    /// When a file is missing, empty or damaged, or the files do not agree on their columns.
    pub async fn open_as(
        &self,
        session: &dyn Session,
        typed: impl Fn(&Field) -> Field,
    ) -> Result<Arc<dyn TableProvider>> {
        let Some(format) = format(&self.extension) else {
            return plan_err!("{}: no format is known by that ending", self.shown);
        };
        let store = session.runtime_env().object_store(&self.url)?;
        let ending = format!(".{}", self.extension);
        let files: Vec<ObjectMeta> = self
            .url
            .list_all_files(session, store.as_ref(), &ending)
            .await?
            .try_collect()
            .await
            .map_err(|error| self.fault(&error))?;
        if files.is_empty() {
            return plan_err!("{}: no file was found", self.shown);
        }
        if let Some(empty) = files.iter().find(|file| file.size == 0) {
            return plan_err!("{}: the file is empty (0 bytes)", self.shown_file(empty));
        }
        let schema = self.schema(session, &store, &format, &files).await?;
        let fields: Vec<Field> = schema.fields().iter().map(|field| typed(field)).collect();
        let schema = Arc::new(Schema::new(fields));
        let partitions = self.partitions(&files)?;

        let options = ListingOptions::new(format)
            .with_file_extension(ending)
            .with_table_partition_cols(partitions);
        let config = ListingTableConfig::new(self.url.clone())
            .with_listing_options(options)
            .with_schema(schema);
        let cache = session.runtime_env().cache_manager.get_file_statistic_cache();
        Ok(Arc::new(ListingTable::try_new(config)?.with_cache(cache)))
    }

    /// One file and its columns.
    async fn footer(
        &self,
        session: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        format: &Arc<dyn FileFormat>,
        file: &ObjectMeta,
    ) -> Result<(String, SchemaRef)> {
        // A damaged footer makes some readers panic rather than fail.
        let one = std::slice::from_ref(file);
        let read = AssertUnwindSafe(format.infer_schema(session, store, one));
        let shown = self.shown_file(file);
        match read.catch_unwind().await {
            Ok(Ok(schema)) => Ok((shown, schema)),
            Ok(Err(error)) => plan_err!("{shown}: {}", describe(&error)),
            Err(_) => plan_err!("{shown}: the file is damaged: its footer cannot be read"),
        }
    }

    /// The columns all files agree on.
    async fn schema(
        &self,
        session: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        format: &Arc<dyn FileFormat>,
        files: &[ObjectMeta],
    ) -> Result<SchemaRef> {
        let reads = files.iter().map(|file| self.footer(session, store, format, file).boxed());
        let schemas: Vec<(String, SchemaRef)> =
            stream::iter(reads.collect::<Vec<_>>()).buffered(READERS).try_collect().await?;

        let (first_file, first) = &schemas[0];
        let mut fields: Vec<FieldRef> = first.fields().iter().cloned().collect();
        for (i, field) in fields.iter().enumerate() {
            if fields[..i].iter().any(|other| other.name() == field.name()) {
                return plan_err!("{first_file}: column '{}' is there twice", field.name());
            }
        }
        for (file, schema) in schemas[1..].iter().filter(|(_, schema)| schema != first) {
            for field in schema.fields() {
                match fields.iter().find(|known| known.name() == field.name()) {
                    None => fields.push(Arc::clone(field)),
                    Some(known) if stored(known.data_type()) == stored(field.data_type()) => {}
                    Some(known) => {
                        return plan_err!(
                            "{file}: column '{}' must be {} as in {first_file}, found {}",
                            field.name(),
                            known.data_type(),
                            field.data_type()
                        );
                    }
                }
            }
        }
        let several = schemas.len() > 1;
        let fields: Vec<Field> = fields
            .iter()
            .map(|field| {
                // Only the Parquet reader casts to what the table says.
                let data_type = match self.extension.as_str() {
                    "parquet" => stored(field.data_type()),
                    _ => field.data_type().clone(),
                };
                let nullable = field.is_nullable() || several;
                field.as_ref().clone().with_data_type(data_type).with_nullable(nullable)
            })
            .collect();
        Ok(Arc::new(Schema::new(fields)))
    }

    /// Hive partitions (`year=2024/`) as columns: BIGINT where every value is a whole number.
    fn partitions(&self, files: &[ObjectMeta]) -> Result<Vec<(String, DataType)>> {
        let mut columns: Option<Vec<(String, DataType)>> = None;
        for file in files {
            let inner = self.url.strip_prefix(&file.location).into_iter().flatten();
            let pairs = inner.filter_map(|part| part.split_once('='));
            let found: Vec<(String, DataType)> = pairs
                .map(|(name, value)| {
                    let is_whole = value.parse::<i64>().is_ok_and(|n| n.to_string() == value);
                    let data_type = if is_whole { DataType::Int64 } else { DataType::Utf8 };
                    (name.to_owned(), data_type)
                })
                .collect();
            match &mut columns {
                None => columns = Some(found),
                Some(columns) => {
                    let names = |columns: &[(String, DataType)]| {
                        columns.iter().map(|column| column.0.clone()).collect::<Vec<_>>()
                    };
                    if names(columns) != names(&found) {
                        return plan_err!(
                            "{}: must lie in partitions by {}, found partitions by {}",
                            self.shown_file(file),
                            names(columns).join(", "),
                            names(&found).join(", ")
                        );
                    }
                    for (column, found) in columns.iter_mut().zip(found) {
                        if found.1 == DataType::Utf8 {
                            column.1 = DataType::Utf8;
                        }
                    }
                }
            }
        }
        Ok(columns.unwrap_or_default())
    }

    fn shown_file(&self, file: &ObjectMeta) -> String {
        let inner: Vec<_> = self.url.strip_prefix(&file.location).into_iter().flatten().collect();
        if self.url.get_glob().is_some() {
            format!("/{}", file.location)
        } else if self.url.is_collection() && !inner.is_empty() {
            format!("{}/{}", self.shown.trim_end_matches('/'), inner.join("/"))
        } else {
            self.shown.clone()
        }
    }

    fn fault(&self, error: &DataFusionError) -> DataFusionError {
        DataFusionError::Plan(format!("{}: {}", self.shown, describe(error)))
    }
}

/// Text as string views: dictionary-coded keys, as Python writes them, make joins several times
/// slower and come out of filters with repeated entries.
fn stored(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(_, values) => stored(values),
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        other => other.clone(),
    }
}

fn folder_above(path: &Path) -> Result<url::Url> {
    let folder = path.parent().unwrap_or(path);
    match url::Url::from_directory_path(folder) {
        Ok(url) => Ok(url),
        Err(()) => plan_err!("{}: must be a path with a root", folder.display()),
    }
}

/// The format that files with this ending have.
fn format(extension: &str) -> Option<Arc<dyn FileFormat>> {
    let csv =
        || CsvFormat::default().with_has_header(true).with_schema_infer_max_rec(ROWS_FOR_TYPES);
    Some(match extension {
        "parquet" => Arc::new(ParquetFormat::default().with_coerce_int96(Some("us".into()))),
        "csv" => Arc::new(csv()),
        "tsv" => Arc::new(csv().with_delimiter(b'\t')),
        "json" | "ndjson" | "jsonl" => Arc::new(JsonFormat::default()),
        "arrow" | "arrows" | "feather" | "ipc" => Arc::new(ArrowFormat),
        _ => return None,
    })
}
