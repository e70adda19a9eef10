//! The catalog of a session: opened, and asked what is in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::catalog::{CatalogProvider, MemoryCatalogProvider};
use datafusion::common::{Result, TableReference};
use datafusion::prelude::SessionContext;

use super::discover::discover;
use super::file::Source;
use super::information_schema;
use super::names::{CATALOG, DEFAULT_SCHEMA};
use super::schema::{DataSchema, Opener};

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
        schema.downcast_ref::<DataSchema>().is_some_and(|schema| schema.is_on_disk(&name.table))
    })
}
