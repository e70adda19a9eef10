//! A file or a folder of files as a table.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider, default_table_source::provider_as_source};
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{Column, DataFusionError, Result, ScalarValue, exec_err, plan_err};
use datafusion::datasource::ViewTable;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::arrow::ArrowFormat;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::helpers::parse_partitions_for_path;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Union, cast};
use datafusion::object_store::path::PathPart;
use datafusion::object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use futures::{FutureExt, StreamExt, TryStreamExt, future, stream};
use url::Url;

use super::arrow::arrow_fault;
use super::columns::{check_names, check_partitions, same_columns, wrong};
use super::container;
use super::files::{Place, look};
use super::format::Format;
use super::options::Options;
use super::part::Part;
use super::text_file::TextFile;
use crate::error::describe;
use crate::types::{sql_name, stored, widest};

/// How many footers are read at a time.
const READERS: usize = 16;
/// The folder of the rows whose partition column is NULL, as Hive, Spark and others name it.
const NULL_FOLDER: &str = "__HIVE_DEFAULT_PARTITION__";
/// The column with the name of the file.
pub const FILENAME: &str = "filename";
/// The table of files in the plan of one that unites them.
const FILES: &str = "files";

/// Where a table's rows are.
#[derive(Debug, Clone)]
pub struct Source {
    url: ListingTableUrl,
    /// As the user knows it.
    shown: String,
    kind: Format,
    /// Of the files, in lower case and without the first point: `csv`, `csv.gz`.
    ending: String,
}

/// Files that were looked at, each with the values of its folders.
#[derive(Debug, Default)]
pub struct Looked {
    pub files: Vec<(Arc<TextFile>, Vec<ScalarValue>)>,
    /// The columns of the folders.
    pub partitions: Vec<(String, DataType)>,
}

impl Looked {
    /// With further files.
    ///
    /// # Errors
    /// When they lie in other folders.
    pub fn add(&mut self, other: Self, shown: &str) -> Result<()> {
        if !self.files.is_empty() && self.partitions != other.partitions {
            return plan_err!(
                "{shown}: must lie in folders of the same partitions as the files before it, found \
                 others"
            );
        }
        self.partitions = other.partitions;
        self.files.extend(other.files);
        Ok(())
    }
}

/// The columns that the folders of files stand for: `year=2024/`.
#[derive(Debug, Default)]
struct Partitions {
    columns: Vec<(String, DataType)>,
    /// File by file.
    values: Vec<Vec<ScalarValue>>,
    /// Whether the engine would not find every file by its value.
    is_odd: bool,
}

impl Source {
    /// A Parquet file below the data folder.
    pub fn file(root: &ListingTableUrl, shown: &str, parts: &[&str]) -> Result<Self> {
        Self::below(root, shown, parts)
    }

    /// A folder of Parquet files below the data folder.
    pub fn folder(root: &ListingTableUrl, shown: &str, parts: &[&str]) -> Result<Self> {
        let mut parts = parts.to_vec();
        parts.push(""); // the slash at the end
        Self::below(root, shown, &parts)
    }

    fn below(root: &ListingTableUrl, shown: &str, parts: &[&str]) -> Result<Self> {
        let mut url = root.get_url().clone();
        match url.path_segments_mut() {
            Ok(mut segments) => segments.pop_if_empty().extend(parts),
            Err(()) => return plan_err!("{shown}: must be a folder, found something else"),
        };
        let shown = format!("{shown}/{}", parts.join("/"));
        let url = ListingTableUrl::try_new(url, None)?;
        Ok(Self { url, shown, kind: Format::Parquet, ending: "parquet".into() })
    }

    /// What a name in `FROM` means if it is no table: a path or URL of a file that can be read.
    ///
    /// # Errors
    /// When there is no such file, or it is of no known format.
    pub fn named(name: &str, options: &Options) -> Result<Option<Self>> {
        let path = Path::new(name);
        let is_folder = path.is_dir();
        let ending = ending_of(name);
        let by_ending = Format::of_ending(container::inner_ending(&ending));
        let (kind, ending) = match options.format.or(by_ending) {
            Some(kind) => (kind, ending),
            None if is_folder => (Format::Parquet, "parquet".to_owned()),
            None if path.is_file() && (!ending.is_empty() || options.is_called) => {
                (by_content(path, name)?, ending)
            }
            None if name.contains(['*', '?']) && !name.contains("://") => {
                (Format::Text(b','), String::new())
            }
            None => match options.is_called {
                true if !path.exists() => return plan_err!("{name}: file not found"),
                _ => return Ok(None),
            },
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
            return plan_err!("{name}: file not found");
        };
        Ok(Some(Self { url, shown: name.to_owned(), kind, ending }))
    }

    /// The files of a table of the engine.
    pub fn listed(url: &ListingTableUrl, ending: &str) -> Self {
        let is_one = !url.is_collection() && url.get_glob().is_none();
        let ending = if is_one { "" } else { ending.trim_start_matches('.') };
        Self {
            url: url.clone(),
            shown: url.as_str().to_owned(),
            kind: Format::Parquet,
            ending: ending.to_ascii_lowercase(),
        }
    }

    /// Files by a pattern or in a folder, as [`Source::pattern`] gives them.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn again(pattern: &str, ending: &str) -> Result<Self> {
        match Self::named(pattern, &Options { is_called: true, ..Options::default() })? {
            Some(source) => Ok(Self { ending: ending.to_owned(), ..source }),
            None => plan_err!("{pattern}: must be a folder or a pattern, found none"),
        }
    }

    /// The folder or the pattern that its files are found by, and their ending. None for one file.
    pub fn pattern(&self) -> Option<(PathBuf, &str)> {
        let folder = self.url.get_url().to_file_path().ok()?;
        let path = match self.url.get_glob() {
            Some(glob) => folder.join(glob.as_str()),
            None => folder,
        };
        let is_one = !self.url.is_collection() && self.url.get_glob().is_none();
        (!is_one).then_some((path, &self.ending))
    }

    /// The files there are now, with their paths; those that are not on disk by their addresses.
    ///
    /// # Errors
    /// When there are none.
    pub async fn found(&self, session: &dyn Session) -> Result<Vec<(Url, ObjectMeta)>> {
        let store = session.runtime_env().object_store(&self.url)?;
        let files = self.files(session, &store).await?.into_iter();
        files.map(|file| Ok((self.url_of(&file)?.get_url().clone(), file))).collect()
    }

    /// What its files are.
    pub fn format(&self) -> Format {
        self.kind
    }

    /// The file, if it is one on disk that is packed.
    pub fn packed(&self) -> Option<PathBuf> {
        let is_packed = self.ending.ends_with(".gz") || self.ending.ends_with(".zst");
        let path = self.url.get_url().to_file_path().ok();
        path.filter(|path| is_packed && path.is_file())
    }

    /// The place as the user knows it.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Whether there is anything to read.
    pub async fn has_files(&self, store: &Arc<dyn ObjectStore>) -> Result<bool> {
        let mut files = store.list(Some(self.url.prefix()));
        while let Some(file) = files.try_next().await? {
            if has_ending(file.location.as_ref(), &self.ending) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Looks at the files, Parquet by their footers, and makes the table.
    ///
    /// # Errors
    /// When a file is missing, empty or damaged, or the files do not agree on their columns.
    pub async fn open(&self, session: &dyn Session) -> Result<Arc<dyn TableProvider>> {
        let store = session.runtime_env().object_store(&self.url)?;
        let files = self.files(session, &store).await?;
        let partitions = self.partitions(&files)?;
        let format: Arc<dyn FileFormat> = match self.kind {
            Format::Parquet => {
                Arc::new(ParquetFormat::default().with_coerce_int96(Some("us".into())))
            }
            Format::Json => {
                let is_array = is_array(&store, &files[0]).await?;
                Arc::new(JsonFormat::default().with_newline_delimited(!is_array))
            }
            Format::Arrow => Arc::new(ArrowFormat),
            Format::Text(_) | Format::Sheet => {
                return plan_err!("{}: must be a file of columns, found text", self.shown);
            }
        };
        let schemas = self.schemas(session, &store, &format, &files).await?;
        let schema = self.schema(&schemas)?;
        check_partitions(&schema, &partitions.columns, &self.shown)?;
        // Arrow files are read by place, whatever the table says.
        let are_alike = self.kind != Format::Arrow
            || schemas.iter().all(|(_, file)| same_columns(file, &schemas[0].1));
        let table = if are_alike && !partitions.is_odd {
            let ending = self.one_ending(&files)?;
            let options = ListingOptions::new(format)
                .with_file_extension(ending)
                .with_table_partition_cols(partitions.columns);
            listing(session, vec![self.url.clone()], options, schema)?
        } else {
            let schemas: Vec<_> = schemas.into_iter().map(|(_, schema)| schema).collect();
            self.united(session, &format, &files, &schemas, &schema, &partitions)?
        };
        Ok(table)
    }

    /// Looks at files of text and at workbooks.
    ///
    /// # Errors
    /// When a file cannot be read as the options say.
    pub async fn look(&self, session: &dyn Session, options: &Options) -> Result<Looked> {
        let store = session.runtime_env().object_store(&self.url)?;
        let files = self.files(session, &store).await?;
        let partitions = self.partitions(&files)?;
        let threads = session.config().target_partitions().max(1);
        let mut looked = Vec::new();
        for (meta, values) in files.iter().zip(partitions.values) {
            let (shown, kind, options) = (self.shown_file(meta), self.kind, options.clone());
            let place = match self.url_of(meta)?.get_url().to_file_path() {
                Ok(path) if self.url.scheme() == "file" => Place::File(path),
                _ => Place::fetched(&store, meta).await?,
            };
            let work = move || look(&place, &shown, kind, &options, threads);
            let found = match SpawnedTask::spawn_blocking(work).join_unwind().await {
                Ok(found) => found?,
                Err(error) => return exec_err!("{error}"),
            };
            looked.extend(found.into_iter().map(|file| (Arc::new(file), values.clone())));
        }
        Ok(Looked { files: looked, partitions: partitions.columns })
    }

    /// The files there are, at least one and none without bytes.
    async fn files(
        &self,
        session: &dyn Session,
        store: &Arc<dyn ObjectStore>,
    ) -> Result<Vec<ObjectMeta>> {
        let files = match self.url.get_glob() {
            None => self.url.list_all_files(session, store.as_ref(), "").await?.try_collect().await,
            // The engine leaves folders such as year=2024/ out before it compares.
            Some(glob) => {
                let is_meant = |file: &ObjectMeta| {
                    let parts = self.url.strip_prefix(&file.location).into_iter().flatten();
                    glob.matches(&parts.collect::<Vec<_>>().join("/")) || self.is_found(file)
                };
                let files = store.list(Some(self.url.prefix())).map_err(DataFusionError::from);
                files.try_filter(|file| future::ready(is_meant(file))).try_collect().await
            }
        };
        let mut files: Vec<ObjectMeta> = files.map_err(|error| self.fault(&error))?;
        files.retain(|file| has_ending(file.location.as_ref(), &self.ending));
        // A store lists as it likes: columns are in the order of the first file by its name.
        files.sort_by(|a, b| a.location.cmp(&b.location));
        if files.is_empty() {
            let hint = match self.url.is_collection() && self.url.get_glob().is_none() {
                true => format!(" that ends in .{} (other kinds by name: '*.csv')", self.ending),
                false => String::new(),
            };
            return wrong(&format!("{}: must hold a file, found none{hint}", self.shown));
        }
        if let Some(empty) = files.iter().find(|file| file.size == 0) {
            return plan_err!(
                "{}: a file must not be empty, found 0 bytes",
                self.shown_file(empty)
            );
        }
        Ok(files)
    }

    /// Whether the engine finds a file by the pattern, whatever partitions it lies in.
    fn is_found(&self, file: &ObjectMeta) -> bool {
        self.url.contains(&file.location, false)
    }

    /// The ending of all files as it is written, point and all.
    fn one_ending(&self, files: &[ObjectMeta]) -> Result<String> {
        let length = self.ending.len() + 1;
        let endings: BTreeSet<_> = files
            .iter()
            .map(|file| file.location.as_ref())
            .map(|path| &path[path.len() - length..])
            .collect();
        let mut endings = endings.into_iter();
        match (endings.next(), endings.next()) {
            (Some(one), Some(other)) => {
                plan_err!("{}: files must end alike, found {one} and {other}", self.shown)
            }
            (one, _) => Ok(one.unwrap_or_default().to_owned()),
        }
    }

    /// Every file with its columns.
    async fn schemas(
        &self,
        session: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        format: &Arc<dyn FileFormat>,
        files: &[ObjectMeta],
    ) -> Result<Vec<(String, SchemaRef)>> {
        let reads = files.iter().map(|file| self.footer(session, store, format, file).boxed());
        stream::iter(reads.collect::<Vec<_>>()).buffered(READERS).try_collect().await
    }

    /// One file and its columns.
    async fn footer(
        &self,
        session: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        format: &Arc<dyn FileFormat>,
        file: &ObjectMeta,
    ) -> Result<(String, SchemaRef)> {
        let shown = self.shown_file(file);
        if self.kind == Format::Arrow
            && let Some(fault) = arrow_fault(store, file).await?
        {
            return plan_err!("{shown}: must be a file that can be read, found {fault}");
        }
        // A damaged footer makes some readers panic rather than fail.
        let one = std::slice::from_ref(file);
        let read = AssertUnwindSafe(format.infer_schema(session, store, one));
        match read.catch_unwind().await {
            Ok(Ok(schema)) => Ok((shown, schema)),
            Ok(Err(error)) => plan_err!("{shown}: {}", describe(&error)),
            Err(_) => plan_err!("{shown}: {DAMAGED}"),
        }
    }

    /// The columns of all files by name, each of a type that holds what every file has.
    fn schema(&self, schemas: &[(String, SchemaRef)]) -> Result<SchemaRef> {
        let mut fields: Vec<(&str, Field)> = Vec::new();
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        for (i, (file, schema)) in schemas.iter().enumerate() {
            if i > 0 && same_columns(schema, &schemas[i - 1].1) {
                continue;
            }
            let mut here = BTreeSet::new();
            for field in schema.fields() {
                if !here.insert(field.name().as_str()) {
                    return plan_err!(
                        "{file}: column names must be unique, found '{}' twice",
                        field.name()
                    );
                }
                match by_name.get(field.name().as_str()) {
                    None => {
                        by_name.insert(field.name(), fields.len());
                        fields.push((file, field.as_ref().clone()));
                    }
                    Some(&known) => {
                        let (first, known) = &mut fields[known];
                        let Some(widest) = widest(known.data_type(), field.data_type()) else {
                            return plan_err!(
                                "{file}: column '{}' must be {} as in {first}, found {}",
                                field.name(),
                                sql_name(known.data_type()),
                                sql_name(field.data_type())
                            );
                        };
                        if known.data_type().is_null() {
                            *first = file;
                        }
                        let nullable = known.is_nullable() || field.is_nullable();
                        *known = known.clone().with_data_type(widest).with_nullable(nullable);
                    }
                }
            }
        }
        check_names(fields.iter().map(|(file, field)| (field.name().as_str(), *file)))?;
        let several = schemas.len() > 1;
        let fields = fields.into_iter().map(|(_, field)| {
            // Only the Parquet reader casts to what the table says.
            let data_type = match self.kind {
                Format::Parquet => stored(field.data_type()),
                _ => field.data_type().clone(),
            };
            let nullable = field.is_nullable() || several;
            field.with_data_type(data_type).with_nullable(nullable)
        });
        Ok(Arc::new(Schema::new(fields.collect::<Vec<_>>())))
    }

    /// Hive partitions (`year=2024/`) as columns: BIGINT where every value is a whole number, and
    /// the column no code by its name.
    fn partitions(&self, files: &[ObjectMeta]) -> Result<Partitions> {
        let mut names: Option<Vec<&str>> = None;
        let mut is_odd = !files.iter().all(|file| self.is_found(file));
        for file in files {
            let inner = self.url.strip_prefix(&file.location).into_iter().flatten();
            let inner: Vec<_> = inner.collect();
            let folders = inner.split_last().map_or(&[][..], |(_, folders)| folders);
            let pairs: Vec<_> = folders.iter().filter_map(|part| part.split_once('=')).collect();
            let found: Vec<_> = pairs.iter().map(|(name, _)| *name).collect();
            is_odd |= pairs.iter().any(|(name, value)| {
                // The engine looks for the files of a value by a name that it encodes once more.
                let is_encoded = |part: &str| PathPart::from(part).as_ref() != part;
                *value == NULL_FOLDER || is_encoded(name) || (value.is_ascii() && is_encoded(value))
            });
            match &names {
                None => names = Some(found),
                Some(names) if *names == found => {}
                Some(names) => {
                    let by = |names: &[&str]| match names {
                        [] => "no partitions".to_owned(),
                        names => format!("partitions by {}", names.join(", ")),
                    };
                    return plan_err!(
                        "{}: must lie in {} as the files before it, found {}",
                        self.shown_file(file),
                        by(names),
                        by(&found)
                    );
                }
            }
        }
        let names = names.unwrap_or_default();
        let mut values = Vec::with_capacity(files.len());
        for file in files {
            match parse_partitions_for_path(&self.url, &file.location, names.iter().copied()) {
                Some(found) if found.len() == names.len() => values.push(found),
                _ => {
                    return plan_err!(
                        "{}: must lie in folders of its partitions, {}, found other folders",
                        self.shown_file(file),
                        names.iter().map(|name| format!("{name}=.../")).collect::<String>()
                    );
                }
            }
        }
        let columns: Vec<(String, DataType)> = names
            .iter()
            .enumerate()
            .map(|(i, name)| {
                let mut known = values.iter().map(|file| &file[i]).filter(|v| *v != NULL_FOLDER);
                let is_whole =
                    |value: &str| value.parse::<i64>().is_ok_and(|n| n.to_string() == value);
                let is_number = Part::of(name) != Part::Code
                    && values.iter().any(|file| file[i] != NULL_FOLDER)
                    && known.all(|value| is_whole(value));
                ((*name).to_owned(), if is_number { DataType::Int64 } else { DataType::Utf8 })
            })
            .collect();
        let typed = |value: &str, data_type: &DataType| match value {
            NULL_FOLDER => ScalarValue::try_from(data_type),
            value => ScalarValue::try_from_string(value.to_owned(), data_type),
        };
        let values = values
            .iter()
            .map(|file| file.iter().zip(&columns).map(|(v, (_, t))| typed(v, t)).collect())
            .collect::<Result<_>>()?;
        Ok(Partitions { columns, values, is_odd })
    }

    /// A table of tables: one for the files of the same columns in the same order and the same
    /// partitions, its columns put in order by their names.
    fn united(
        &self,
        session: &dyn Session,
        format: &Arc<dyn FileFormat>,
        files: &[ObjectMeta],
        schemas: &[SchemaRef],
        schema: &SchemaRef,
        partitions: &Partitions,
    ) -> Result<Arc<dyn TableProvider>> {
        let mut groups: BTreeMap<String, (SchemaRef, &[ScalarValue], Vec<ListingTableUrl>)> =
            BTreeMap::new();
        for ((file, of_file), values) in files.iter().zip(schemas).zip(&partitions.values) {
            let columns = if self.kind == Format::Arrow { of_file } else { schema };
            let fields = columns.fields().iter().map(|field| (field.name(), field.data_type()));
            let key = format!("{values:?} {:?}", fields.collect::<Vec<_>>());
            let group = groups.entry(key).or_insert_with(|| (Arc::clone(columns), values, vec![]));
            group.2.push(self.url_of(file)?);
        }
        let mut plans = Vec::with_capacity(groups.len());
        for (columns, values, urls) in groups.into_values() {
            let options = ListingOptions::new(Arc::clone(format)).with_file_extension("");
            let table = listing(session, urls, options, Arc::clone(&columns))?;
            let of_files = schema.fields().iter().map(|field| {
                let value = match columns.field_with_name(field.name()) {
                    Ok(found) if found.data_type() == field.data_type() => column(field),
                    Ok(_) => cast(column(field), field.data_type().clone()),
                    Err(_) => Expr::Literal(ScalarValue::try_from(field.data_type())?, None),
                };
                Ok(value.alias(field.name()))
            });
            let of_folders = partitions.columns.iter().zip(values);
            let of_folders = of_folders
                .map(|((name, _), value)| Ok(Expr::Literal(value.clone(), None).alias(name)));
            let all = of_files.chain(of_folders).collect::<Result<Vec<_>>>()?;
            let scan = LogicalPlanBuilder::scan(FILES, provider_as_source(table), None)?;
            plans.push(Arc::new(scan.project(all)?.build()?));
        }
        let plan = match plans.as_slice() {
            [one] => one.as_ref().clone(),
            _ => LogicalPlan::Union(Union::try_new(plans)?),
        };
        Ok(Arc::new(ViewTable::new(plan, None)))
    }

    fn url_of(&self, file: &ObjectMeta) -> Result<ListingTableUrl> {
        let mut url = self.url.get_url().clone();
        match url.path_segments_mut() {
            Ok(mut segments) => {
                segments.clear().extend(file.location.parts());
            }
            Err(()) => {
                return plan_err!(
                    "{}: must be a file, found something else",
                    self.shown_file(file)
                );
            }
        }
        ListingTableUrl::try_new(url, None)
    }

    fn shown_file(&self, file: &ObjectMeta) -> String {
        let inner: Vec<_> = self.url.strip_prefix(&file.location).into_iter().flatten().collect();
        if self.url.get_glob().is_some() {
            self.shown_match(file)
        } else if self.url.is_collection() && !inner.is_empty() {
            format!("{}/{}", self.shown.trim_end_matches('/'), inner.join("/"))
        } else {
            self.shown.clone()
        }
    }

    /// A file that a pattern names, from where the pattern is from.
    fn shown_match(&self, file: &ObjectMeta) -> String {
        let path = PathBuf::from(format!("/{}", file.location));
        let here = std::env::current_dir().ok().filter(|_| Path::new(&self.shown).is_relative());
        match here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf)) {
            Some(inner) => inner.display().to_string(),
            None => path.display().to_string(),
        }
    }

    fn fault(&self, error: &DataFusionError) -> DataFusionError {
        DataFusionError::Plan(format!("{}: {}", self.shown, describe(error)))
    }
}

fn listing(
    session: &dyn Session,
    urls: Vec<ListingTableUrl>,
    options: ListingOptions,
    schema: SchemaRef,
) -> Result<Arc<dyn TableProvider>> {
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(schema);
    let cache = session.runtime_env().cache_manager.get_file_statistic_cache();
    Ok(Arc::new(ListingTable::try_new(config)?.with_cache(cache)))
}

fn column(field: &FieldRef) -> Expr {
    Expr::Column(Column::new(Some(FILES), field.name()))
}

const DAMAGED: &str = "must be a file that can be read, found its footer damaged";

/// The ending of a name in lower case, with that of what it is packed in: `csv`, `csv.gz`.
fn ending_of(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let Some((stem, ending)) = file.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) else {
        return String::new();
    };
    match stem.rsplit_once('.') {
        Some((_, inner)) if container::is_packed(ending) && ending != "zip" => {
            format!("{inner}.{ending}")
        }
        _ => ending.to_owned(),
    }
}

/// Whether a file of JSON is one array, not an object a line.
async fn is_array(store: &Arc<dyn ObjectStore>, file: &ObjectMeta) -> Result<bool> {
    const HEAD: u64 = 1024;
    let head = store.get_range(&file.location, 0..file.size.min(HEAD)).await?;
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    Ok(text.trim_ascii_start().first() == Some(&b'['))
}

/// What a file is whose name does not say it.
fn by_content(path: &Path, shown: &str) -> Result<Format> {
    match container::format(path)? {
        Some(format) => Ok(format),
        None => plan_err!(
            "{shown}: must be text, a workbook, JSON, Arrow or Parquet, found another kind of file"
        ),
    }
}

fn has_ending(path: &str, ending: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    match ending.is_empty() {
        true => true,
        false => {
            name.strip_suffix(ending).is_some_and(|stem| stem.len() > 1 && stem.ends_with('.'))
        }
    }
}

fn folder_above(path: &Path) -> Result<Url> {
    folder_url(path.parent().unwrap_or(path))
}

/// The URL of a folder, whatever its name holds.
pub fn folder_url(folder: &Path) -> Result<Url> {
    match Url::from_directory_path(folder) {
        Ok(url) => Ok(url),
        Err(()) => plan_err!("{}: must be a path from the root, found another", folder.display()),
    }
}
