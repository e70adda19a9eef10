//! A data folder as a catalog: `data/bth/indicators.parquet` is table `bth.indicators`.
//!
//! Files straight under the folder are in the default schema, each folder below it is a schema,
//! and a folder inside that one is one table of many files. A folder of hive partitions
//! (`year=2024/`) is a table wherever it stands. Only names are read at the start: a table's
//! footers are read when a query names it, and a broken file is an error of that query alone.

mod file;
mod information_schema;
mod looks;
mod part;
mod text;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use datafusion::catalog::{
    CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider, Session,
    TableProvider,
};
use datafusion::common::{Result, TableReference, plan_err};
use datafusion::datasource::listing::ListingTableUrl;
use datafusion::execution::SessionState;
use datafusion::logical_expr::TableType;
use datafusion::object_store::ObjectStore;
use datafusion::object_store::path::Path as StorePath;
use datafusion::prelude::SessionContext;

pub use file::{Opened, Reading, Source};
pub use part::Part;
pub use text::Missing;

/// Name of the catalog.
pub const CATALOG: &str = "goalposts";
/// Name of the default schema.
pub const DEFAULT_SCHEMA: &str = "public";

/// The session that the tables are opened in, once there is one.
#[derive(Clone, Default)]
struct Opener(Arc<OnceLock<Upgrade>>);

/// The session's state as it is now, if the session still is.
type Upgrade = Box<dyn Fn() -> Option<SessionState> + Send + Sync>;

impl std::fmt::Debug for Opener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opener")
    }
}

impl Opener {
    fn set(&self, context: &SessionContext) {
        let state = context.state_weak_ref(); // weak: the session owns the tables
        let session = move || state.upgrade().map(|state| state.read().clone());
        let _ = self.0.set(Box::new(session)); // a new opener is set once
    }

    fn session(&self) -> Result<SessionState> {
        match self.0.get().and_then(|session| session()) {
            Some(session) => Ok(session),
            None => plan_err!("the session must be open, found it closed"),
        }
    }
}

/// Registers the tables of a data folder, or of an object-store URL, and of files named in `FROM`.
///
/// # Errors
/// When the folder cannot be listed.
pub async fn open(context: &SessionContext, data: Option<&str>) -> Result<()> {
    let opener = Opener::default();
    let mut schemas: BTreeMap<String, BTreeMap<String, Vec<Source>>> = BTreeMap::new();
    schemas.entry(DEFAULT_SCHEMA.to_owned()).or_default();
    if let Some(data) = data {
        discover(context, data, &mut schemas).await?;
    }
    let catalog = Arc::new(MemoryCatalogProvider::new());
    for (name, tables) in schemas {
        catalog.register_schema(&name, Arc::new(DataSchema::new(tables, opener.clone())))?;
    }
    context.register_catalog(CATALOG, Arc::clone(&catalog) as Arc<dyn CatalogProvider>);
    information_schema::register(&catalog)?;
    opener.set(context);
    Ok(())
}

/// The tables of a session opened here, as they are written in SQL.
pub fn table_names(context: &SessionContext) -> Vec<String> {
    let Some(catalog) = context.catalog(CATALOG) else { return Vec::new() };
    let mut names = Vec::new();
    for schema in catalog.schema_names() {
        for table in catalog.schema(&schema).map(|s| s.table_names()).unwrap_or_default() {
            names.push(match schema == DEFAULT_SCHEMA {
                true => table,
                false => format!("{schema}.{table}"),
            });
        }
    }
    names
}

/// Whether a table is a file or folder of the data folder, which no statement drops.
pub fn is_on_disk(context: &SessionContext, table: &TableReference) -> bool {
    let name = table.clone().resolve(CATALOG, DEFAULT_SCHEMA);
    let schema = context.catalog(&name.catalog).and_then(|catalog| catalog.schema(&name.schema));
    schema.is_some_and(|schema| {
        schema.downcast_ref::<DataSchema>().is_some_and(|schema| {
            !schema.made.table_exist(&name.table) && schema.on_disk(&name.table).is_some()
        })
    })
}

/// Finds what is a table below `data`.
async fn discover(
    context: &SessionContext,
    data: &str,
    schemas: &mut BTreeMap<String, BTreeMap<String, Vec<Source>>>,
) -> Result<()> {
    let shown = data.trim_end_matches('/');
    let root = folder_url(data)?;
    let store = context.runtime_env().object_store(root.object_store())?;
    let top = list(&store, root.prefix()).await?;
    let default = schemas.entry(DEFAULT_SCHEMA.into()).or_default();
    for file in &top.files {
        if let Some(name) = table_name(file) {
            default.entry(name.into()).or_default().push(Source::file(&root, shown, &[file])?);
        }
    }
    for (folder, path) in top.folders {
        let inside = list(&store, &path).await?;
        if inside.is_partitioned() {
            let source = Source::folder(&root, shown, &[&folder])?;
            let default = schemas.entry(DEFAULT_SCHEMA.into()).or_default();
            default.entry(folder).or_default().push(source);
            continue;
        }
        let tables = schemas.entry(folder.clone()).or_default();
        for file in &inside.files {
            if let Some(name) = table_name(file) {
                let source = Source::file(&root, shown, &[&folder, file])?;
                tables.entry(name.into()).or_default().push(source);
            }
        }
        for (table, _) in inside.folders {
            let source = Source::folder(&root, shown, &[&folder, &table])?;
            if source.has_files(&store).await? {
                tables.entry(table).or_default().push(source);
            }
        }
        if tables.is_empty() {
            schemas.remove(&folder);
        }
    }
    Ok(())
}

/// The name of the table that a file is, if it is one.
fn table_name(file: &str) -> Option<&str> {
    let (name, ending) = file.rsplit_once('.')?;
    (!name.is_empty() && ending.eq_ignore_ascii_case("parquet")).then_some(name)
}

/// The URL of a folder: a path, or a URL of a registered object store.
fn folder_url(data: &str) -> Result<ListingTableUrl> {
    if data.contains("://") {
        let end = if data.ends_with('/') { "" } else { "/" };
        return ListingTableUrl::parse(format!("{data}{end}"));
    }
    match Path::new(data).canonicalize() {
        Ok(path) if path.is_dir() => ListingTableUrl::try_new(file::folder_url(&path)?, None),
        Ok(_) => plan_err!("{data}: must be a folder, found a file"),
        Err(error) => plan_err!("{data}: {error}"),
    }
}

struct Listing {
    files: Vec<String>,
    /// Names and paths: a path that is put together from names would be encoded once more.
    folders: Vec<(String, StorePath)>,
}

impl Listing {
    fn is_partitioned(&self) -> bool {
        self.folders.iter().any(|(folder, _)| folder.contains('='))
    }
}

async fn list(store: &Arc<dyn ObjectStore>, prefix: &StorePath) -> Result<Listing> {
    let listed = store.list_with_delimiter(Some(prefix)).await?;
    let visible = |path: &StorePath| {
        path.filename().filter(|name| !name.starts_with(['.', '_'])).map(str::to_owned)
    };
    let folders = listed.common_prefixes.iter();
    Ok(Listing {
        files: listed.objects.iter().filter_map(|object| visible(&object.location)).collect(),
        folders: folders.filter_map(|path| Some((visible(path)?, path.clone()))).collect(),
    })
}

/// A schema of tables on disk, of tables made by statements, and of files named in `FROM`.
#[derive(Debug)]
struct DataSchema {
    sources: BTreeMap<String, Vec<Source>>,
    made: MemorySchemaProvider,
    opener: Opener,
}

impl DataSchema {
    fn new(sources: BTreeMap<String, Vec<Source>>, opener: Opener) -> Self {
        let made = MemorySchemaProvider::new();
        Self { sources, made, opener }
    }

    /// The name of a table on disk, upper and lower case ignored if that leaves one.
    fn on_disk(&self, name: &str) -> Option<&str> {
        if let Some((name, _)) = self.sources.get_key_value(name) {
            return Some(name);
        }
        let mut alike = self.sources.keys().filter(|known| known.eq_ignore_ascii_case(name));
        match (alike.next(), alike.next()) {
            (Some(name), None) => Some(name),
            _ => None,
        }
    }
}

#[async_trait]
impl SchemaProvider for DataSchema {
    fn table_names(&self) -> Vec<String> {
        let mut names = self.made.table_names();
        names.extend(self.sources.keys().cloned());
        names.sort();
        names.dedup();
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        if let Some(table) = self.made.table(name).await? {
            return Ok(Some(table));
        }
        let session = self.opener.session()?;
        let Some(name) = self.on_disk(name) else {
            return match Source::named(name)? {
                Some(source) => source.open(&session as &dyn Session).await.map(Some),
                None => Ok(None),
            };
        };
        match self.sources[name].as_slice() {
            [source] => source.open(&session as &dyn Session).await.map(Some),
            sources => {
                let all: Vec<_> = sources.iter().map(|source| source.shown()).collect();
                plan_err!("table '{name}' must be one file or folder, found {}", all.join(" and "))
            }
        }
    }

    async fn table_type(&self, name: &str) -> Result<Option<TableType>> {
        match self.made.table(name).await? {
            Some(table) => Ok(Some(table.table_type())),
            None => Ok(self.on_disk(name).map(|_| TableType::Base)),
        }
    }

    fn register_table(
        &self,
        name: String,
        table: Arc<dyn TableProvider>,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        self.made.register_table(name, table)
    }

    fn deregister_table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        self.made.deregister_table(name) // what is on disk stays: is_on_disk
    }

    fn table_exist(&self, name: &str) -> bool {
        self.made.table_exist(name) || self.on_disk(name).is_some()
    }
}
