//! `DESCRIBE` with the names that SQL has for types: the engine answers with those of Arrow.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::common::Result;
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::{DescribeTable, LogicalPlan, LogicalPlanBuilder};

use crate::types::sql_name;

/// The rows that `DESCRIBE` of these columns gives, under the engine's names.
pub(super) fn describe(table: &DescribeTable) -> Result<LogicalPlan> {
    let fields = table.schema.fields();
    let names: StringArray = fields.iter().map(|field| Some(field.name())).collect();
    let types: StringArray = fields.iter().map(|field| Some(sql_name(field.data_type()))).collect();
    let nullable = fields.iter().map(|field| Some(if field.is_nullable() { "YES" } else { "NO" }));
    let nullable: StringArray = nullable.collect();
    let columns: Vec<ArrayRef> = vec![Arc::new(names), Arc::new(types), Arc::new(nullable)];
    let schema = Arc::clone(table.output_schema.inner());
    let rows = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    let rows = MemTable::try_new(schema, vec![vec![rows]])?;
    LogicalPlanBuilder::scan("description", provider_as_source(Arc::new(rows)), None)?.build()
}
