//! A data folder as a catalog: `data/bth/indicators.parquet` is table `bth.indicators`.
//!
//! Files straight under the folder are in the default schema, each folder below it is a schema,
//! and a folder inside that one is one table of many files. A folder of hive partitions
//! (`year=2024/`) is a table wherever it stands. Only names are read at the start: a table's
//! footers are read when a query names it, and a broken file is an error of that query alone.

mod discover;
#[cfg(feature = "cli")]
mod facts;
mod information_schema;
mod schema;

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::catalog::{CatalogProvider, MemoryCatalogProvider};
use datafusion::common::{Result, TableReference};
use datafusion::prelude::SessionContext;

use discover::discover;
use schema::{DataSchema, Opener};

use crate::read::source::Source;

#[cfg(feature = "cli")]
pub use facts::{Column, Facts, Kind, Table, facts, tables};
pub use schema::{CATALOG, DEFAULT_SCHEMA};

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
