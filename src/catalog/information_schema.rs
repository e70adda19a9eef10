//! `information_schema`, as the engine makes it, but over the tables that can be opened: one
//! broken file must not hide the columns of all others.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::information_schema::{INFORMATION_SCHEMA, InformationSchemaProvider};
use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, SchemaProvider, TableProvider,
};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::TableType;

use super::CATALOG;

/// Adds the schema to `catalog`. The session's own switch for it must be off.
pub(super) fn register(catalog: &Arc<MemoryCatalogProvider>) -> Result<()> {
    let readable = Readable(Arc::clone(catalog) as Arc<dyn CatalogProvider>);
    let provider = InformationSchemaProvider::new(Arc::new(readable));
    catalog.register_schema(INFORMATION_SCHEMA, Arc::new(provider))?;
    Ok(())
}

/// The one catalog, with tables that cannot be opened left out where columns are asked for.
#[derive(Debug)]
struct Readable(Arc<dyn CatalogProvider>);

impl CatalogProviderList for Readable {
    fn register_catalog(
        &self,
        _: String,
        _: Arc<dyn CatalogProvider>,
    ) -> Option<Arc<dyn CatalogProvider>> {
        None
    }

    fn catalog_names(&self) -> Vec<String> {
        vec![CATALOG.to_owned()]
    }

    fn catalog(&self, name: &str) -> Option<Arc<dyn CatalogProvider>> {
        (name == CATALOG).then(|| Arc::new(ReadableCatalog(Arc::clone(&self.0))) as _)
    }
}

#[derive(Debug)]
struct ReadableCatalog(Arc<dyn CatalogProvider>);

impl CatalogProvider for ReadableCatalog {
    fn schema_names(&self) -> Vec<String> {
        self.0.schema_names()
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        self.0.schema(name).map(|schema| Arc::new(ReadableSchema(schema)) as _)
    }
}

#[derive(Debug)]
struct ReadableSchema(Arc<dyn SchemaProvider>);

#[async_trait]
impl SchemaProvider for ReadableSchema {
    fn table_names(&self) -> Vec<String> {
        self.0.table_names()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        Ok(self.0.table(name).await.ok().flatten())
    }

    async fn table_type(&self, name: &str) -> Result<Option<TableType>> {
        self.0.table_type(name).await
    }

    fn register_table(
        &self,
        name: String,
        _: Arc<dyn TableProvider>,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        plan_err!("{name}: information_schema is read only")
    }

    fn table_exist(&self, name: &str) -> bool {
        self.0.table_exist(name)
    }
}
