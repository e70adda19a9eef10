//! What is known of a table without reading its rows: from the statistics of its files.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::catalog::information_schema::INFORMATION_SCHEMA;
use datafusion::common::stats::Precision;
use datafusion::common::{Result, ScalarValue, TableReference};
use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use datafusion::prelude::SessionContext;

use super::schema::CATALOG;
use crate::types::sql_name;

/// What is known of a relation.
#[derive(Debug)]
pub struct Facts {
    /// Its rows.
    pub rows: Precision<usize>,
    /// The files that it reads: their number.
    pub files: usize,
    /// And their bytes.
    pub bytes: u64,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// What is known of a column.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, as SQL calls it.
    pub data_type: String,
    /// The least value.
    pub min: Precision<ScalarValue>,
    /// The greatest.
    pub max: Precision<ScalarValue>,
    /// How many rows have no value.
    pub nulls: Precision<usize>,
}

/// A table of the catalog.
#[derive(Debug)]
pub struct Table {
    /// Its schema.
    pub schema: String,
    /// Its name in there.
    pub name: String,
    /// What it is. None: it cannot be opened.
    pub opened: Option<(Kind, Facts)>,
}

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Files, read when they are asked for.
    Files,
    /// Rows that are kept in memory.
    Memory,
    /// A query with a name.
    View,
    /// Something else.
    Other,
}

/// What is known of the result of a query. Of its files only the footers are read.
///
/// # Errors
/// When the query cannot be planned.
pub async fn facts(context: &SessionContext, plan: &LogicalPlan) -> Result<Facts> {
    let physical = context.state().create_physical_plan(plan).await?;
    let known = StatisticsContext::new().compute(physical.as_ref(), &StatisticsArgs::new())?;
    let mut files = BTreeMap::new();
    find_files(&physical, &mut files);
    let fields = plan.schema().fields().iter().enumerate();
    let columns = fields.map(|(i, field)| {
        let known = known.column_statistics.get(i).cloned().unwrap_or_default();
        Column {
            name: field.name().clone(),
            data_type: sql_name(field.data_type()),
            min: known.min_value,
            max: known.max_value,
            nulls: known.null_count,
        }
    });
    Ok(Facts {
        rows: known.num_rows,
        files: files.len(),
        bytes: files.values().sum(),
        columns: columns.collect(),
    })
}

/// The tables of the catalog, by schema and name.
pub async fn tables(context: &SessionContext) -> Vec<Table> {
    let Some(catalog) = context.catalog(CATALOG) else { return Vec::new() };
    let mut schemas = catalog.schema_names();
    schemas.retain(|schema| schema != INFORMATION_SCHEMA);
    schemas.sort();
    let mut tables = Vec::new();
    for schema in schemas {
        let mut names = catalog.schema(&schema).map(|s| s.table_names()).unwrap_or_default();
        names.sort();
        for name in names {
            // One that cannot be opened must not hide the others; the query that uses it says why.
            let opened = open(context, &schema, &name).await.ok();
            tables.push(Table { schema: schema.clone(), name, opened });
        }
    }
    tables
}

async fn open(context: &SessionContext, schema: &str, name: &str) -> Result<(Kind, Facts)> {
    let table = context.table_provider(TableReference::full(CATALOG, schema, name)).await?;
    let plan = LogicalPlanBuilder::scan(name, provider_as_source(Arc::clone(&table)), None)?;
    let facts = facts(context, &plan.build()?).await?;
    Ok((kind(table.as_ref(), &facts), facts))
}

fn kind(table: &dyn TableProvider, facts: &Facts) -> Kind {
    match table.table_type() {
        TableType::View => Kind::View,
        _ if table.downcast_ref::<MemTable>().is_some() => Kind::Memory,
        _ if facts.files > 0 => Kind::Files,
        _ => Kind::Other,
    }
}

/// The files below a plan and their sizes: one that is read in parts counts once.
fn find_files(plan: &Arc<dyn ExecutionPlan>, found: &mut BTreeMap<String, u64>) {
    if let Some(source) = plan.downcast_ref::<DataSourceExec>()
        && let Some(scan) = source.data_source().downcast_ref::<FileScanConfig>()
    {
        for file in scan.file_groups.iter().flat_map(|group| group.iter()) {
            found.insert(file.object_meta.location.to_string(), file.object_meta.size);
        }
    }
    plan.children().into_iter().for_each(|child| find_files(child, found));
}
