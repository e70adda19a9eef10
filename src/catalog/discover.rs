//! What is a table below a data folder, by names alone.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use datafusion::common::{Result, plan_err};
use datafusion::datasource::listing::ListingTableUrl;
use datafusion::object_store::ObjectStore;
use datafusion::object_store::path::Path as StorePath;
use datafusion::prelude::SessionContext;

use super::schema::DEFAULT_SCHEMA;
use crate::read::source::{self, Source};

/// Finds what is a table below `data`.
pub(super) async fn discover(
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
        Ok(path) if path.is_dir() => ListingTableUrl::try_new(source::folder_url(&path)?, None),
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
