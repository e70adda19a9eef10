//! `information_schema`, as the engine makes it, but over the tables that can be opened: one
//! broken file must not hide the columns of all others.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{AsArray, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::catalog::information_schema::{INFORMATION_SCHEMA, InformationSchemaProvider};
use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, SchemaProvider, TableProvider,
};
use datafusion::common::{Result, plan_err};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::logical_expr::{
    ColumnarValue, LogicalPlanBuilder, TableType, Volatility, create_udf,
};
use datafusion::prelude::col;

use super::schema::CATALOG;
use crate::types::in_sql;

/// Adds the schema to `catalog`. The session's own switch for it must be off.
pub(super) fn register(catalog: &Arc<MemoryCatalogProvider>) -> Result<()> {
    let readable = Readable(Arc::clone(catalog) as Arc<dyn CatalogProvider>);
    let provider = InformationSchemaProvider::new(Arc::new(readable));
    catalog.register_schema(INFORMATION_SCHEMA, Arc::new(SqlTypes(provider)))?;
    Ok(())
}

/// The schema with types named as SQL names them: the engine's `columns` names those of Arrow.
#[derive(Debug)]
struct SqlTypes(InformationSchemaProvider);

#[async_trait]
impl SchemaProvider for SqlTypes {
    fn table_names(&self) -> Vec<String> {
        self.0.table_names()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        match self.0.table(name).await? {
            Some(columns) if name.eq_ignore_ascii_case("columns") => {
                Ok(Some(with_sql_types(columns)?))
            }
            other => Ok(other),
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.0.table_exist(name)
    }
}

fn with_sql_types(columns: Arc<dyn TableProvider>) -> Result<Arc<dyn TableProvider>> {
    let named = |names: &[ColumnarValue]| {
        let names = ColumnarValue::values_to_arrays(names)?;
        let names = names[0].as_string::<i32>().iter();
        let names: StringArray = names.map(|name| name.map(in_sql)).collect();
        Ok(ColumnarValue::Array(Arc::new(names)))
    };
    let text = DataType::Utf8;
    let named =
        create_udf("sql_type", vec![text.clone()], text, Volatility::Immutable, Arc::new(named));
    let schema = columns.schema();
    let as_seen = schema.fields().iter().map(|field| match field.name().as_str() {
        name @ "data_type" => named.call(vec![col(name)]).alias(name),
        name => col(name),
    });
    let plan = LogicalPlanBuilder::scan("columns", provider_as_source(columns), None)?
        .project(as_seen.collect::<Vec<_>>())?
        .build()?;
    Ok(Arc::new(ViewTable::new(plan, None)))
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
        plan_err!("{name}: must be in another schema, found information_schema, which is read only")
    }

    fn table_exist(&self, name: &str) -> bool {
        self.0.table_exist(name)
    }
}
